//! A topology has no loops. (e8b of the prototype.)
#[path = "../shop.rs"]
mod shop;
use kstreams::prelude::*;
use shop::*;

#[topology(id = "t")]
pub fn t(orders: StreamOf<Orders>) {
    let big = orders.left_join(counts, |o, _: Option<&u64>| o);
    let counts = big.count("counts");
    counts.to(Totals);
}

fn main() {}
