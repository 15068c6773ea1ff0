//! Partition counts are what joins are checked by. (e3b of the prototype.)
use kstreams::prelude::*;

#[topic(name = "refunds", key = String, value = u64)]
pub struct Refunds;

fn main() {}
