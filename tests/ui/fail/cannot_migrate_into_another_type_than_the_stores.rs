//! What a migration makes of an old row is a row of the store.
#[path = "../shop.rs"]
mod shop;
use kstreams::prelude::*;
use shop::*;

#[topology(id = "t")]
pub fn t(orders: StreamOf<Orders>) {
    orders.count(stored("counts").migrate(from::<u32>(), |count| count.to_string())).to(Totals);
}

fn main() {}
