//! Aggregation windows do not pair records. (e26 of the prototype.)
#[path = "../shop.rs"]
mod shop;
use kstreams::prelude::*;
use shop::*;

#[topology(id = "t")]
pub fn t(orders: StreamOf<Orders>, clicks: StreamOf<Clicks>) {
    orders.join_stream(clicks, tumbling(hours(1)), "orders-clicks", |o, c| u64::from(o.quantity) + c).to(Totals);
}

fn main() {}
