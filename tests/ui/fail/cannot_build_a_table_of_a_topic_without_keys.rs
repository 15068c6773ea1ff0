//! A table has one value per key.
use kstreams::prelude::*;

pub fn t() -> Topology {
    let b = Topology::builder("t");
    b.table(named::<Space<Unkeyed, 1>, u64>("views")).to_stream().discard();
    b.build(())
}

fn main() {}
