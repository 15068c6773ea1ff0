//! State survives a restart by its name. (e6 of the prototype.)
#[path = "../shop.rs"]
mod shop;
use kstreams::prelude::*;
use shop::*;

#[topology(id = "t")]
pub fn t(orders: StreamOf<Orders>, clicks: StreamOf<Clicks>) {
    orders.count("orders-per-user").to(Totals);
    clicks.windowed_by(tumbling(hours(1))).count("orders-per-user").to(Hourly);
}

fn main() {}
