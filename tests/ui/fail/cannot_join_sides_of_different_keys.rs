//! A join needs one key: orders are keyed by user, items by article. (e1 of the prototype.)
#[path = "../shop.rs"]
mod shop;
use kstreams::prelude::*;
use shop::*;

#[topology(id = "t")]
pub fn t(orders: StreamOf<Orders>, items: TableOf<Items>) {
    orders.left_join(items, |o, _| u64::from(o.quantity)).to(Totals);
}

fn main() {}
