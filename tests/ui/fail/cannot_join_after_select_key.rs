//! A stream that was re-keyed has equal keys in different partitions. (e4 of the prototype.)
#[path = "../shop.rs"]
mod shop;
use kstreams::prelude::*;
use shop::*;

#[topology(id = "t")]
pub fn t(orders: StreamOf<Orders>, users: TableOf<Users>, items: TableOf<Items>) {
    orders.left_join(users, with_user).select_key(item_name).left_join(items, is_local).to(PerItem);
}

fn main() {}
