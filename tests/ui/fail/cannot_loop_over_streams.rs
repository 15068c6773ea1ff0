//! The shape is fixed when the program is compiled. (e10 of the prototype.)
#[path = "../shop.rs"]
mod shop;
use kstreams::prelude::*;
use shop::*;

#[topology(id = "t")]
pub fn t(clicks: StreamOf<Clicks>, limits: &[u64]) {
    for limit in limits {
        let limit = *limit;
        clicks.clone().filter(move |n| *n > limit).count("large").to(Totals);
    }
}

fn main() {}
