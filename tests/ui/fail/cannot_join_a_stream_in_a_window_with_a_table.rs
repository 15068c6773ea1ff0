//! A table has no windows to be met in.
#[path = "../shop.rs"]
mod shop;
use kstreams::prelude::*;
use shop::*;

#[topology(id = "t")]
pub fn t(orders: StreamOf<Orders>, users: TableOf<Users>) {
    orders.join_stream(users, within(hours(1)), "orders-users", |o, _| u64::from(o.quantity)).to(Totals);
}

fn main() {}
