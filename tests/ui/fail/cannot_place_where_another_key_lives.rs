//! `place_for` keeps the key, so the other side must have it.
#[path = "../shop.rs"]
mod shop;
use kstreams::prelude::*;
use shop::*;

#[topology(id = "t")]
pub fn t(clicks: StreamOf<Clicks>, items: TableOf<Items>) {
    clicks.place_for(&items, "clicks-by-item").left_join(items, |n, _| n).to(PerItem);
}

fn main() {}
