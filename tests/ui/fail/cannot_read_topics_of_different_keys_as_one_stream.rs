//! Several topics in one stream have one key, one value and one count.
#[path = "../shop.rs"]
mod shop;
use kstreams::prelude::*;
use shop::*;

#[topology(id = "t")]
pub fn t(both: StreamOf<(Clicks, PerItem)>) {
    both.for_each(|_, _| {});
}

fn main() {}
