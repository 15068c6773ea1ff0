//! A foreign-key join is one of two tables.
#[path = "../shop.rs"]
mod shop;
use kstreams::prelude::*;
use shop::*;

#[topology(id = "t")]
pub fn t(carts: TableOf<Orders>, clicks: StreamOf<Clicks>) {
    carts.join_foreign("cart-user", clicks, |o| UserName(o.item.0.clone()), |o, _| u64::from(o.quantity)).to(Totals);
}

fn main() {}
