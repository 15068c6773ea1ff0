//! A table has one topic, which it is restored from.
use kstreams::prelude::*;

#[topic(pattern = "shop-.*-users", key = String, value = u64, partitions = 3)]
pub struct Users;

#[topology(id = "t")]
pub fn t(users: TableOf<Users>) {
    users.to_stream().discard();
}

fn main() {}
