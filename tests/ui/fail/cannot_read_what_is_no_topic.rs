//! A topic is named, not what it holds.
use kstreams::prelude::*;

#[topology(id = "t")]
pub fn t(orders: StreamOf<String>) {
    orders.discard();
}

fn main() {}
