//! The key function answers a user where the other side is keyed by article. (e15 of the prototype.)
#[path = "../shop.rs"]
mod shop;
use kstreams::prelude::*;
use shop::*;

fn buyer(o: &UserOrder) -> UserName {
    UserName(o.address.clone().unwrap_or_default())
}

#[topology(id = "t")]
pub fn t(orders: StreamOf<Orders>, users: TableOf<Users>, items: TableOf<Items>) {
    orders.left_join(users, with_user).repartition_for(&items, "by-item", buyer).left_join(items, is_local).to(PerItem);
}

fn main() {}
