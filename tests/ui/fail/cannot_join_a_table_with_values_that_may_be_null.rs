//! Kafka Streams drops nulls before a join; here it is said.
#[path = "../shop.rs"]
mod shop;
use kstreams::prelude::*;
use shop::*;

#[topology(id = "t")]
pub fn t(clicks: StreamOf<Clicks>, totals: TableOf<Totals>) {
    clicks.map_values(|n| n.checked_sub(3)).left_join(totals, |rest, n| rest.unwrap_or(0) + n.copied().unwrap_or(0)).discard();
}

fn main() {}
