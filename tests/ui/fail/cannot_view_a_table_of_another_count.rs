//! A processor sees the partition of its record, and so the rows in it.
#[path = "../shop.rs"]
mod shop;
use kstreams::prelude::*;
use shop::*;

pub struct Discounted;
impl Processor for Discounted {
    type Key = UserName;
    type In = Order;
    type Stores = TableView<UserName, u64>;
    type Out = EmitInPlace<UserName, u64>;
    fn process(&mut self, order: Message<UserName, Order>, cx: &mut Cx<Self>) -> kstreams::Result<()> {
        let discount = cx.stores.get(&order.key)?.unwrap_or(0);
        cx.out.emit(&order.key, discount)
    }
}

#[topic(name = "bonuses", key = UserName, value = u64, partitions = 6)]
pub struct Bonuses;

#[topology(id = "t")]
pub fn t(orders: StreamOf<Orders>, bonuses: TableOf<Bonuses>) {
    orders.process(bonuses, || Discounted).to(Totals);
}

fn main() {}
