//! A table of some partitions is not whole anywhere: `join_global` wants a global table.
#[path = "../shop.rs"]
mod shop;
use kstreams::prelude::*;
use shop::*;

#[topology(id = "t")]
pub fn t(orders: StreamOf<Orders>, items: TableOf<Items>) {
    orders.join_global(items, |o| o.item.clone(), |o, _| u64::from(o.quantity)).to(Totals);
}

fn main() {}
