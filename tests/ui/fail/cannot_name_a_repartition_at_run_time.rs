//! The topic must have the same name in every build. (e30 of the prototype.)
#[path = "../shop.rs"]
mod shop;
use kstreams::prelude::*;
use shop::*;

#[topology(id = "t")]
pub fn t(orders: StreamOf<Orders>, name: &'static str) {
    orders.repartition::<Space<ItemName, 6>>(name, |o| o.item.clone()).map_values(|o| u64::from(o.quantity)).to(PerItem);
}

fn main() {}
