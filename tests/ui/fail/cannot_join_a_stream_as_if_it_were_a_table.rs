//! Two streams join within a window, not by lookup. (e5b of the prototype.)
#[path = "../shop.rs"]
mod shop;
use kstreams::prelude::*;
use shop::*;

#[topology(id = "t")]
pub fn t(orders: StreamOf<Orders>, clicks: StreamOf<Clicks>) {
    orders.join(clicks, |o, _| u64::from(o.quantity)).to(Totals);
}

fn main() {}
