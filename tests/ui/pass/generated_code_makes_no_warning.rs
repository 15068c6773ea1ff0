//! A crate that denies every warning can use every macro.
#![deny(warnings, missing_docs, unreachable_pub, unused_qualifications, missing_debug_implementations)]
#![deny(elided_lifetimes_in_paths, single_use_lifetimes, trivial_casts, unused_results, let_underscore_drop, non_ascii_idents)]
use kstreams::prelude::*;

/// Unique name of a customer.
#[derive(Debug, Key, Serialize, Deserialize, Clone)]
pub struct UserName(pub String);
/// Unique number of an article.
#[derive(Debug, Key, Serialize, Deserialize, Clone, Copy)]
pub struct ItemNumber {
    /// The number.
    pub number: u64,
}
/// What a customer ordered.
#[derive(Debug, Serialize, Deserialize, Record)]
#[record(format = Json)]
pub struct Order {
    /// Of what.
    pub item: ItemNumber,
    /// When.
    #[record(event_time)]
    pub ordered_at: i64,
}
/// What happened.
#[derive(Debug, Serialize, Deserialize, Record)]
pub enum Event {
    /// The shop opened.
    Opened,
    /// Somebody ordered.
    Ordered(Order),
}
/// A private record with a pair.
#[derive(Serialize, Deserialize, Record, Clone)]
struct Pair(u32, String);

/// Orders placed in the shop.
#[topic(name = "orders", key = UserName, value = Order, partitions = 3)]
#[derive(Debug, Clone, Copy)]
pub struct Orders;
/// What happened, read by the wall clock.
#[topic(name = "events", key = UserName, value = Option<Event>, partitions = 1 + 2, timestamp = |_, _, meta| meta.timestamp)]
#[derive(Debug, Clone, Copy)]
pub struct Events;
/// A number per customer and hour.
#[topic(name = "hourly", key = TimeWindowed<UserName>, value = u64, partitions = 3, window = hours(1))]
#[derive(Debug, Clone, Copy)]
pub struct Hourly;
#[topic(name = "pairs", key = UserName, value = Pair, partitions = 3)]
#[derive(Debug, Clone, Copy)]
struct Pairs;

/// Settings.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Orders below it are not counted.
    pub item: u64,
}

/// Orders per customer and hour.
#[topology(id = "order-totals")]
pub fn order_totals(orders: StreamOf<Orders>, events: TableOf<Events>, limits: &Limits) -> StoreOf<TimeWindowed<UserName>, u64> {
    let limit = limits.item;
    let totals = orders
        .filter(move |o| o.item.number > limit)
        .left_join(events, |order, _| order)
        .windowed_by(tumbling(hours(1)).grace(minutes(5)))
        .count(stored("totals").retention(hours(2)));
    totals.to(Hourly);
    totals.store()
}

/// The first of a pair.
#[operator]
fn first(pair: Pair) -> u32 {
    pair.0
}
/// The first of anything.
#[operator]
pub fn any<T, const N: usize>(all: [T; N]) -> Option<T> {
    all.into_iter().next()
}

/// Pairs to nowhere.
#[topology(id = "pairs")]
fn pairs(pairs: StreamOf<Pairs>) {
    let (firsts, seconds) = (pairs.clone().map_values(first), pairs.map_values(|p| p.1));
    firsts.discard();
    seconds.discard();
}

fn main() {
    drop(order_totals::topology(&Limits { item: 9 }));
    drop(pairs::topology());
}
