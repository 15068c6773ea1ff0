//! Both sides of a stream-stream join lie in the same partitions.
#[path = "../shop.rs"]
mod shop;
use kstreams::prelude::*;
use shop::*;

#[topic(name = "returns", key = UserName, value = u64, partitions = 4)]
pub struct Returns;

#[topology(id = "t")]
pub fn t(clicks: StreamOf<Clicks>, returns: StreamOf<Returns>) {
    clicks.join_stream(returns, within(hours(1)), "clicks-returns", |c, r| c + r).to(Totals);
}

fn main() {}
