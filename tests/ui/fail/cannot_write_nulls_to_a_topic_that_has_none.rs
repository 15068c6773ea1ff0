//! A table's deletes are nulls. (e29 of the prototype.)
#[path = "../shop.rs"]
mod shop;
use kstreams::prelude::*;
use shop::*;

#[topology(id = "t")]
pub fn t(clicks: TableOf<Clicks>) {
    clicks.to_stream().to(Totals);
}

fn main() {}
