//! All mistakes of a declaration are reported, each on its token.
#[path = "../shop.rs"]
mod shop;
use kstreams::prelude::*;
use shop::*;

#[topic(name = "re funds", key = UserName, value = u64, partitions = 0, colour = "red")]
pub struct Refunds;

fn main() {}
