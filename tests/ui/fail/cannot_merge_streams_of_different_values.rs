//! Orders and clicks are different values.
#[path = "../shop.rs"]
mod shop;
use kstreams::prelude::*;
use shop::*;

#[topology(id = "t")]
pub fn t(orders: StreamOf<Orders>, clicks: StreamOf<Clicks>) {
    orders.merge(clicks).count("events-per-user").to(Totals);
}

fn main() {}
