//! What crosses a topic must be a record. (e3 of the prototype.)
#[path = "../shop.rs"]
mod shop;
use kstreams::prelude::*;
use shop::*;

pub struct Enriched {
    pub item: ItemName,
}

#[topology(id = "t")]
pub fn t(orders: StreamOf<Orders>, items: TableOf<Items>) {
    orders
        .map_values(|o| Enriched { item: o.item })
        .repartition_for(&items, "orders-by-item", |e| e.item.clone())
        .left_join(items, |_, item| u64::from(item.is_some()))
        .to(PerItem);
}

fn main() {}
