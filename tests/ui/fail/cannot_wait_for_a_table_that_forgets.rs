//! A grace period needs a table that remembers. (e19 of the prototype.)
#[path = "../shop.rs"]
mod shop;
use kstreams::prelude::*;
use shop::*;

#[topology(id = "t")]
pub fn t(orders: StreamOf<Orders>, users: TableOf<Users>) {
    orders.left_join(users.with_grace("late-orders", minutes(5)), with_user).to(UserOrders);
}

fn main() {}
