//! Users are read as a stream, where a table is meant. (e13 of the prototype.)
#[path = "../shop.rs"]
mod shop;
use kstreams::prelude::*;
use shop::*;

#[topology(id = "t")]
pub fn t(orders: StreamOf<Orders>, users: StreamOf<Users>) {
    orders.left_join(users, with_user).to(UserOrders);
}

fn main() {}
