//! A stream with a new key still lies where it was read.
#[path = "../shop.rs"]
mod shop;
use kstreams::prelude::*;
use shop::*;

pub struct Priced;
impl Processor for Priced {
    type Key = ItemName;
    type In = Order;
    type Stores = TableView<ItemName, Item>;
    type Out = Emit<ItemName, u64>;
    fn process(&mut self, order: Message<ItemName, Order>, cx: &mut Cx<Self>) -> kstreams::Result<()> {
        let found = cx.stores.get(&order.key)?.is_some();
        cx.out.emit(order.key, u64::from(found))
    }
}

#[topology(id = "t")]
pub fn t(orders: StreamOf<Orders>, items: TableOf<Items>) {
    orders.select_key(|o| o.item.clone()).process(items, || Priced).to(PerItem);
}

fn main() {}
