//! There is no window to take off.
#[path = "../shop.rs"]
mod shop;
use kstreams::prelude::*;
use shop::*;

#[topology(id = "t")]
pub fn t(clicks: StreamOf<Clicks>) {
    clicks.unwindow().to(Totals);
}

fn main() {}
