//! A reducer keeps the type of its values.
#[path = "../shop.rs"]
mod shop;
use kstreams::prelude::*;
use shop::*;

#[topology(id = "t")]
pub fn t(clicks: StreamOf<Clicks>) {
    clicks.reduce("most", |most: &mut u64, n: &u32| *most = u64::from(*n)).to(Totals);
}

fn main() {}
