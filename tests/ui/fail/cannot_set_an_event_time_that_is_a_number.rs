//! A time says that it is one.
#[path = "../shop.rs"]
mod shop;
use kstreams::prelude::*;
use shop::*;

#[topology(id = "t")]
pub fn t(clicks: StreamOf<Clicks>) {
    clicks.retime(|_, page, _| *page as i64).to(Totals);
}

fn main() {}
