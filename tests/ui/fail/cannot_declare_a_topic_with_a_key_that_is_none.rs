//! A float has no canonical bytes, so it cannot be a key.
use kstreams::prelude::*;

#[topic(name = "payments", key = f64, value = u64, partitions = 3)]
pub struct Payments;

fn main() {}
