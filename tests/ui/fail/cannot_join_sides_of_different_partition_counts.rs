//! A join needs one count: four partitions do not meet six. (e2 of the prototype.)
#[path = "../shop.rs"]
mod shop;
use kstreams::prelude::*;
use shop::*;

/// The old catalogue.
#[topic(name = "items-v1", key = ItemName, value = Item, partitions = 4)]
pub struct ItemsV1;

#[topology(id = "t")]
pub fn t(orders: StreamOf<Orders>, users: TableOf<Users>, items: TableOf<Items>, items_v1: TableOf<ItemsV1>) {
    orders.left_join(users, with_user).repartition_for(&items, "orders-by-item", item_name).left_join(items_v1, is_local).to(PerItem);
}

fn main() {}
