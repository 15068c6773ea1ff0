//! A processor opens the kind of store that is declared. (As e23 of the prototype.)
#[path = "../shop.rs"]
mod shop;
use kstreams::prelude::*;
use shop::*;

pub struct Velocity;
impl Processor for Velocity {
    type Key = UserName;
    type In = Order;
    type Stores = VersionedStore<UserName, u64>;
    type Out = EmitInPlace<UserName, u64>;
    fn process(&mut self, order: Message<UserName, Order>, cx: &mut Cx<Self>) -> kstreams::Result<()> {
        cx.stores.put(&order.key, 1, order.time)?;
        cx.out.emit(&order.key, 1)
    }
}

#[topology(id = "t")]
pub fn t(orders: StreamOf<Orders>) {
    orders.process(kv("orders-seen"), || Velocity).to(Totals);
}

fn main() {}
