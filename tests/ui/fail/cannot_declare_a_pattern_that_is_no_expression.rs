//! A pattern is a regular expression over whole names.
use kstreams::prelude::*;

#[topic(pattern = "shop-(", key = String, value = u64, partitions = 3)]
pub struct Orders;

fn main() {}
