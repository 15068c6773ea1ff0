//! A record holds its window's start only.
#[path = "../shop.rs"]
mod shop;
use kstreams::prelude::*;
use shop::*;

#[topology(id = "t")]
pub fn t(hourly: StreamOf<Hourly>) {
    hourly.unwindow().to(Totals);
}

fn main() {}
