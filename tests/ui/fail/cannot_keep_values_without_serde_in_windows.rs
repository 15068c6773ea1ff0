//! What a store of windows holds has bytes.
#[path = "../shop.rs"]
mod shop;
use kstreams::prelude::*;
use shop::*;

pub struct Seen(u64);
pub struct Velocity;
impl Processor for Velocity {
    type Key = UserName;
    type In = Order;
    type Stores = WindowStore<UserName, Seen>;
    type Out = ();
    fn process(&mut self, _: Message<UserName, Order>, _: &mut Cx<Self>) -> kstreams::Result<()> {
        Ok(())
    }
}

#[topology(id = "t")]
pub fn t(orders: StreamOf<Orders>) {
    orders.process(windows("orders-seen", hours(1), days(1)), || Velocity);
}

fn main() {}
