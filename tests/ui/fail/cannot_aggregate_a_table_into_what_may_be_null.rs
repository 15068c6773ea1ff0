//! Nor is that of a table's groups.
#[path = "../shop.rs"]
mod shop;
use kstreams::prelude::*;
use shop::*;

fn town(user: &User) -> UserName {
    UserName(user.address.clone().unwrap_or_default())
}
#[topology(id = "t")]
pub fn t(users: TableOf<Users>) {
    let towns = users.group_by("by-town", town);
    towns.aggregate("residents", || None, |n: &mut Option<u64>, _| *n = Some(1), |n, _| *n = None).to_stream().discard();
}

fn main() {}
