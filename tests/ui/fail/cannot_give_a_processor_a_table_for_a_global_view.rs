//! The processor looks into a whole table, the topology gives it a part of one.
#[path = "../shop.rs"]
mod shop;
use kstreams::prelude::*;
use shop::*;

pub struct Seen;
impl Processor for Seen {
    type Key = UserName;
    type In = Order;
    type Stores = GlobalView<ItemName, Item>;
    type Out = ();
    fn process(&mut self, _: Message<UserName, Order>, _: &mut Cx<Self>) -> kstreams::Result<()> {
        Ok(())
    }
}
#[topology(id = "t")]
pub fn t(orders: StreamOf<Orders>, items: TableOf<Items>) {
    orders.process(items, || Seen);
}

fn main() {}
