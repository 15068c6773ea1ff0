//! A foreign-key join has two sides that change; rows of a global table are only looked up.
#[path = "../shop.rs"]
mod shop;
use kstreams::prelude::*;
use shop::*;

#[topology(id = "t")]
pub fn t(carts: TableOf<Orders>, items: GlobalOf<Items>) {
    carts.left_join_foreign("cart-item", items, |o| o.item.clone(), |o, _| u64::from(o.quantity)).to(Totals);
}

fn main() {}
