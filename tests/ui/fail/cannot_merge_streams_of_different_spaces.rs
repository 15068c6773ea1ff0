//! Three partitions and twelve are different places. (e18 of the prototype.)
#[path = "../shop.rs"]
mod shop;
use kstreams::prelude::*;
use shop::*;

/// Orders of the old shop.
#[topic(name = "old-orders", key = UserName, value = Order, partitions = 12)]
pub struct OldOrders;

#[topology(id = "t")]
pub fn t(orders: StreamOf<Orders>, old: StreamOf<OldOrders>) {
    orders.merge(old).count("orders-per-user").to(Totals);
}

fn main() {}
