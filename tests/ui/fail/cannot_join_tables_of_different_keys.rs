//! Tables join by key, too.
#[path = "../shop.rs"]
mod shop;
use kstreams::prelude::*;
use shop::*;

#[topology(id = "t")]
pub fn t(users: TableOf<Users>, items: TableOf<Items>) {
    users.join(items, |_, item| item.price as u64).to(Totals);
}

fn main() {}
