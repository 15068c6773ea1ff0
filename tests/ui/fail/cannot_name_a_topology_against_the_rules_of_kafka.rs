//! The id becomes part of topic names.
#[path = "../shop.rs"]
mod shop;
use kstreams::prelude::*;
use shop::*;

#[topology(id = "order totals", retries = 3)]
pub fn t(orders: StreamOf<Orders>) {
    orders.count("orders-per-user").to(Totals);
}

fn main() {}
