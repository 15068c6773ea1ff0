//! `to`: writes a stream or a table to a topic.
use crate::{
    Keyed, Message, Result, Stream, Table, TopicKey, TopicRef,
    codec::Presence,
    dsl::{Accepts, AcceptsTable, planned},
    op::{Change, Flow, Push, PushChange, Scope, Target},
    plan::{
        NodeId, NodeKind, TopicIndex,
        recorder::{self, At, Draft},
    },
};

/// Encodes records for a topic.
struct Sink<V> {
    node: NodeId,
    target: Target,
    encode: fn(&V, &mut Vec<u8>) -> Result<Presence>,
}
impl<K: TopicKey, V> Push<K, V> for Sink<V> {
    fn push(&mut self, record: Message<K, V>, scope: &mut Scope) -> Flow {
        scope.enter(self.node);
        let Message { key, value, time, headers } = record;
        scope.produce(&self.target, time, headers, |w| {
            w.key(&key)?;
            w.value(|out| (self.encode)(&value, out))
        })
    }
}
impl<K: TopicKey, V> PushChange<K, V> for Sink<V> {
    fn push(&mut self, change: Change<'_, K, V>, scope: &mut Scope) -> Flow {
        scope.enter(self.node);
        scope.produce(&self.target, change.time, change.headers.clone(), |w| {
            w.key(change.key)?;
            w.value(|out| change.new.map_or(Ok(Presence::Null), |v| (self.encode)(v, out)))
        })
    }
}

/// The sink's node and topic in the plan.
#[track_caller]
fn sink<T: TopicRef>(from: At, topic: &T) -> (NodeId, TopicIndex) {
    let decl = topic.decl();
    let index = recorder::topic(from.recording(), planned::<T::Space, T::Value>(&decl));
    let draft = Draft { kind: NodeKind::Sink(index), ..Draft::operator("to").label(format!("{}-sink", decl.name)) };
    (recorder::add(from.recording(), draft, &[from], Box::new(())).node(), index)
}

impl<S: Keyed, V: 'static> Stream<S, V> {
    /// Writes the stream to a topic (Kafka Streams: `to`). Key and value must fit it; event times become record timestamps, headers are kept;
    /// the partition is chosen by the topic's partitioner.
    ///
    /// ```
    /// # use kstreams::prelude::*;
    /// # #[topic(name = "words", key = String, value = String, partitions = 1)]
    /// # struct Words;
    /// # #[topic(name = "results", key = String, value = String, partitions = 1)]
    /// # struct Results;
    /// # let b = Topology::builder("example");
    /// # let words = b.stream(Words);
    /// words.to(Results);
    /// # let mut driver = TestDriver::new(b.build(()));
    /// driver.input(Words).at(5).header("trace", "7").send("a".into(), "tea".into());
    /// let result = &driver.output(Results).records()[0];
    /// assert_eq!((result.value.as_str(), result.time, result.headers.get("trace")), ("tea", Timestamp(5), Some(&b"7"[..])));
    /// ```
    #[track_caller]
    pub fn to<T: TopicRef + Accepts<S::Key, V>>(self, topic: T) {
        let (node, index) = sink(self.at, &topic);
        self.read_by(move |a| {
            Box::new(Sink { node, target: a.target::<T::Space>(index), encode: <T as Accepts<S::Key, V>>::encode_value })
        });
    }
}
impl<S: Keyed, V: 'static, M> Table<S, V, M> {
    /// Writes every change to a topic, deletes as tombstones (Kafka Streams: `toStream().to(..)`).
    ///
    /// ```
    /// # use kstreams::prelude::*;
    /// # #[topic(name = "words", key = String, value = String, partitions = 1)]
    /// # struct Words;
    /// # #[topic(name = "results", key = String, value = String, partitions = 1)]
    /// # struct Results;
    /// # let b = Topology::builder("example");
    /// # let words = b.table(Words);
    /// words.to(Results);
    /// # let mut driver = TestDriver::new(b.build(()));
    /// driver.input(Words).send("a".into(), "tea".into()).send("a".into(), "ale".into());
    /// driver.input(Words).delete("a".into());
    /// assert!(driver.output(Results).table().is_empty());
    /// ```
    #[track_caller]
    pub fn to<T>(self, topic: T)
    where
        T: TopicRef + AcceptsTable<S::Key, V>,
    {
        let (node, index) = sink(self.at, &topic);
        self.read_by(move |a| {
            Box::new(Sink { node, target: a.target::<T::Space>(index), encode: <T as AcceptsTable<S::Key, V>>::encode_row })
        });
    }
}
