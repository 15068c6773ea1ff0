//! A joiner takes both values.
#[path = "../shop.rs"]
mod shop;
use kstreams::prelude::*;
use shop::*;

#[topology(id = "t")]
pub fn t(orders: StreamOf<Orders>, users: TableOf<Users>) {
    orders.join(users, |o| u64::from(o.quantity)).to(Totals);
}

fn main() {}
