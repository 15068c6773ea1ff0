//! A feedback loop never ends. (e8 of the prototype.)
#[path = "../shop.rs"]
mod shop;
use kstreams::prelude::*;
use shop::*;

#[topology(id = "t")]
pub fn t(orders: StreamOf<Orders>) {
    orders.filter(|o| o.quantity > 1).to(Orders);
}

fn main() {}
