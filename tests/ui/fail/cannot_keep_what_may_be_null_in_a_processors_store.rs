//! A null in a store is a deleted row.
#[path = "../shop.rs"]
mod shop;
use kstreams::prelude::*;
use shop::*;

#[topology(id = "t")]
pub fn t(orders: StreamOf<Orders>) {
    orders.process(kv::<UserName, Option<u64>>("seen"), || Velocity).discard();
}

pub struct Velocity;
impl Processor for Velocity {
    type Key = UserName;
    type In = Order;
    type Stores = KvStore<UserName, Option<u64>>;
    type Out = EmitInPlace<UserName, u64>;
    fn process(&mut self, order: Message<UserName, Order>, cx: &mut Cx<Self>) -> kstreams::Result<()> {
        cx.out.emit(&order.key, 1)
    }
}

fn main() {}
