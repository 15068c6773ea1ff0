//! A generic function is a piece of a topology, whatever the space; its caller names its state.
#[path = "../shop.rs"]
mod shop;
use kstreams::prelude::*;
use shop::*;

pub fn enrich<S: Placed<Key = UserName>>(orders: Stream<S, Order>, users: Table<S, User>) -> Stream<S, UserOrder> {
    orders.left_join(users, with_user).filter(|o| o.address.is_some())
}
pub fn counted<S: Placed>(orders: Stream<S, UserOrder>, name: &'static str) -> Table<S, u64> {
    orders.count(name)
}

#[topology(id = "pieces")]
pub fn pieces(orders: StreamOf<Orders>, users: TableOf<Users>, items: TableOf<Items>) -> (StoreOf<UserName, u64>, StoreOf<ItemName, u64>) {
    let enriched = enrich(orders, users).map_values(|o| o.order).left_join(users, with_user);
    let per_item = counted(enriched.repartition_for(&items, "by-item", item_name), "per-item");
    per_item.to(PerItem);
    let per_user = users.map_values(|u| u64::from(u.address.is_some())).materialize("addresses");
    per_user.to(Totals);
    (per_user.store(), per_item.store())
}

fn main() {
    let topology = pieces::topology();
    assert!(topology.problems().is_empty());
}
