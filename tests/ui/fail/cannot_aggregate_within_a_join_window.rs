//! A join window is no aggregation window. (e26b of the prototype.)
#[path = "../shop.rs"]
mod shop;
use kstreams::prelude::*;
use shop::*;

#[topology(id = "t")]
pub fn t(orders: StreamOf<Orders>) {
    orders.windowed_by(within(hours(1))).count("n").to(Hourly);
}

fn main() {}
