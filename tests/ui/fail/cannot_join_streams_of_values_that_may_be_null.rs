//! Both sides of a join are kept, and a null cannot be.
#[path = "../shop.rs"]
mod shop;
use kstreams::prelude::*;
use shop::*;

#[topology(id = "t")]
pub fn t(clicks: StreamOf<Clicks>, totals: StreamOf<Totals>) {
    let rest = clicks.map_values(|n| n.checked_sub(3));
    rest.join_stream(totals, within(hours(1)), "pairs", |rest, n| rest.unwrap_or(0) + n).discard();
}

fn main() {}
