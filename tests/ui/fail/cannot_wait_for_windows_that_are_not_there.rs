//! A plain count has no window that could close. (e5c of the prototype.)
#[path = "../shop.rs"]
mod shop;
use kstreams::prelude::*;
use shop::*;

#[topology(id = "t")]
pub fn t(orders: StreamOf<Orders>) {
    orders.count("totals").suppress("totals-final", until_window_closes()).to(Totals);
}

fn main() {}
