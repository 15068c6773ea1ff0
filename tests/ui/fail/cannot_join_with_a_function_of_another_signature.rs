//! The left value is moved in, the right one is borrowed and may be absent. (e11 of the prototype.)
#[path = "../shop.rs"]
mod shop;
use kstreams::prelude::*;
use shop::*;

fn wrong(o: Order, u: &User) -> u64 {
    u64::from(o.quantity) + u.address.as_ref().map_or(0, |_| 1)
}

#[topology(id = "t")]
pub fn t(orders: StreamOf<Orders>, users: TableOf<Users>) {
    orders.left_join(users, wrong).to(Totals);
}

fn main() {}
