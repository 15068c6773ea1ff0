//! Topics and a store are named after the join, so it is named by a literal.
#[path = "../shop.rs"]
mod shop;
use kstreams::prelude::*;
use shop::*;

#[topology(id = "t")]
pub fn t(carts: TableOf<Orders>, items: TableOf<Items>, name: &'static str) {
    carts.join_foreign(name, items, |o| o.item.clone(), |o, _| u64::from(o.quantity)).to(Totals);
}

fn main() {}
