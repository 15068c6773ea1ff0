//! A parameter's name says what it is.
#[path = "../shop.rs"]
mod shop;
use kstreams::prelude::*;
use shop::*;

#[topology(id = "t")]
pub fn t(orders: StreamOf<Orders>, (low, high): (u32, u32)) {
    orders.filter(move |o| o.quantity > low && o.quantity < high).count("orders").to(Totals);
}

fn main() {}
