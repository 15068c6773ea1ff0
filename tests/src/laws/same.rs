//! Comparisons of two runs, from strict to loose; each says the first difference.
use super::ran::{Ran, Seen};
use std::collections::BTreeMap;

/// Records of one topic by step and partition, in order.
pub(super) fn by_step_and_partition(seen: &[Seen]) -> BTreeMap<(usize, u32), Vec<Seen>> {
    let mut by: BTreeMap<(usize, u32), Vec<Seen>> = BTreeMap::new();
    seen.iter().for_each(|s| by.entry((s.step, s.partition)).or_default().push(s.clone()));
    by
}
/// Records of one topic in order, whenever they came.
pub(super) fn in_order(seen: &[Seen]) -> BTreeMap<u32, Vec<Seen>> {
    by_partition(&seen.iter().map(|s| Seen { step: 0, ..s.clone() }).collect::<Vec<_>>())
}
/// Records of one topic by partition, in order.
pub(super) fn by_partition(seen: &[Seen]) -> BTreeMap<u32, Vec<Seen>> {
    let mut by: BTreeMap<u32, Vec<Seen>> = BTreeMap::new();
    seen.iter().for_each(|s| by.entry(s.partition).or_default().push(s.clone()));
    by
}
/// Records of one topic by step and key, in order, wherever they lie.
pub(super) fn by_step_and_key(seen: &[Seen]) -> BTreeMap<(usize, Option<Vec<u8>>), Vec<Seen>> {
    let mut by: BTreeMap<(usize, Option<Vec<u8>>), Vec<Seen>> = BTreeMap::new();
    seen.iter().for_each(|s| by.entry((s.step, s.key.clone())).or_default().push(s.bare()));
    by
}
/// Records of one topic by step, in an order of their own.
pub(super) fn by_step(seen: &[Seen]) -> BTreeMap<usize, Vec<Seen>> {
    let mut by: BTreeMap<usize, Vec<Seen>> = BTreeMap::new();
    seen.iter().for_each(|s| by.entry(s.step).or_default().push(s.bare()));
    by.values_mut().for_each(|records| records.sort());
    by
}
/// Records of one topic by key, in order, whenever they came and wherever they lie.
pub(super) fn by_key(seen: &[Seen]) -> BTreeMap<Option<Vec<u8>>, Vec<Seen>> {
    let mut by: BTreeMap<Option<Vec<u8>>, Vec<Seen>> = BTreeMap::new();
    seen.iter().for_each(|s| by.entry(s.key.clone()).or_default().push(s.bare()));
    by
}
/// Records of one topic in an order of their own.
pub(super) fn sorted(seen: &[Seen]) -> BTreeMap<(), Vec<Seen>> {
    let mut all: Vec<Seen> = seen.iter().map(Seen::bare).collect();
    all.sort();
    BTreeMap::from([((), all)])
}
/// Whether two runs left the same in all sinks, as far as `view` looks.
pub(super) fn sinks<K: Ord>(what: &str, one: &Ran, other: &Ran, view: impl Fn(&[Seen]) -> BTreeMap<K, Vec<Seen>>) -> Result<(), String> {
    topics(what, "sink", &one.sinks, &other.sinks, view)
}
/// Whether two runs left the same changelogs, compacted, as far as `view` looks.
pub(super) fn stores<K: Ord>(what: &str, one: &Ran, other: &Ran, view: impl Fn(&[Seen]) -> BTreeMap<K, Vec<Seen>>) -> Result<(), String> {
    topics(what, "store", &one.stores, &other.stores, view)
}
type Topics = BTreeMap<String, Vec<Seen>>;
fn topics<K: Ord>(
    what: &str,
    kind: &str,
    one: &Topics,
    other: &Topics,
    view: impl Fn(&[Seen]) -> BTreeMap<K, Vec<Seen>>,
) -> Result<(), String> {
    for (name, left) in one {
        let (left, right) = (view(left), view(other.get(name).map_or(&[], |seen| seen)));
        let keys = left.keys().chain(right.keys()).find(|key| left.get(key) != right.get(key));
        if let Some(key) = keys {
            return Err(format!("{what}: {kind} `{name}`:\n    one   {:?}\n    other {:?}", left.get(key), right.get(key)));
        }
    }
    Ok(())
}
