//! A user's crate, below whose last line somebody is writing: see `tests/tests/completion.rs`. Its shop is that of the compile errors.
mod shop;
use kstreams::prelude::*;
use shop::*;

/// A setting.
pub struct Limits {
    pub largest: u32,
    pub strict: bool,
}
/// A processor that counts.
pub struct Velocity;
impl Processor for Velocity {
    type Key = UserName;
    type In = Order;
    type Stores = KvStore<UserName, u64>;
    type Out = EmitInPlace<UserName, u64>;
    fn process(&mut self, order: Message<UserName, Order>, cx: &mut Cx<Self>) -> kstreams::Result<()> {
        cx.out.emit(&order.key, 1)
    }
}
