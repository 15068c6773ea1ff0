//! The shape is fixed when the program is compiled.
#[path = "../shop.rs"]
mod shop;
use kstreams::prelude::*;
use shop::*;

#[topology(id = "t")]
pub fn t(orders: StreamOf<Orders>, strict: bool) {
    if strict {
        orders.count("orders").to(Totals);
    }
}

fn main() {}
