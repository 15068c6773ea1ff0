//! A parameter says which topic it reads.
#[path = "../shop.rs"]
mod shop;
use kstreams::prelude::*;
use shop::*;

#[topology(id = "t")]
pub fn t(orders: Stream<Space<UserName, 3>, Order>) {
    orders.count("orders").to(Totals);
}

fn main() {}
