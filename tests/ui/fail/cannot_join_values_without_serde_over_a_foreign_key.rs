//! The left value is hashed, so that late answers are known: it needs its bytes.
#[path = "../shop.rs"]
mod shop;
use kstreams::prelude::*;
use shop::*;

pub struct Cart(pub ItemName);

#[topology(id = "t")]
pub fn t(carts: TableOf<Orders>, items: TableOf<Items>) {
    let bare = carts.map_values(|o| Cart(o.item.clone()));
    bare.join_foreign("cart-item", items, |c| c.0.clone(), |_, item| item.price as u64).to(Totals);
}

fn main() {}
