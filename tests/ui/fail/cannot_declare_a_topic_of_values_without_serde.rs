//! What a topic holds must be a record. (e3b of the prototype.)
#[path = "../shop.rs"]
mod shop;
use kstreams::prelude::*;
use shop::*;

pub struct Payment {
    pub cents: u64,
}
#[topic(name = "payments", key = UserName, value = Payment, partitions = 3)]
pub struct Payments;

fn main() {}
