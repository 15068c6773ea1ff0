//! The topology: topics, what is in them, and what happens to it. What does not fit together does not compile.
use kstreams::prelude::*;

/// Unique name of a customer.
#[derive(Key, Serialize, Deserialize, Clone, PartialEq, Debug)]
pub struct UserName(pub String);

/// What a customer ordered.
#[derive(Serialize, Deserialize, Record)]
pub struct Order {
    pub item: String,
    /// Epoch milliseconds.
    #[record(event_time)]
    pub ordered_at: i64,
    pub cents: u64,
}

/// Orders placed in the shop.
#[topic(name = "orders", key = UserName, value = Order, partitions = 3)]
pub struct Orders;
/// What each customer has spent so far.
#[topic(name = "spent", key = UserName, value = u64, partitions = 3)]
pub struct Spent;

/// Small orders are not counted.
pub fn is_large(order: &Order) -> bool {
    order.cents >= 1_000
}

/// What each customer has spent on large orders.
#[topology(id = "{{name}}", lock = "{{name}}.lock")]
pub fn spending(orders: StreamOf<Orders>) {
    orders.filter(is_large).aggregate("spent-per-user", || 0, |sum: &mut u64, order| *sum += order.cents).to(Spent);
}
