//! A null row is a deleted one.
#[path = "../shop.rs"]
mod shop;
use kstreams::prelude::*;
use shop::*;

#[topology(id = "t")]
pub fn t(totals: TableOf<Totals>) {
    totals.map_values(|n| n.checked_sub(3)).materialize("rest").to_stream().discard();
}

fn main() {}
