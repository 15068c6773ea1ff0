//! Operators outlive the function that describes them.
#[path = "../shop.rs"]
mod shop;
use kstreams::prelude::*;
use shop::*;

pub struct Limits {
    pub quantity: u32,
}

#[topology(id = "t")]
pub fn t(orders: StreamOf<Orders>, limits: &Limits) {
    orders.filter(|o| o.quantity > limits.quantity).count("orders").to(Totals);
}

fn main() {}
