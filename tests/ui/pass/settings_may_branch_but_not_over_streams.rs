//! Control flow over settings is free, and operators branch as they like.
#[path = "../shop.rs"]
mod shop;
use kstreams::prelude::*;
use shop::*;

pub struct Limits {
    pub orders: Vec<u64>,
    pub strict: bool,
}

#[topology(id = "clicks")]
pub fn clicks<'a>(clicks: StreamOf<(Clicks, Totals)>, limits: &'a Limits, name: &'static str) {
    let limit = if limits.strict { limits.orders.iter().copied().max().unwrap_or(0) } else { limits.orders.iter().count() as u64 };
    let limits = limits.orders.clone();
    fn large(n: &u64) -> bool {
        if *n > 9 { true } else { false }
    }
    clicks
        .filter(large)
        .filter(move |n| if *n > limit { true } else { limits.contains(n) || name.is_empty() })
        .count(stored("clicks").in_memory())
        .to_stream()
        .present()
        .for_each(|user, n| println!("{} {n}", user.0));
}

fn main() {
    clicks::topology(&Limits { orders: vec![1, 2], strict: true }, "x");
}
