//! Grace belongs to the window.
#[path = "../shop.rs"]
mod shop;
use kstreams::prelude::*;
use shop::*;

#[topology(id = "t")]
pub fn t(orders: StreamOf<Orders>) {
    orders.windowed_by(tumbling(hours(1))).grace(minutes(5)).count("totals").to(Hourly);
}

fn main() {}
