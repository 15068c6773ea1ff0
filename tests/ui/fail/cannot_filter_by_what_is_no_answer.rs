//! A filter answers yes or no.
#[path = "../shop.rs"]
mod shop;
use kstreams::prelude::*;
use shop::*;

#[topology(id = "t")]
pub fn t(orders: StreamOf<Orders>) {
    orders.filter(|o| o.quantity).count("orders").to(Totals);
}

fn main() {}
