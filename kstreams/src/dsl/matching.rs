//! Patterns: all topics whose whole names match a regular expression, read as one stream.
use super::{
    Extractor, SpaceCount, TopicRef,
    builder::Part,
    topic::{RuntimeTopic, named},
};
use crate::{Keyed, Meta, Record, Timestamp, plan::Reset};
use std::time::Duration;

/// What [`Builder::stream`](crate::Builder::stream) reads: a topic, or a pattern.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is neither a topic nor a pattern",
    label = "not a topic",
    note = "a topic is a declared struct: `#[topic(name = \"..\", key = .., value = .., partitions = ..)] pub struct Orders;`; at run time `named::<Space<Key, N>, Value>(\"..\")`",
    note = "all topics whose names match are `#[topic(pattern = \"..\", ..)]`, at run time `matching::<Space<Key, N>, Value>(\"..\")`"
)]
pub trait StreamRef {
    /// Type of the values.
    type Value: Record;
    /// Where the records live.
    type Space: Keyed;
    #[doc(hidden)]
    fn part(&self) -> Part<Self::Space, Self::Value>;
}
#[diagnostic::do_not_recommend]
impl<T: TopicRef> StreamRef for T {
    type Value = T::Value;
    type Space = T::Space;
    fn part(&self) -> Part<T::Space, T::Value> {
        Part { decl: self.decl(), extractor: self.extractor() }
    }
}

/// All topics whose names match; see [`matching`].
pub struct Matching<S: Keyed, V>(RuntimeTopic<S, V>);
/// All topics whose whole names match a regular expression, as one stream (Kafka Streams: `stream(Pattern)`, semantics as
/// `InternalTopologyBuilder`'s source nodes). They have one key, one value and, where keys meet state or a join, one count of partitions.
///
/// The topics are those that there are when the application starts; none is a refusal, later ones are told ([`Event::TopicFound`](crate::Event::TopicFound))
/// and taken in by a restart. Internal topics of the application never match. A pattern has the syntax of the crate `regex`: no look-around, no
/// back references. It is declared by `#[topic(pattern = "..", ..)]` too:
///
/// ```
/// # mod shop {
/// use kstreams::prelude::*;
/// #[topic(pattern = "shop-.*-orders", key = String, value = u64, partitions = 1)]
/// pub struct Orders;
/// #[topic(name = "totals", key = String, value = u64, partitions = 1)]
/// pub struct Totals;
///
/// #[topology(id = "sums")]
/// pub fn sums(orders: StreamOf<Orders>) {
///     orders.reduce("sum", |a, b| *a += b).to(Totals);
/// }
/// # }
/// use kstreams::prelude::*;
/// # use shop::*;
/// let mut driver = TestDriver::with_topics(sums::topology(), &[("shop-de-orders", 1), ("shop-fr-orders", 1)]);
/// let orders = |name: &str| named::<Space<String, 1>, u64>(name);
/// driver.input(orders("shop-de-orders")).send("tea".into(), 2);
/// driver.input(orders("shop-fr-orders")).send("tea".into(), 3);
/// assert_eq!(driver.output(Totals).values(), [2, 5]);
///
/// // the same at run time
/// let b = Topology::builder("sums");
/// b.stream(matching::<Space<String, 1>, u64>("shop-.*-orders")).reduce("sum", |a, b| *a += b).to(Totals);
/// assert_eq!(b.build(()).describe(), sums::topology().describe());
/// ```
#[doc(alias = "Pattern")]
pub fn matching<S: SpaceCount, V: Record>(pattern: impl Into<String>) -> Matching<S, V> {
    Matching(named(pattern).by_pattern())
}
impl<S: Keyed, V: Record> Matching<S, V> {
    /// The size of the windows in their keys.
    pub fn window(self, size: Duration) -> Self {
        Matching(self.0.window(size))
    }
    /// Where reading begins if the group has committed nothing.
    pub fn reset(self, reset: Reset) -> Self {
        Matching(self.0.reset(reset))
    }
    /// Says the event time of their records.
    pub fn timestamps<F>(self, time: F) -> Self
    where
        F: Fn(&S::Key, &V, &Meta) -> Timestamp + Send + Sync + 'static,
    {
        Matching(self.0.timestamps(time))
    }
    /// What the user says of them; generated code calls it.
    #[doc(hidden)]
    pub fn documented(self, doc: &'static str) -> Self {
        Matching(self.0.documented(doc))
    }
}
impl<S: Keyed, V: Record> StreamRef for Matching<S, V> {
    type Value = V;
    type Space = S;
    fn part(&self) -> Part<S, V> {
        let extractor: Extractor<S::Key, V> = self.0.extractor();
        Part { decl: self.0.decl(), extractor }
    }
}
