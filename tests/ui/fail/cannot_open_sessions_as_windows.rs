//! Of several stores one is of another kind than the processor opens.
#[path = "../shop.rs"]
mod shop;
use kstreams::prelude::*;
use shop::*;

pub struct Visits;
impl Processor for Visits {
    type Key = UserName;
    type In = Order;
    type Stores = (KvStore<UserName, u64>, SessionStore<UserName, u64>);
    type Out = EmitInPlace<UserName, u64>;
    fn process(&mut self, order: Message<UserName, Order>, cx: &mut Cx<Self>) -> kstreams::Result<()> {
        let visits = cx.stores.1.fetch(&order.key, ..)?.count();
        cx.out.emit(&order.key, visits as u64)
    }
}

#[topology(id = "t")]
pub fn t(orders: StreamOf<Orders>) {
    orders.process((kv("orders-seen"), windows("visits", hours(1), days(1))), || Visits).to(Totals);
}

fn main() {}
