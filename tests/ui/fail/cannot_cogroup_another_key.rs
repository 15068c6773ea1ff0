//! Streams that feed one aggregate have one key.
#[path = "../shop.rs"]
mod shop;
use kstreams::prelude::*;
use shop::*;

#[topology(id = "t")]
pub fn t(orders: StreamOf<Orders>, per_item: StreamOf<PerItem>) {
    orders.cogroup(|| 0, |sum: &mut u64, _| *sum += 1).and(per_item, |sum, n| *sum += n).aggregate("totals").to(Totals);
}

fn main() {}
