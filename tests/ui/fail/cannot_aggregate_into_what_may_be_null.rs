//! A null aggregate is no row, so nothing can be kept of it.
#[path = "../shop.rs"]
mod shop;
use kstreams::prelude::*;
use shop::*;

#[topology(id = "t")]
pub fn t(orders: StreamOf<Orders>) {
    orders.aggregate("largest", || None, |most: &mut Option<u32>, o| *most = (*most).max(Some(o.quantity))).to_stream().discard();
}

fn main() {}
