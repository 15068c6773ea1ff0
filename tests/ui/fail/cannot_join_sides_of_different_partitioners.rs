//! Equal keys and counts are not enough: CRC32 and murmur2 put a key in different partitions. (e9 of the prototype.)
#[path = "../shop.rs"]
mod shop;
use kstreams::prelude::*;
use shop::*;

/// Written by a librdkafka producer.
#[topic(name = "vips", key = UserName, value = User, partitions = 3, partitioner = kstreams::Crc32)]
pub struct Vips;

#[topology(id = "t")]
pub fn t(orders: StreamOf<Orders>, vips: TableOf<Vips>) {
    orders.left_join(vips, with_user).to(UserOrders);
}

fn main() {}
