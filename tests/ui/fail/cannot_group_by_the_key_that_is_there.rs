//! A stream is grouped by its key; Kafka Streams' `groupByKey` has no counterpart.
#[path = "../shop.rs"]
mod shop;
use kstreams::prelude::*;
use shop::*;

#[topology(id = "t")]
pub fn t(orders: StreamOf<Orders>) {
    orders.group_by_key().count("totals").to(Totals);
}

fn main() {}
