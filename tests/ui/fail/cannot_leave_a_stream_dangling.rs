//! A stream without an end computes for nothing. (e7b of the prototype.)
#[path = "../shop.rs"]
mod shop;
use kstreams::prelude::*;
use shop::*;

#[topology(id = "t")]
pub fn t(orders: StreamOf<Orders>, users: TableOf<Users>) {
    orders.left_join(users, with_user).filter(|o| o.address.is_some());
}

fn main() {}
