//! A table needs all records of a key in one partition.
#[path = "../shop.rs"]
mod shop;
use kstreams::prelude::*;
use shop::*;

#[topology(id = "t")]
pub fn t(clicks: StreamOf<Clicks>) {
    clicks.select_key(|n| ItemName(n.to_string())).to_table("clicks").to(PerItem);
}

fn main() {}
