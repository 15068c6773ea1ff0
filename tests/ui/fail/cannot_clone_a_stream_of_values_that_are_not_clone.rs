//! A second reader copies the records, and `Order` cannot be copied.
#[path = "../shop.rs"]
mod shop;
use kstreams::prelude::*;
use shop::*;

#[topology(id = "t")]
pub fn t(orders: StreamOf<Orders>) {
    orders.clone().count("orders-per-user").to(Totals);
    orders.for_each(|_, _| ());
}

fn main() {}
