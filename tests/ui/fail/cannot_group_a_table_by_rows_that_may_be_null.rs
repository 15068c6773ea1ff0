//! A null row is none: there is nothing to add to a group.
#[path = "../shop.rs"]
mod shop;
use kstreams::prelude::*;
use shop::*;

#[topology(id = "t")]
pub fn t(totals: TableOf<Totals>) {
    let rest = totals.map_values(|n| n.checked_sub(3));
    rest.group_by("by-rest", |rest| UserName(format!("{rest:?}"))).count("users").to_stream().discard();
}

fn main() {}
