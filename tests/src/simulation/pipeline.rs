//! What the simulated cluster computes, and the same by a plain fold.
use kstreams::prelude::*;
use std::collections::BTreeMap;

/// The pipeline: each value is priced by a source table; a hash chain per key shows any loss, doubling or swap at the record where it
/// happened; a count behind a repartition shows them across sub-topologies.
pub(super) fn topology() -> Topology {
    let b = Topology::builder("simulated");
    let priced = b.stream(input()).left_join(b.table(prices()), |value: u64, price: Option<&u64>| price_of(value, price.copied()));
    priced.clone().aggregate("chains", || 0u64, |chain: &mut u64, value: &u64| *chain = link(*chain, *value)).to(chain());
    priced.repartition::<Space<u64, 2>>("by-group", |value| group(*value)).count("per-group").to(groups());
    b.build(())
}
pub(super) const INPUT: &str = "in";
pub(super) const PRICES: &str = "prices";
pub(super) const CHAIN: &str = "chain";
pub(super) const GROUPS: &str = "groups";
pub(super) const CHANGELOGS: [(&str, &str); 2] = [("chains", CHAIN), ("per-group", GROUPS)];

fn input() -> impl TopicRef<Key = String, Value = u64, Space = Space<String, 3>> {
    named::<Space<String, 3>, u64>(INPUT)
}
fn prices() -> impl TopicRef<Key = String, Value = u64, Space = Space<String, 3>> {
    named::<Space<String, 3>, u64>(PRICES)
}
fn chain() -> impl TopicRef<Key = String, Value = u64, Space = Space<String, 3>> {
    named::<Space<String, 3>, u64>(CHAIN)
}
fn groups() -> impl TopicRef<Key = u64, Value = u64, Space = Space<u64, 2>> {
    named::<Space<u64, 2>, u64>(GROUPS)
}
fn price_of(value: u64, price: Option<u64>) -> u64 {
    value * 1_000 + price.unwrap_or(0)
}
fn group(value: u64) -> u64 {
    value / 1_000 % 5
}
fn link(chain: u64, value: u64) -> u64 {
    (chain ^ value).wrapping_mul(0x100_0000_01b3).rotate_left(23)
}

/// Bytes of a key and the bytes of its values, in order.
pub(super) type ByKey = BTreeMap<Vec<u8>, Vec<Vec<u8>>>;

/// What each output topic must hold: the updates of each key, in order.
pub(super) struct Expected {
    pub(super) chain: ByKey,
    pub(super) groups: ByKey,
}
/// The plain fold.
pub(super) fn expected(records: &[(String, u64)], prices: &BTreeMap<String, u64>) -> Expected {
    let (mut chains, mut counts) = (BTreeMap::<&str, u64>::new(), BTreeMap::<u64, u64>::new());
    let mut expected = Expected { chain: ByKey::new(), groups: ByKey::new() };
    for (key, value) in records {
        let value = price_of(*value, prices.get(key).copied());
        let chain = chains.entry(key).or_default();
        *chain = link(*chain, value);
        expected.chain.entry(key.as_bytes().to_vec()).or_default().push(chain.to_be_bytes().to_vec());
        let count = counts.entry(group(value)).or_default();
        *count += 1;
        expected.groups.entry(group(value).to_be_bytes().to_vec()).or_default().push(count.to_be_bytes().to_vec());
    }
    expected
}
