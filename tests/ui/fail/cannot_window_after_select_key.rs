//! A window needs all records of a key in one partition. (e20 of the prototype.)
#[path = "../shop.rs"]
mod shop;
use kstreams::prelude::*;
use shop::*;

#[topology(id = "t")]
pub fn t(orders: StreamOf<Orders>) {
    orders.select_key(|o| o.item.clone()).windowed_by(tumbling(hours(1))).count("per-item").to_stream().discard();
}

fn main() {}
