//! A processor with a store and both timers: it adds values up and hands the sums on when a timer fires. When timers fire depends on restarts;
//! that nothing is lost or handed on twice does not.
use super::{Expected, Fed, Feed, Pipeline, What, key};
use kstreams::{Result, TopicRef, prelude::*};
use std::collections::BTreeMap;

pub(super) const PIPELINE: Pipeline = Pipeline {
    name: "sums",
    topology,
    pace: 1,
    preload: Vec::new,
    feed: |dice, _| Feed { topic: INPUT, key: key(dice), value: Some(1 + dice.below(1_000) as u64) },
    expected,
    changelogs: &[],
    // A timer's output and the tombstone that goes with it are one only in a transaction.
    at_least_once: false,
};
const INPUT: &str = "in";
const SUMS: &str = "sums";
const STORE: &str = "open-sums";

struct Adds;
impl Processor for Adds {
    type Key = String;
    type In = u64;
    type Stores = KvStore<String, u64>;
    type Out = EmitInPlace<String, u64>;
    fn start(&mut self, cx: &mut Cx<Self>) -> Result<()> {
        cx.every_stream_time(millis(300), Self::hand_on);
        cx.every_wall_clock(millis(450), Self::hand_on);
        Ok(())
    }
    fn process(&mut self, message: Message<String, u64>, cx: &mut Cx<Self>) -> Result<()> {
        let sum = cx.stores.get(&message.key)?.unwrap_or(0) + message.value;
        if sum.is_multiple_of(5) {
            cx.request_commit();
        }
        cx.stores.put(&message.key, sum)
    }
}
impl Adds {
    fn hand_on(&mut self, _: Timestamp, cx: &mut Cx<Self>) -> Result<()> {
        let sums: Vec<(String, u64)> = cx.stores.all()?.collect::<Result<_>>()?;
        for (key, sum) in sums {
            cx.out.emit(&key, sum)?;
            cx.stores.delete(&key)?;
        }
        Ok(())
    }
}
fn topology(id: &str) -> Topology {
    let b = Topology::builder(id);
    b.stream(topic(INPUT)).process(kv::<String, u64>(STORE), || Adds).to(topic(SUMS));
    b.build(())
}
fn topic(name: &str) -> impl TopicRef<Key = String, Value = u64, Space = Space<String, 3>> {
    named::<Space<String, 3>, u64>(name)
}
fn expected(fed: &[Fed]) -> Vec<Expected> {
    let mut sums = BTreeMap::<Vec<u8>, u64>::new();
    for Fed { feed, .. } in fed {
        *sums.entry(feed.key.as_bytes().to_vec()).or_default() += feed.value.unwrap_or(0);
    }
    vec![Expected { topic: SUMS, what: What::Sums(sums, STORE) }]
}
