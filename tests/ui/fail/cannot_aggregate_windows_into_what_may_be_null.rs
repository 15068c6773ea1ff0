//! A null aggregate of a window is no row either.
#[path = "../shop.rs"]
mod shop;
use kstreams::prelude::*;
use shop::*;

#[topology(id = "t")]
pub fn t(orders: StreamOf<Orders>) {
    let hourly = orders.windowed_by(tumbling(hours(1)));
    hourly.aggregate("largest", || None, |most: &mut Option<u32>, o| *most = (*most).max(Some(o.quantity))).to_stream().discard();
}

fn main() {}
