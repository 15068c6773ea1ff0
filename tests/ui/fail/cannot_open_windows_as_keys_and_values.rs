//! A store of windows is not one of keys. (e23 of the prototype.)
#[path = "../shop.rs"]
mod shop;
use kstreams::prelude::*;
use shop::*;

pub struct Velocity;
impl Processor for Velocity {
    type Key = UserName;
    type In = Order;
    type Stores = KvStore<UserName, u64>;
    type Out = EmitInPlace<UserName, u64>;
    fn process(&mut self, order: Message<UserName, Order>, cx: &mut Cx<Self>) -> kstreams::Result<()> {
        let n = cx.stores.get(&order.key)?.unwrap_or(0) + 1;
        cx.stores.put(&order.key, n)?;
        cx.out.emit(&order.key, n)
    }
}

#[topology(id = "t")]
pub fn t(orders: StreamOf<Orders>) {
    orders.process(windows("orders-seen", hours(1), days(1)), || Velocity).to(Totals);
}

fn main() {}
