//! A migration before and after other settings, from types of the user's and of the library's, of every kind of store.
#[path = "../shop.rs"]
mod shop;
use kstreams::prelude::*;
use shop::*;

/// What a customer has ordered, now.
#[derive(Serialize, Deserialize, Record, Clone)]
pub struct Sum {
    pub quantity: u64,
    pub orders: u64,
}
/// As it was.
#[derive(Serialize, Deserialize, Record)]
pub struct OldSum {
    pub quantity: u32,
}
impl From<OldSum> for Sum {
    fn from(old: OldSum) -> Sum {
        Sum { quantity: u64::from(old.quantity), orders: 0 }
    }
}
fn none() -> Sum {
    Sum { quantity: 0, orders: 0 }
}
fn add(sum: &mut Sum, order: &Order) {
    *sum = Sum { quantity: sum.quantity + u64::from(order.quantity), orders: sum.orders + 1 };
}

#[topology(id = "sums")]
pub fn sums(orders: StreamOf<Orders>, clicks: StreamOf<Clicks>) {
    orders
        .aggregate(
            stored("sums")
                .in_memory()
                .migrate(from::<u32>(), |n| Sum { quantity: u64::from(n), orders: 0 })
                .migrate(from::<OldSum>(), Sum::from)
                .topic_config("segment.ms", "3600000"),
            none,
            add,
        )
        .to_stream()
        .discard();
    clicks.clone().windowed_by(tumbling(hours(1))).count(stored("hourly").migrate(from::<u32>(), u64::from).retention(days(2))).to_stream().discard();
    clicks.reduce(stored("all").migrate(from::<Json<Option<u64>>>(), |n| n.0.unwrap_or(0)), |all, n| *all += n).to_stream().discard();
}

fn main() {
    sums::topology();
}
