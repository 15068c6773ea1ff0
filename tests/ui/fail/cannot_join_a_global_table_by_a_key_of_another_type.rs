//! The global table is keyed by article, the function answers a number.
#[path = "../shop.rs"]
mod shop;
use kstreams::prelude::*;
use shop::*;

#[topology(id = "t")]
pub fn t(orders: StreamOf<Orders>, items: GlobalOf<Items>) {
    orders.join_global(items, |o| o.quantity, |o, _| u64::from(o.quantity)).to(Totals);
}

fn main() {}
