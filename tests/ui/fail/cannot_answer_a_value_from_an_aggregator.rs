//! An aggregator changes the aggregate in place. (e31 of the prototype.)
#[path = "../shop.rs"]
mod shop;
use kstreams::prelude::*;
use shop::*;
use std::collections::BTreeSet;

/// What a customer bought.
#[topic(name = "bought", key = UserName, value = BTreeSet<String>, partitions = 3)]
pub struct Bought;

#[topology(id = "t")]
pub fn t(orders: StreamOf<Orders>) {
    orders.aggregate("bought", BTreeSet::new, |items, o| items.insert(o.item.0.clone())).to(Bought);
}

fn main() {}
