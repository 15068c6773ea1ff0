//! A number has no unit.
#[path = "../shop.rs"]
mod shop;
use kstreams::prelude::*;
use shop::*;

#[topology(id = "t")]
pub fn t(orders: StreamOf<Orders>) {
    orders.windowed_by(tumbling(3600)).count("per-hour").to(Hourly);
}

fn main() {}
