//! A record one hour and four minutes late would find its window gone.
#[path = "../shop.rs"]
mod shop;
use kstreams::prelude::*;
use shop::*;

#[topology(id = "t")]
pub fn t(orders: StreamOf<Orders>) {
    orders.windowed_by(tumbling(hours(1)).grace(minutes(5))).count(stored("per-hour").retention(hours(1))).to(Hourly);
}

fn main() {}
