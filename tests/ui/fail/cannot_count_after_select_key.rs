//! A count needs all records of a key in one partition. (e4b of the prototype.)
#[path = "../shop.rs"]
mod shop;
use kstreams::prelude::*;
use shop::*;

#[topology(id = "t")]
pub fn t(orders: StreamOf<Orders>) {
    orders.select_key(|o| o.item.clone()).count("orders-per-item").to(PerItem);
}

fn main() {}
