//! `Unkeyed` records have nothing to be counted by. (e28 of the prototype.)
use kstreams::prelude::*;

/// Page views.
#[topic(name = "views", key = Unkeyed, value = u64, partitions = 3)]
pub struct Views;

#[topology(id = "t")]
pub fn t(views: StreamOf<Views>) {
    views.count("views").to_stream().discard();
}

fn main() {}
