//! The row of an item lies where the item's name puts it, not where the customer's does.
#[path = "../shop.rs"]
mod shop;
use kstreams::prelude::*;
use shop::*;

pub struct Priced;
impl Processor for Priced {
    type Key = UserName;
    type In = Order;
    type Stores = TableView<ItemName, Item>;
    type Out = EmitInPlace<UserName, u64>;
    fn process(&mut self, order: Message<UserName, Order>, cx: &mut Cx<Self>) -> kstreams::Result<()> {
        let found = cx.stores.get(&order.value.item)?.is_some();
        cx.out.emit(&order.key, u64::from(found))
    }
}

#[topology(id = "t")]
pub fn t(orders: StreamOf<Orders>, items: TableOf<Items>) {
    orders.process(items, || Priced).to(Totals);
}

fn main() {}
