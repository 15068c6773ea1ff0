//! The function answers the text inside of the name, the table is keyed by the name. (e25 of the prototype.)
#[path = "../shop.rs"]
mod shop;
use kstreams::prelude::*;
use shop::*;

#[topology(id = "t")]
pub fn t(carts: TableOf<Orders>, items: TableOf<Items>) {
    carts.join_foreign("cart-item", items, |o| o.item.0.clone(), |o, i| u64::from(o.quantity) + i.origin.len() as u64).to(Totals);
}

fn main() {}
