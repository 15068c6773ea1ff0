//! A topic is begun at one of its ends.
#[path = "../shop.rs"]
mod shop;
use kstreams::prelude::*;
use shop::*;

#[topic(name = "visits", key = UserName, value = u64, partitions = 3, reset = middle)]
pub struct Visits;

#[topology(id = "t")]
pub fn t(visits: StreamOf<Visits>) {
    visits.to(Totals);
}

fn main() {}
