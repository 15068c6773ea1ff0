//! A duration is no window. (e26b of the prototype.)
#[path = "../shop.rs"]
mod shop;
use kstreams::prelude::*;
use shop::*;

#[topology(id = "t")]
pub fn t(orders: StreamOf<Orders>) {
    orders.windowed_by(hours(1)).count("per-hour").to(Hourly);
}

fn main() {}
