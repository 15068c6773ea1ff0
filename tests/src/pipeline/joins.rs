//! Two tables that change, joined inner and outer, and a stream that looks at one of them: what comes out depends on the order in which the task
//! takes the records of its three topics, and that order must be that of time, restarts or not.
use super::{ByKey, Changelog, Ending, Expected, Fed, Feed, Pipeline, What, key, note};
use kstreams::{TopicRef, prelude::*};
use std::collections::BTreeMap;

pub(super) const PIPELINE: Pipeline = Pipeline {
    name: "joins",
    topology,
    pace: 1,
    preload: Vec::new,
    feed: |dice, i| {
        let topic = [LEFT, RIGHT, CLICKS][dice.below(3)];
        let deletes = topic != CLICKS && dice.below(4) == 0;
        Feed { topic, key: key(dice), value: (!deletes).then_some(i) }
    },
    expected,
    changelogs: &[Changelog { store: "inner", output: INNER, windowed: false }],
    at_least_once: true,
};
const LEFT: &str = "left";
const RIGHT: &str = "right";
const CLICKS: &str = "clicks";
const OUTER: &str = "outer";
const INNER: &str = "inner-joined";
const SEEN: &str = "seen";

fn topology(id: &str) -> Topology {
    let b = Topology::builder(id);
    let (left, right) = (b.table(topic(LEFT)), b.table(topic(RIGHT)));
    left.outer_join(right, |l: Option<&u64>, r: Option<&u64>| both(l.copied(), r.copied())).to(topic(OUTER));
    left.join(right, |l: &u64, r: &u64| both(Some(*l), Some(*r))).materialize("inner").to(topic(INNER));
    b.stream(topic(CLICKS)).join(right, |click: u64, r: &u64| both(Some(click), Some(*r))).to(topic(SEEN));
    b.build(())
}
fn topic(name: &str) -> impl TopicRef<Key = String, Value = u64, Space = Space<String, 3>> {
    named::<Space<String, 3>, u64>(name)
}
fn both(left: Option<u64>, right: Option<u64>) -> u64 {
    left.map_or(0, |l| l + 1) * 1_000_000 + right.map_or(0, |r| r + 1)
}

#[derive(Default)]
struct Fold<'a> {
    left: BTreeMap<&'a str, u64>,
    right: BTreeMap<&'a str, u64>,
    outer: ByKey,
    inner: ByKey,
    seen: ByKey,
}
fn put<'a>(table: &mut BTreeMap<&'a str, u64>, key: &'a str, value: Option<u64>) -> Option<u64> {
    match value {
        Some(value) => table.insert(key, value),
        None => table.remove(key),
    }
}
impl<'a> Fold<'a> {
    fn take(&mut self, Feed { topic, key, value }: &'a Feed) {
        if *topic == CLICKS {
            if let Some(right) = self.right.get(key.as_str()) {
                note(&mut self.seen, key.as_bytes(), Some(both(*value, Some(*right))));
            }
            return;
        }
        let is_left = *topic == LEFT;
        let (own, other) = if is_left { (&mut self.left, &self.right) } else { (&mut self.right, &self.left) };
        let (was, other) = (put(own, key, *value), other.get(key.as_str()).copied());
        let joined = || if is_left { both(*value, other) } else { both(other, *value) };
        if was.is_some() || value.is_some() || other.is_some() {
            note(&mut self.outer, key.as_bytes(), (value.is_some() || other.is_some()).then(joined));
        }
        if other.is_some() {
            note(&mut self.inner, key.as_bytes(), value.is_some().then(joined));
        }
    }
}
fn expected(fed: &[Fed]) -> Vec<Expected> {
    let mut fold = Fold::default();
    fed.iter().for_each(|fed| fold.take(&fed.feed));
    let updates = |topic, by_key| Expected { topic, what: What::Updates(by_key, Ending::Same) };
    vec![updates(OUTER, fold.outer), updates(INNER, fold.inner), updates(SEEN, fold.seen)]
}
