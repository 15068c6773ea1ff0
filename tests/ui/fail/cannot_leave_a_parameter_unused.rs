//! The application would read the topic for nothing. (e7 of the prototype.)
#[path = "../shop.rs"]
mod shop;
use kstreams::prelude::*;
use shop::*;

#[topology(id = "t")]
pub fn t(orders: StreamOf<Orders>, users: TableOf<Users>) {
    orders.count("orders-per-user").to(Totals);
}

fn main() {}
