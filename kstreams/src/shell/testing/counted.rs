//! Every operator counts the records that it is handed: the page and the metrics show them, and one that counts none looks idle.
use super::TestDriver;
use crate::{TopicRef, plan::Node, prelude::*};
use std::collections::BTreeSet;

type One<V> = Stream<Space<String, 1>, V>;

fn topic<V: Record>(name: &'static str) -> impl TopicRef<Key = String, Value = V, Space = Space<String, 1>> {
    named::<Space<String, 1>, V>(name)
}
fn history() -> impl TopicRef<Key = String, Value = u64, Space = Space<String, 1>> {
    named::<Space<String, 1>, u64>("right").history(hours(1))
}

/// Hands records on.
struct Through;
impl Processor for Through {
    type Key = String;
    type In = u64;
    type Stores = KvStore<String, u64>;
    type Out = (EmitInPlace<String, u64>, Emit<String, u64>);
    fn process(&mut self, message: Message<String, u64>, cx: &mut Cx<Self>) -> crate::Result<()> {
        cx.out.0.emit(&message.key, message.value)?;
        cx.out.1.emit(message.key, message.value)
    }
}

fn stateless(left: &One<u64>) {
    let all = left
        .clone()
        .filter(|_| true)
        .filter_not(|_| false)
        .map_values(|n| n)
        .try_map_values(Ok::<_, std::fmt::Error>)
        .filter_map_values(Some);
    let all = all.flat_map_values(|n| [n]).peek(|_, _| ()).headers(|_, _, _| ()).retime(|_, _, meta| meta.timestamp);
    let (odd, even) = all.split().branch("odd", |n| n % 2 == 1).default_branch();
    let merged = odd.merge(even).select_key_in_place(|key, _| key.clone());
    merged
        .clone()
        .map(|k, n| (k, n))
        .flat_map(|k, n| [(k, n)])
        .select_key(|n| n.to_string())
        .place::<Space<String, 1>>("placed")
        .for_each(|_, _| ());
    merged.clone().repartition::<Space<String, 1>>("moved", |n| n.to_string()).to(topic::<u64>("moved-out"));
    merged.clone().group_by("grouped", |n| n.to_string()).count("grouped-count").to_stream().present().discard();
    merged.to_dynamic(|_, _, _| "named-by-records");
}
fn kept(left: &One<u64>) {
    left.clone().deduplicate("seen", hours(1), |n| *n).count("counted").to(topic::<u64>("counted-out"));
    left.clone()
        .reduce("reduced", |all, n| *all += n)
        .materialize("kept")
        .suppress("held", until_time_limit(seconds(1)))
        .to(topic::<u64>("held-out"));
    left.clone().aggregate("summed", || 0u64, |all, n| *all += n).filter(|_| true).map_values(|n| *n).to(topic::<u64>("summed-out"));
    left.clone().to_table("rows").group_by("by-row", |n| n.to_string()).count("rows-counted").to_stream().discard();
    let both = left.clone().cogroup(|| 0u64, |all, n| *all += n).and(left.clone(), |all: &mut u64, n: &u64| *all += n);
    both.aggregate("both").to_stream().discard();
}
fn windowed(left: &One<u64>) {
    let closed = left.clone().windowed_by(tumbling(minutes(1)).grace(seconds(0))).emit_final().count("finals");
    closed.to_stream().present().unwindow::<Space<String, 1>>().to(topic::<u64>("finals-out"));
    left.clone().windowed_by(sliding(minutes(1))).count("slid").to_stream().discard();
    left.clone().windowed_by(session(minutes(1)).grace(seconds(0))).emit_final_or_idle_for(hours(1)).count("visits").to_stream().discard();
}
fn joined(b: &Builder, left: &One<u64>) {
    let right = b.table(topic::<u64>("rows-right"));
    left.clone().join(right, |l, r| l + r).left_join(right, |l, _| l).discard();
    left.clone().join(b.versioned(history()).with_grace("waits", seconds(1)), |l, r| l + r).discard();
    left.clone().join_global(b.global_table(topic::<u64>("whole")), |_| "a".to_string(), |l, r| l + r).discard();
    left.clone().join_stream(left.clone(), within(seconds(1)), "pairs", |l, r| l + r).discard();
    let table = b.table(topic::<u64>("rows-left"));
    table.join(right, |l, r| l + r).to_stream().discard();
    table.join_foreign("foreign", right, |_| "a".to_string(), |l, r| l + r).to_stream().discard();
}

fn everything() -> Topology {
    let b = Topology::builder("everything");
    let left = b.stream(topic::<u64>("left"));
    stateless(&left);
    kept(&left);
    windowed(&left);
    joined(&b, &left);
    let (here, there) = left.process(kv("stored"), || Through);
    here.discard();
    there.discard();
    b.build(())
}

#[test]
fn every_node_counts_its_records() {
    let mut t = TestDriver::new(everything());
    for (name, times) in [
        ("whole", &[0][..]),
        ("rows-right", &[0]),
        ("rows-left", &[0]),
        ("right", &[0]),
        ("left", &[1_000, 2_000, 63_000, 124_000, 185_000]),
    ] {
        times.iter().for_each(|time| _ = t.input(topic::<u64>(name)).at(*time).send("a".into(), 1).send("a".into(), 2));
    }
    let counted: BTreeSet<u32> = t.rig.look().unwrap().tasks.iter().flat_map(|task| &task.work.nodes).map(|(node, _)| node.0).collect();
    let plan = t.topology().plan();
    let idle: Vec<&Node> = plan.ids().filter(|id| !counted.contains(&id.0)).map(|id| plan.node(id)).collect();
    let idle: Vec<String> = idle.iter().map(|node| format!("{} ({})", node.operator, node.label)).collect();
    assert!(idle.is_empty(), "these were handed no record, as far as they say: {idle:?}");
}
