//! A record is written to one topic.
use kstreams::prelude::*;

#[topic(pattern = "shop-.*-orders", key = String, value = u64, partitions = 3)]
pub struct Orders;

pub fn t() -> Topology {
    let b = Topology::builder("t");
    b.stream(named::<Space<String, 3>, u64>("all-orders")).to(Orders);
    b.build(())
}

fn main() {}
