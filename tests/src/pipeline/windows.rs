//! Counts in tumbling windows, one change a record, and in hopping windows, one change a commit, while windows expire and their changelogs lose
//! what is older than their retention.
use super::{ByKey, Changelog, Ending, Expected, Fed, Feed, Pipeline, What, key, note};
use kstreams::{TopicRef, prelude::*};
use std::collections::BTreeMap;

pub(super) const PIPELINE: Pipeline = Pipeline {
    name: "windows",
    topology,
    pace: 200,
    preload: Vec::new,
    feed: |dice, i| Feed { topic: INPUT, key: key(dice), value: Some(i) },
    expected,
    changelogs: &[
        Changelog { store: "tumbling", output: TUMBLING, windowed: true },
        Changelog { store: "hopping", output: HOPPING, windowed: true },
    ],
    // At least once, state may be ahead of what is read again by more than its retention: such windows are gone, and nothing is promised of them.
    at_least_once: false,
};
const INPUT: &str = "in";
const TUMBLING: &str = "per-minute";
const HOPPING: &str = "per-two-minutes";
const MINUTE_MS: i64 = 60_000;

fn topology(id: &str) -> Topology {
    let b = Topology::builder(id);
    let input = b.stream(named::<Space<String, 3>, u64>(INPUT));
    let kept = |name| stored(name).retention(minutes(3)).topic_config("retention.ms", super::WINDOW_RETENTION_MS);
    input.clone().windowed_by(tumbling(minutes(1))).count(kept("tumbling")).to(windows(TUMBLING));
    input.windowed_by(hopping(minutes(2), minutes(1))).count(kept("hopping").emit_on_commit()).to(windows(HOPPING));
    b.build(())
}
type Windows = Space<TimeWindowed<String>, 3>;
fn windows(name: &str) -> impl TopicRef<Key = TimeWindowed<String>, Value = u64, Space = Windows> {
    named::<Windows, u64>(name)
}

fn expected(fed: &[Fed]) -> Vec<Expected> {
    let (mut tumbling, mut hopping) = (ByKey::new(), ByKey::new());
    let mut counts = BTreeMap::<Vec<u8>, u64>::new();
    for Fed { feed, time } in fed {
        let start = time / MINUTE_MS * MINUTE_MS;
        let window = |start: i64, kind: u8| {
            let key = [feed.key.as_bytes(), &start.to_be_bytes()].concat();
            (key.clone(), [key, vec![kind]].concat())
        };
        let mut count = |expected: &mut ByKey, (key, id): (Vec<u8>, Vec<u8>)| {
            let count = counts.entry(id).or_default();
            *count += 1;
            note(expected, &key, Some(*count));
        };
        count(&mut tumbling, window(start, 0));
        count(&mut hopping, window(start - MINUTE_MS, 1));
        count(&mut hopping, window(start, 1));
    }
    vec![
        Expected { topic: TUMBLING, what: What::Updates(tumbling, Ending::Any) },
        Expected { topic: HOPPING, what: What::Last(hopping, Ending::Any) },
    ]
}
