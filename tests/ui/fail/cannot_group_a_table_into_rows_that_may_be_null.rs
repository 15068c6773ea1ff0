//! Nor is a null to be added that was made for its group.
#[path = "../shop.rs"]
mod shop;
use kstreams::prelude::*;
use shop::*;

#[topology(id = "t")]
pub fn t(totals: TableOf<Totals>) {
    totals.group_into::<Single, _>("all", |_, n| (All, n.checked_sub(3))).count("users").to_stream().discard();
}

fn main() {}
