//! `group_by` keeps the partition count, and a re-keyed stream has none.
#[path = "../shop.rs"]
mod shop;
use kstreams::prelude::*;
use shop::*;

#[topology(id = "t")]
pub fn t(orders: StreamOf<Orders>) {
    orders.select_key(|o| o.item.clone()).group_by("by-user", |_| UserName("ann".into())).count("orders").to(Totals);
}

fn main() {}
