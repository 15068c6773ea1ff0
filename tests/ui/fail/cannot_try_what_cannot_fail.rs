//! `try_map_values` takes a function that answers a `Result`.
#[path = "../shop.rs"]
mod shop;
use kstreams::prelude::*;
use shop::*;

#[topology(id = "t")]
pub fn t(clicks: StreamOf<Clicks>) {
    clicks.try_map_values(|page| page + 1).to(Totals);
}

fn main() {}
