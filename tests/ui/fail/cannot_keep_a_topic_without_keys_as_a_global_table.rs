//! Rows of a table have keys.
#[path = "../shop.rs"]
mod shop;
use kstreams::prelude::*;
use shop::*;

#[topic(name = "lines", key = Unkeyed, value = String, partitions = 3)]
pub struct Lines;

#[topology(id = "t")]
pub fn t(clicks: StreamOf<Clicks>, lines: GlobalOf<Lines>) {
    clicks.join_global(lines, |n| n.to_string(), |n, _| n).to(Totals);
}

fn main() {}
