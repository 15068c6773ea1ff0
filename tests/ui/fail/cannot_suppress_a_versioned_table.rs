//! Changes of a versioned table are not only about what its keys are now.
#[path = "../shop.rs"]
mod shop;
use kstreams::prelude::*;
use shop::*;

#[topology(id = "t")]
pub fn t(discounts: VersionedOf<Discounts>) {
    discounts.suppress("calm", until_time_limit(minutes(1))).to(Totals);
}

fn main() {}
