//! Without a topic there is nothing to do.
use kstreams::prelude::*;

#[topology(id = "t")]
pub fn t(limit: u32) {
    let _ = limit;
}

fn main() {}
