//! Only records of a stream wait for a table.
#[path = "../shop.rs"]
mod shop;
use kstreams::prelude::*;
use shop::*;

#[topology(id = "t")]
pub fn t(totals: TableOf<Clicks>, discounts: VersionedOf<Discounts>) {
    let late = discounts.with_grace("late", minutes(5));
    totals.join(late, |clicks, discount| clicks * discount).to(Totals);
}

fn main() {}
