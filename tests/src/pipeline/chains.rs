//! Each value is priced by a source table; a hash chain per key shows any loss, doubling or swap at the record where it happened, and forgets its
//! key now and then; a count behind a repartition shows them across sub-topologies.
use super::{ByKey, Changelog, Ending, Expected, Fed, Feed, KEYS, Pipeline, What, key, note};
use kstreams::{Slot, TopicRef, prelude::*};
use std::collections::BTreeMap;

pub(super) const PIPELINE: Pipeline = Pipeline {
    name: "chains",
    topology,
    pace: 1,
    preload,
    feed: |dice, i| Feed { topic: INPUT, key: key(dice), value: Some(i) },
    expected,
    changelogs: &[
        Changelog { store: "chains", output: CHAIN, windowed: false },
        Changelog { store: "per-group", output: GROUPS, windowed: false },
    ],
    at_least_once: true,
};
const INPUT: &str = "in";
const PRICES: &str = "prices";
const CHAIN: &str = "chain";
const GROUPS: &str = "groups";

fn topology(id: &str) -> Topology {
    let b = Topology::builder(id);
    let priced =
        b.stream(texts(INPUT)).left_join(b.table(texts(PRICES)), |value: u64, price: Option<&u64>| price_of(value, price.copied()));
    let chains = stored("chains").topic_config("delete.retention.ms", super::DELETE_RETENTION_MS);
    priced.clone().aggregate(chains, || 0u64, linked).to(texts(CHAIN));
    priced.repartition::<Space<u64, 2>>("by-group", |value| group(*value)).count("per-group").to(groups());
    b.build(())
}
fn texts(name: &str) -> impl TopicRef<Key = String, Value = u64, Space = Space<String, 3>> {
    named::<Space<String, 3>, u64>(name)
}
fn groups() -> impl TopicRef<Key = u64, Value = u64, Space = Space<u64, 2>> {
    named::<Space<u64, 2>, u64>(GROUPS)
}
fn preload() -> Vec<Feed> {
    (0..KEYS / 2).map(|i| Feed { topic: PRICES, key: format!("key-{i}"), value: Some(7 * i as u64 + 1) }).collect()
}
fn price_of(value: u64, price: Option<u64>) -> u64 {
    value * 1_000 + price.unwrap_or(0)
}
fn group(value: u64) -> u64 {
    value / 1_000 % 5
}
/// Every ninth value ends its chain.
fn ends(value: u64) -> bool {
    value / 1_000 % 9 == 8
}
fn link(chain: u64, value: u64) -> u64 {
    (chain ^ value).wrapping_mul(0x100_0000_01b3).rotate_left(23)
}
fn linked(chain: &mut u64, value: &u64) -> Slot {
    *chain = link(*chain, *value);
    if ends(*value) { Slot::Delete } else { Slot::Keep }
}

fn expected(fed: &[Fed]) -> Vec<Expected> {
    let (mut prices, mut chains, mut counts) = (BTreeMap::new(), BTreeMap::<&str, u64>::new(), BTreeMap::<u64, u64>::new());
    let (mut chain, mut groups) = (ByKey::new(), ByKey::new());
    for Fed { feed: Feed { topic, key, value }, .. } in fed {
        let value = value.unwrap_or(0);
        if *topic == PRICES {
            prices.insert(key, value);
            continue;
        }
        let value = price_of(value, prices.get(key).copied());
        let linked = link(chains.get(key.as_str()).copied().unwrap_or(0), value);
        if ends(value) {
            chains.remove(key.as_str())
        } else {
            chains.insert(key, linked)
        };
        note(&mut chain, key.as_bytes(), (!ends(value)).then_some(linked));
        let count = counts.entry(group(value)).or_default();
        *count += 1;
        note(&mut groups, &group(value).to_be_bytes(), Some(*count));
    }
    vec![
        Expected { topic: CHAIN, what: What::Updates(chain, Ending::Any) },
        Expected { topic: GROUPS, what: What::Updates(groups, Ending::Grows) },
    ]
}
