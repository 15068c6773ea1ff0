//! A table joined over a foreign key with one that lies in other partitions, and a stream that looks into a global table. The two sides of the first
//! change at their own pace, so only where each row ends is sure; the rates of the second are there before anything runs.
use super::{ByKey, Changelog, Ending, Expected, Fed, Feed, Pipeline, What, key, note};
use kstreams::{TopicRef, prelude::*};
use std::collections::BTreeMap;

pub(super) const PIPELINE: Pipeline = Pipeline {
    name: "foreign",
    topology,
    pace: 1,
    preload,
    feed: |dice, i| {
        let topic = [ORDERS, PRICES, SALES][dice.below(3)];
        let deletes = topic != SALES && dice.below(5) == 0;
        let key = if topic == PRICES { price_key(dice.below(PRICED) as u64) } else { key(dice) };
        Feed { topic, key, value: (!deletes).then_some(i) }
    },
    expected,
    changelogs: &[Changelog { store: "bills", output: BILLS, windowed: false }],
    at_least_once: true,
};
const ORDERS: &str = "orders";
const PRICES: &str = "prices";
const SALES: &str = "sales";
const RATES: &str = "rates";
const BILLS: &str = "bills-out";
const EUROS: &str = "euros";
/// Right rows.
const PRICED: usize = 5;

fn topology(id: &str) -> Topology {
    let b = Topology::builder(id);
    let (orders, prices) = (b.table(wide(ORDERS)), b.table(narrow(PRICES)));
    let bills = orders.left_join_foreign("order-price", prices, priced_by, |order, price| bill(*order, price.copied()));
    bills.materialize("bills").to(wide(BILLS));
    let rates = b.global_table(narrow(RATES));
    b.stream(wide(SALES)).join_global(rates, |sale| rate_key(*sale), |sale, rate| sale * 1_000 + rate).to(wide(EUROS));
    b.build(())
}
fn wide(name: &str) -> impl TopicRef<Key = String, Value = u64, Space = Space<String, 3>> {
    named::<Space<String, 3>, u64>(name)
}
fn narrow(name: &str) -> impl TopicRef<Key = String, Value = u64, Space = Space<String, 2>> {
    named::<Space<String, 2>, u64>(name)
}
/// Every sixth order names no price.
fn priced_by(order: &u64) -> Option<String> {
    (order % 6 != 5).then(|| price_key(order % PRICED as u64))
}
fn price_key(n: u64) -> String {
    format!("price-{n}")
}
fn bill(order: u64, price: Option<u64>) -> u64 {
    order * 1_000_000 + price.map_or(0, |p| p + 1)
}
/// Every fourth rate is not there.
fn rate_key(sale: u64) -> String {
    format!("rate-{}", sale % 4)
}
fn preload() -> Vec<Feed> {
    (0..3).map(|i| Feed { topic: RATES, key: rate_key(i), value: Some(7 * i + 1) }).collect()
}

fn expected(fed: &[Fed]) -> Vec<Expected> {
    let (mut orders, mut prices, mut rates) = (BTreeMap::new(), BTreeMap::new(), BTreeMap::new());
    let (mut bills, mut euros) = (ByKey::new(), ByKey::new());
    for Fed { feed: Feed { topic, key, value }, .. } in fed {
        match (*topic, *value) {
            (RATES, Some(rate)) => _ = rates.insert(key.clone(), rate),
            (SALES, Some(sale)) => {
                if let Some(rate) = rates.get(&rate_key(sale)) {
                    note(&mut euros, key.as_bytes(), Some(sale * 1_000 + rate));
                }
            }
            (PRICES, price) => _ = prices.insert(key.clone(), price),
            // What was never there gives nothing when it is deleted.
            (ORDERS, None) if !orders.contains_key(key) => {}
            (_, order) => _ = orders.insert(key.clone(), order),
        }
    }
    for (key, order) in orders {
        let price = order.and_then(|order| priced_by(&order)).and_then(|wanted| prices.get(&wanted).copied().flatten());
        note(&mut bills, key.as_bytes(), order.map(|order| bill(order, price)));
    }
    vec![
        Expected { topic: BILLS, what: What::Last(bills, Ending::Same) },
        Expected { topic: EUROS, what: What::Updates(euros, Ending::Same) },
    ]
}
