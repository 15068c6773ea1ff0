//! A table's changes may be deletes. (e27 of the prototype.)
#[path = "../shop.rs"]
mod shop;
use kstreams::prelude::*;
use shop::*;

#[topology(id = "t")]
pub fn t(clicks: TableOf<Clicks>) {
    clicks.to_stream().count("changes").to(Totals);
}

fn main() {}
