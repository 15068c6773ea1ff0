//! A hash set's bytes differ from run to run.
#[path = "../shop.rs"]
mod shop;
use kstreams::prelude::*;
use shop::*;
use std::collections::HashSet;

#[topology(id = "t")]
pub fn t(orders: StreamOf<Orders>) {
    orders.aggregate("bought", HashSet::<String>::new, |items, o| drop(items.insert(o.item.0.clone()))).to_stream().discard();
}

fn main() {}
