//! A topology is a description.
#[path = "../shop.rs"]
mod shop;
use kstreams::prelude::*;
use shop::*;

#[topology(id = "t")]
pub async fn t(orders: StreamOf<Orders>) {
    orders.count("orders").to(Totals);
}

fn main() {}
