//! A null that is held back is a delete.
#[path = "../shop.rs"]
mod shop;
use kstreams::prelude::*;
use shop::*;

#[topology(id = "t")]
pub fn t(totals: TableOf<Totals>) {
    totals.map_values(|n| n.checked_sub(3)).suppress("calm", until_time_limit(minutes(1))).to_stream().discard();
}

fn main() {}
