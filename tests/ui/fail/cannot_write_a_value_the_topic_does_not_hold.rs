//! The topic holds texts, the records are numbers. (e12 of the prototype.)
#[path = "../shop.rs"]
mod shop;
use kstreams::prelude::*;
use shop::*;

/// Texts.
#[topic(name = "labels", key = UserName, value = String, partitions = 3)]
pub struct Labels;

#[topology(id = "t")]
pub fn t(orders: StreamOf<Orders>) {
    orders.count("orders-per-user").to(Labels);
}

fn main() {}
