//! The right value travels to where the left row lies, so it needs a serde.
#[path = "../shop.rs"]
mod shop;
use kstreams::prelude::*;
use shop::*;

pub struct Price(pub f64);

#[topology(id = "t")]
pub fn t(carts: TableOf<Orders>, items: TableOf<Items>) {
    let bare = items.map_values(|i| Price(i.price));
    carts.join_foreign("cart-item", bare, |o| o.item.clone(), |o, _| u64::from(o.quantity)).to(Totals);
}

fn main() {}
