//! The lock holds the names of the deployed topology. (e14 of the prototype.)
#[path = "../shop.rs"]
mod shop;
use kstreams::prelude::*;
use shop::*;

#[topology(id = "order-totals", lock = "order-totals.lock")]
pub fn t(orders: StreamOf<Orders>) {
    orders.count("orders-by-user").to(Totals);
}

fn main() {}
