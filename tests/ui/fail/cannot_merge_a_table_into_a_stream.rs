//! A table is state, not records in flight.
#[path = "../shop.rs"]
mod shop;
use kstreams::prelude::*;
use shop::*;

/// Another number per customer.
#[topic(name = "labels", key = UserName, value = u64, partitions = 3)]
pub struct Labels;

#[topology(id = "t")]
pub fn t(clicks: StreamOf<Clicks>, totals: TableOf<Totals>) {
    clicks.merge(totals).count("events-per-user").to(Labels);
}

fn main() {}
