//! Topics: declared by `#[topic]`, or named at run time.
use crate::{
    Keyed, Meta, Record, Space, Timestamp, TopicKey,
    partition::Partitioner,
    plan::{self, Expected, Reset, recorder},
};
use std::{marker::PhantomData, sync::Arc, time::Duration};

/// What a topic is, as data.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TopicDecl {
    /// The literal that names it.
    pub name: String,
    /// The name is a regular expression: all topics that match.
    pub pattern: bool,
    /// Declared partitions.
    pub count: u32,
    /// How far back a versioned table of it remembers.
    pub history: Option<Duration>,
    /// Size of the windows in its keys.
    pub window: Option<Duration>,
    /// Where reading begins if the group has committed nothing.
    pub reset: Option<Reset>,
    /// What the user says of it.
    pub doc: &'static str,
    /// What a table of it is expected to hold.
    pub expected: Expected,
}

/// A topic declared by `#[topic]`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a topic",
    label = "not a topic",
    note = "a topic is a declared struct: `#[topic(name = \"..\", key = .., value = .., partitions = ..)] pub struct Orders;`; at run time `named::<Space<Key, N>, Value>(\"..\")`",
    note = "a pattern is many topics: it is read as a stream, `StreamOf<..>` or `stream(..)`, and as nothing else; declare the one topic that is meant by its `name`"
)]
pub trait Topic: 'static {
    /// Type of its keys.
    type Key: TopicKey;
    /// Type of its values; `Option<V>` where nulls may occur.
    type Value: Record;
    /// Where its records live.
    type Space: Keyed<Key = Self::Key>;
    /// Its name.
    const NAME: &'static str;
    /// Its declared number of partitions.
    const PARTITIONS: u32;
    /// The documentation of the struct.
    const DOC: &'static str = "";
    /// `expect_keys = ..`, `expect_row_bytes = ..`: what a table of it is expected to hold, for the estimates in documents.
    const EXPECTED: Expected = Expected::UNKNOWN;
    /// `history = ..`: how far back a versioned table of this topic remembers.
    const HISTORY: Option<Duration> = None;
    /// `window = ..`: the size of the windows in a `TimeWindowed` key, needed to read the topic.
    const WINDOW: Option<Duration> = None;
    /// `reset = earliest` or `latest`: where reading begins if the group has committed nothing (Kafka Streams: `Consumed.withOffsetResetPolicy`); else
    /// the application says it.
    const RESET: Option<Reset> = None;
    /// `timestamp = ..`: the event time; else the field marked `#[record(event_time)]`, else the record's own.
    fn timestamp(key: &Self::Key, value: &Self::Value, meta: &Meta) -> Timestamp {
        let _ = key;
        value.event_time().unwrap_or(meta.timestamp)
    }
}

/// Says a record's event time: Kafka Streams' `TimestampExtractor`.
pub(crate) type Extractor<K, V> = Arc<dyn Fn(&K, &V, &Meta) -> Timestamp + Send + Sync>;

/// A topic as a value: a `#[topic]` struct, or [`named`] at run time.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a topic",
    label = "not a topic",
    note = "a topic is a declared struct: `#[topic(name = \"..\", key = .., value = .., partitions = ..)] pub struct Orders;`; at run time `named::<Space<Key, N>, Value>(\"..\")`",
    note = "a pattern is many topics: it is read as a stream, `StreamOf<..>` or `stream(..)`, and as nothing else; declare the one topic that is meant by its `name`"
)]
pub trait TopicRef {
    /// Type of its keys.
    type Key: TopicKey;
    /// Type of its values.
    type Value: Record;
    /// Where its records live.
    type Space: Keyed<Key = Self::Key>;
    /// What it is.
    fn decl(&self) -> TopicDecl;
    /// How its records say their time.
    #[doc(hidden)]
    fn extractor(&self) -> Arc<dyn Fn(&Self::Key, &Self::Value, &Meta) -> Timestamp + Send + Sync>;
}
impl<T: Topic> TopicRef for T {
    type Key = T::Key;
    type Value = T::Value;
    type Space = T::Space;
    fn decl(&self) -> TopicDecl {
        decl::<T>()
    }
    fn extractor(&self) -> Extractor<T::Key, T::Value> {
        Arc::new(T::timestamp)
    }
}
pub(crate) fn decl<T: Topic>() -> TopicDecl {
    TopicDecl {
        name: T::NAME.into(),
        pattern: false,
        count: T::PARTITIONS,
        history: T::HISTORY,
        window: T::WINDOW,
        reset: T::RESET,
        doc: T::DOC,
        expected: T::EXPECTED,
    }
}
/// The topic in a plan.
pub(crate) fn planned<S: Keyed, V: Record>(decl: &TopicDecl) -> plan::Topic {
    plan::Topic {
        name: decl.name.clone(),
        named: if decl.pattern { plan::Named::Pattern } else { plan::Named::Exactly },
        origin: plan::Origin::User,
        partitions: decl.count,
        partitioner: S::Partitioner::NAME,
        schema: (S::Key::KEY_SCHEMA, V::SCHEMA),
        types: (std::any::type_name::<S::Key>(), std::any::type_name::<V>()),
        shapes: (S::Key::KEY_SHAPE, V::SHAPE),
        doc: decl.doc,
        follows: None,
        reset: decl.reset,
        history: decl.history,
        window: decl.window,
        expected: decl.expected,
    }
}

/// Reports a topic of windows that is read and does not say how long they are.
pub(crate) fn read<S: Keyed, V: Record>(recording: usize, decl: &TopicDecl) -> plan::TopicIndex {
    if S::Key::KEY_NEEDS_SIZE && !sized(decl.window) {
        let text = format!(
            "topic `{}` is keyed by windows and does not say how long they are, which its records do not hold: add `window = hours(1)` to its \
             `#[topic(..)]`, `.window(hours(1))` to what is named at run time",
            decl.name
        );
        recorder::problem(recording, text);
    }
    recorder::topic(recording, planned::<S, V>(decl))
}
/// Whether windows have a size.
pub(super) const fn sized(window: Option<Duration>) -> bool {
    matches!(window, Some(size) if !size.is_zero())
}

/// A topic whose name is known at run time only; its types are known as ever.
pub struct RuntimeTopic<S: Keyed, V> {
    decl: TopicDecl,
    extractor: Extractor<S::Key, V>,
    of: PhantomData<fn() -> (S, V)>,
}
impl<S: Keyed, V> Clone for RuntimeTopic<S, V> {
    fn clone(&self) -> Self {
        RuntimeTopic { decl: self.decl.clone(), extractor: self.extractor.clone(), of: PhantomData }
    }
}
/// A topic named at run time: `named::<Space<String, 3>, Order>("orders")`.
///
/// ```
/// use kstreams::prelude::*;
/// // the time stands in the value, in seconds
/// let readings = || named::<Space<String, 2>, u64>("readings").timestamps(|_meter, seconds, _meta| Timestamp(*seconds as i64 * 1_000));
/// let b = Topology::builder("readings");
/// b.stream(readings()).to(named::<Space<String, 2>, u64>("timed"));
/// let mut driver = TestDriver::new(b.build(()));
/// driver.input(readings()).send("m1".into(), 7);
/// assert_eq!(driver.output(named::<Space<String, 2>, u64>("timed")).records()[0].time, Timestamp(7_000));
/// ```
pub fn named<S: SpaceCount, V: Record>(name: impl Into<String>) -> RuntimeTopic<S, V> {
    let (name, expected) = (name.into(), Expected::UNKNOWN);
    let decl = TopicDecl { name, pattern: false, count: S::COUNT, history: None, window: None, reset: None, doc: "", expected };
    RuntimeTopic { decl, extractor: Arc::new(|_, value: &V, meta| value.event_time().unwrap_or(meta.timestamp)), of: PhantomData }
}
impl<S: Keyed, V: 'static> RuntimeTopic<S, V> {
    pub(super) fn by_pattern(mut self) -> Self {
        self.decl.pattern = true;
        self
    }
    pub(super) fn documented(mut self, doc: &'static str) -> Self {
        self.decl.doc = doc;
        self
    }
    /// How far back a versioned table of it remembers.
    pub fn history(mut self, history: Duration) -> Self {
        self.decl.history = Some(history);
        self
    }
    /// The size of the windows in its keys.
    pub fn window(mut self, size: Duration) -> Self {
        self.decl.window = Some(size);
        self
    }
    /// How many keys a table of it will hold, for the estimates in documents.
    pub fn expect_keys(mut self, keys: u64) -> Self {
        self.decl.expected = self.decl.expected.keys(keys);
        self
    }
    /// How many bytes a key and its value have on average, for the estimates in documents.
    pub fn expect_row_bytes(mut self, bytes: u64) -> Self {
        self.decl.expected = self.decl.expected.row_bytes(bytes);
        self
    }
    /// Where reading begins if the group has committed nothing.
    pub fn reset(mut self, reset: Reset) -> Self {
        self.decl.reset = Some(reset);
        self
    }
    /// Says the event time of its records.
    pub fn timestamps<F>(mut self, time: F) -> Self
    where
        F: Fn(&S::Key, &V, &Meta) -> Timestamp + Send + Sync + 'static,
    {
        self.extractor = Arc::new(time);
        self
    }
}
/// A space's declared count, keys or not.
pub trait SpaceCount: Keyed {
    /// The count.
    const COUNT: u32;
}
impl<K: TopicKey, const N: u32, P: Partitioner> SpaceCount for Space<K, N, P> {
    const COUNT: u32 = N;
}
#[diagnostic::do_not_recommend]
impl<S: Keyed, V: Record> TopicRef for RuntimeTopic<S, V> {
    type Key = S::Key;
    type Value = V;
    type Space = S;
    fn decl(&self) -> TopicDecl {
        self.decl.clone()
    }
    fn extractor(&self) -> Extractor<S::Key, V> {
        self.extractor.clone()
    }
}

/// Fixes the signature, so that a closure needs no types.
#[doc(hidden)]
pub fn timestamp<K, V>(f: impl Fn(&K, &V, &Meta) -> Timestamp, key: &K, value: &V, meta: &Meta) -> Timestamp {
    f(key, value, meta)
}
/// A topic's name in a const.
#[doc(hidden)]
pub const fn topic_name<T: Topic>(_: &T) -> &'static str {
    T::NAME
}
/// Whether no sink is also a source.
#[doc(hidden)]
pub const fn disjoint(sources: &[&str], sinks: &[&str]) -> bool {
    let mut i = 0;
    while i < sources.len() {
        let mut j = 0;
        while j < sinks.len() {
            if same(sources[i].as_bytes(), sinks[j].as_bytes()) {
                return false;
            }
            j += 1;
        }
        i += 1;
    }
    true
}
const fn same(a: &[u8], b: &[u8]) -> bool {
    if a.len() != b.len() {
        return false;
    }
    let mut i = 0;
    while i < a.len() {
        if a[i] != b[i] {
            return false;
        }
        i += 1;
    }
    true
}
