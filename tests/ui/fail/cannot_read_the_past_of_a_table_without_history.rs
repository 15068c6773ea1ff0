//! The processor asks what a price was, the table knows only what it is.
#[path = "../shop.rs"]
mod shop;
use kstreams::prelude::*;
use shop::*;

pub struct Compare;
impl Processor for Compare {
    type Key = UserName;
    type In = Order;
    type Stores = TableView<UserName, u64, Versioned>;
    type Out = EmitInPlace<UserName, u64>;
    fn process(&mut self, order: Message<UserName, Order>, cx: &mut Cx<Self>) -> kstreams::Result<()> {
        let before = cx.stores.get_as_of(&order.key, Timestamp(order.time.0 - 60_000))?;
        cx.out.emit(&order.key, before.unwrap_or(0))
    }
}
#[topology(id = "t")]
pub fn t(orders: StreamOf<Orders>, totals: TableOf<Totals>) {
    orders.process(totals, || Compare).discard();
}

fn main() {}
