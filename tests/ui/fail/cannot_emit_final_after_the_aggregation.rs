//! `emit_final` belongs before the aggregation. (e5d of the prototype.)
#[path = "../shop.rs"]
mod shop;
use kstreams::prelude::*;
use shop::*;

#[topology(id = "t")]
pub fn t(orders: StreamOf<Orders>) {
    orders.windowed_by(tumbling(hours(1))).count("totals").emit_final().to(Hourly);
}

fn main() {}
