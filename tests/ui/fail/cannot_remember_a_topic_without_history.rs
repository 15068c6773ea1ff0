//! A versioned table says how far back it remembers. (e19b of the prototype.)
#[path = "../shop.rs"]
mod shop;
use kstreams::prelude::*;
use shop::*;

#[topology(id = "t")]
pub fn t(orders: StreamOf<Orders>, users: VersionedOf<Users>) {
    orders.left_join(users.with_grace("late-orders", minutes(5)), with_user).to(UserOrders);
}

fn main() {}
