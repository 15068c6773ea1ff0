//! The topic is keyed by article, the records by user. (e12 of the prototype.)
#[path = "../shop.rs"]
mod shop;
use kstreams::prelude::*;
use shop::*;

#[topology(id = "t")]
pub fn t(orders: StreamOf<Orders>) {
    orders.count("orders-per-user").to(PerItem);
}

fn main() {}
