//! The topic is keyed by windows, the aggregation has none. (e5 of the prototype.)
#[path = "../shop.rs"]
mod shop;
use kstreams::prelude::*;
use shop::*;

#[topology(id = "t")]
pub fn t(orders: StreamOf<Orders>) {
    orders.count("orders-per-user").to(Hourly);
}

fn main() {}
