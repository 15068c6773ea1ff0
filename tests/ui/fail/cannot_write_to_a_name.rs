//! A topic is declared, not spelled where it is used.
#[path = "../shop.rs"]
mod shop;
use kstreams::prelude::*;
use shop::*;

#[topology(id = "t")]
pub fn t(orders: StreamOf<Orders>) {
    orders.count("orders-per-user").to("totals");
}

fn main() {}
