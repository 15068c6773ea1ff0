//! The topic is keyed by article, the records by user.
#[path = "../shop.rs"]
mod shop;
use kstreams::prelude::*;
use shop::*;

#[topology(id = "t")]
pub fn t(clicks: StreamOf<Clicks>) {
    clicks.filter(|n| *n > 9).to(PerItem);
}

fn main() {}
