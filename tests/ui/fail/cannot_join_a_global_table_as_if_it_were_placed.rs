//! A global table lies nowhere in particular: it has a join of its own.
#[path = "../shop.rs"]
mod shop;
use kstreams::prelude::*;
use shop::*;

#[topology(id = "t")]
pub fn t(orders: StreamOf<Orders>, users: GlobalOf<Users>) {
    orders.left_join(users, |o, _| u64::from(o.quantity)).to(Totals);
}

fn main() {}
