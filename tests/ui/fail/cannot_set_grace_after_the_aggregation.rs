//! Grace belongs to the window.
#[path = "../shop.rs"]
mod shop;
use kstreams::prelude::*;
use shop::*;

#[topology(id = "t")]
pub fn t(orders: StreamOf<Orders>) {
    orders.windowed_by(tumbling(hours(1))).count("totals").grace(minutes(5)).to(Hourly);
}

fn main() {}
