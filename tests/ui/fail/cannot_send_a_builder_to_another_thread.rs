//! What a builder records belongs to its thread.
use kstreams::prelude::*;

fn main() {
    let b = Topology::builder("t");
    b.stream(named::<Space<String, 1>, u64>("clicks")).discard();
    std::thread::spawn(move || b.build(()));
}
