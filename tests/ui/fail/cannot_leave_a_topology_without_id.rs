//! The id names group, topics and state. (e17 of the prototype.)
#[path = "../shop.rs"]
mod shop;
use kstreams::prelude::*;
use shop::*;

#[topology]
pub fn order_totals(orders: StreamOf<Orders>) {
    orders.count("orders-per-user").to(Totals);
}

fn main() {}
