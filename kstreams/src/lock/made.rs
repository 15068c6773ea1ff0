//! The lock of a topology as it is now.
use super::{Entry, Kind, Lock, fields};
use crate::{
    Topology,
    plan::{NodeKind, Origin, Plan, Store, StoreIndex, StoreKind, TopicIndex},
};
use std::{collections::BTreeSet, time::Duration};

impl Lock {
    /// The lock of a topology.
    pub fn of<Q>(topology: &Topology<Q>) -> Lock {
        Lock::of_plan(topology.plan())
    }
    pub(crate) fn of_plan(plan: &Plan) -> Lock {
        let mut entries: Vec<Entry> = topics(plan).chain(stores(plan)).collect();
        entries.sort_by(|a, b| (a.kind, &a.name).cmp(&(b.kind, &b.name)));
        let layout = Some(plan.declared_deployment().layout_hash());
        Lock { application: plan.id.clone(), layout, entries, types: fields::of(plan), forgotten: vec![] }
    }
}

fn topics(plan: &Plan) -> impl Iterator<Item = Entry> {
    let sources = plan.nodes.iter().flat_map(|n| if let NodeKind::Source(topics) = &n.kind { topics.clone() } else { vec![] });
    let sources: BTreeSet<TopicIndex> = sources.collect();
    let sinks = plan.nodes.iter().filter_map(|n| if let NodeKind::Sink(topic) = n.kind { Some(topic) } else { None });
    let sinks: BTreeSet<TopicIndex> = sinks.collect();
    let user = |topic: &TopicIndex| plan.topic(*topic).origin == Origin::User;
    let read = sources.clone().into_iter().filter(user).map(|t| topic(plan, Kind::Source, t));
    let written = sinks.into_iter().filter(user).map(|t| topic(plan, Kind::Result, t));
    let between = sources.into_iter().filter(move |t| !user(t)).map(|t| topic(plan, Kind::Repartition, t));
    read.chain(written).chain(between).collect::<Vec<_>>().into_iter()
}
fn topic(plan: &Plan, kind: Kind, index: TopicIndex) -> Entry {
    let topic = plan.topic(index);
    let (key, value) = topic.schema;
    let entry = Entry::new(kind, &topic.name).with("partitions", topic.partitions);
    entry.with("key", format_args!("{key:016x}")).with("value", format_args!("{value:016x}"))
}

fn stores(plan: &Plan) -> impl Iterator<Item = Entry> {
    let subs = plan.declared_deployment();
    let planned = plan.sub_topologies();
    let tasks = move |index: StoreIndex| {
        let of = planned.iter().position(|sub| sub.stores.contains(&index));
        of.map_or(0, |sub| subs.sub_topologies[sub].tasks)
    };
    let own = (0..).map(StoreIndex).zip(&plan.stores).filter(|(_, s)| s.source.is_none());
    own.map(move |(index, s)| store(s, tasks(index)))
}
fn store(store: &Store, partitions: u32) -> Entry {
    let (key, value) = store.schema;
    let entry = Entry::new(Kind::Store, &store.name).with("kind", store.kind.name());
    let entry = entry.with("key", format_args!("{key:016x}")).with("value", format_args!("{value:016x}"));
    let entry = windows(entry.with("partitions", partitions), store.kind);
    let entry = if store.logged { entry } else { entry.with("logged", "no") };
    let migrations: Vec<String> = store.migrations().iter().map(|migration| format!("{:016x}", migration.schema)).collect();
    if migrations.is_empty() { entry } else { entry.with("migrated", migrations.join(",")) }
}
fn windows(entry: Entry, kind: StoreKind) -> Entry {
    match kind {
        StoreKind::KeyValue => entry,
        StoreKind::Versioned { history } => entry.with("history", ms(history)),
        StoreKind::Window { size, retention } => entry.with("size", ms(size)).with("retention", ms(retention)),
        StoreKind::Session { retention } => entry.with("retention", ms(retention)),
    }
}
fn ms(duration: Duration) -> String {
    format!("{}ms", duration.as_millis())
}
