//! A store's name becomes part of its changelog's.
#[path = "../shop.rs"]
mod shop;
use kstreams::prelude::*;
use shop::*;

#[topology(id = "t")]
pub fn t(orders: StreamOf<Orders>) {
    orders.count("orders per user").to(Totals);
}

fn main() {}
