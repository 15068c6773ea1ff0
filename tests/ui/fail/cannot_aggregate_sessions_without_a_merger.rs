//! Sessions merge, so their aggregation says how. (e22 of the prototype.)
#[path = "../shop.rs"]
mod shop;
use kstreams::prelude::*;
use shop::*;

#[topic(name = "visits", key = SessionWindowed<UserName>, value = u64, partitions = 3)]
pub struct Visits;

#[topology(id = "t")]
pub fn t(orders: StreamOf<Orders>) {
    orders.windowed_by(session(minutes(30))).aggregate("visits", || 0, |sum, o| *sum += u64::from(o.quantity)).to(Visits);
}

fn main() {}
