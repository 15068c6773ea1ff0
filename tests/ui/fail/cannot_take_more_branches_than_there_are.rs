//! Two arms and the default are three streams.
#[path = "../shop.rs"]
mod shop;
use kstreams::prelude::*;
use shop::*;

#[topology(id = "t")]
pub fn t(orders: StreamOf<Orders>) {
    let (big, small) = orders.split().branch("big", |o| o.quantity > 9).branch("small", |o| o.quantity < 3).default_branch();
    big.merge(small).count("orders").to(Totals);
}

fn main() {}
