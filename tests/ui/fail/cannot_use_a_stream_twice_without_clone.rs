//! A second reader is a visible copy of the records. (e21 of the prototype.)
#[path = "../shop.rs"]
mod shop;
use kstreams::prelude::*;
use shop::*;

/// Large orders.
#[topic(name = "big-orders", key = UserName, value = Order, partitions = 3)]
pub struct BigOrders;

#[topology(id = "t")]
pub fn t(orders: StreamOf<Orders>) {
    orders.count("orders-per-user").to(Totals);
    orders.filter(|o| o.quantity > 9).to(BigOrders);
}

fn main() {}
