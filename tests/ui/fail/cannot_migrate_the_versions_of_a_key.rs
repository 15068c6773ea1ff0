//! A versioned store is not migrated: it gets another name.
#[path = "../shop.rs"]
mod shop;
use kstreams::prelude::*;
use shop::*;

#[topology(id = "t")]
pub fn t(clicks: StreamOf<Clicks>) {
    clicks.to_table(stored("clicks").versioned(hours(1)).migrate(from::<u32>(), u64::from)).to(Totals);
}

fn main() {}
