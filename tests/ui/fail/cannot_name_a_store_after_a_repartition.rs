//! Stores and repartitions share one space of names. (e16 of the prototype.)
#[path = "../shop.rs"]
mod shop;
use kstreams::prelude::*;
use shop::*;

#[topology(id = "t")]
pub fn t(orders: StreamOf<Orders>) {
    orders.repartition::<Space<ItemName, 6>>("per-item", |o| o.item.clone()).count("per-item").to(PerItem);
}

fn main() {}
