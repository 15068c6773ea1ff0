//! Nor is that of several streams.
#[path = "../shop.rs"]
mod shop;
use kstreams::prelude::*;
use shop::*;

#[topology(id = "t")]
pub fn t(orders: StreamOf<Orders>) {
    let most = orders.cogroup(|| None, |most: &mut Option<u32>, o| *most = (*most).max(Some(o.quantity)));
    most.aggregate("largest").to_stream().discard();
}

fn main() {}
