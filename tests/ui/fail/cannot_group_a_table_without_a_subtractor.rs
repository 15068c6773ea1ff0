//! Rows that leave a group are taken out of its aggregate.
#[path = "../shop.rs"]
mod shop;
use kstreams::prelude::*;
use shop::*;

fn town(user: &User) -> UserName {
    UserName(user.address.clone().unwrap_or_default())
}
#[topology(id = "t")]
pub fn t(users: TableOf<Users>) {
    users.group_by("by-town", town).aggregate("residents", || 0, |n: &mut u64, _| *n += 1).to(Totals);
}

fn main() {}
