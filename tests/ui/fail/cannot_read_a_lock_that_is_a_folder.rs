//! A lock that is there and cannot be read is no lock that is not there.
#[path = "../shop.rs"]
mod shop;
use kstreams::prelude::*;
use shop::*;

#[topology(id = "t", lock = ".")]
pub fn t(clicks: StreamOf<Clicks>) {
    clicks.to(Totals);
}

fn main() {}
