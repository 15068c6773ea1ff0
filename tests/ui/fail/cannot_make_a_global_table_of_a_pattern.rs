//! A global table has one topic.
use kstreams::prelude::*;

pub fn t() -> Topology {
    let b = Topology::builder("t");
    let rates = b.global_table(matching::<Space<String, 3>, u64>("rates-.*"));
    b.stream(named::<Space<String, 3>, u64>("sales")).join_global(rates, |s| s.to_string(), |s, r| s * r).discard();
    b.build(())
}

fn main() {}
