//! What waits for a table is kept in a store, so it must be a record.
#[path = "../shop.rs"]
mod shop;
use kstreams::prelude::*;
use shop::*;

#[topology(id = "t")]
pub fn t(clicks: StreamOf<Clicks>, discounts: VersionedOf<Discounts>) {
    let discounts = discounts.with_grace("late", minutes(5));
    clicks.map_values(|_| std::time::Instant::now()).join(discounts, |_, discount| *discount).to(Totals);
}

fn main() {}
