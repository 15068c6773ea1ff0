//! A topic is a unit struct.
use kstreams::prelude::*;

#[topic(name = "refunds", key = String, value = u64, partitions = 3)]
pub enum Refunds {}

fn main() {}
