//! Joins of a stream with a global table: each record meets the row that its value names.
use super::{Finds, GlobalSide};
use crate::{
    GlobalTable, Key, Keyed, Message, Record, Stream, TopicKey,
    codec::Presence,
    op::{Flow, Next, Push, Scope},
    plan::{
        NodeId,
        recorder::{self, Draft},
    },
    state::Global,
};
use std::sync::Arc;

/// Looks up the row that the record names and combines; `None` from `f` drops the record.
struct Meet<L, W, R, G, F, K> {
    node: NodeId,
    table: Global<L, W>,
    key: G,
    f: F,
    next: Next<K, R>,
}
impl<K, V, L, W, R, G, F> Push<K, V> for Meet<L, W, R, G, F, K>
where
    K: TopicKey,
    L: Key,
    W: Record,
    G: Fn(&V) -> Option<L>,
    F: Fn(V, Option<&W>) -> Option<R>,
{
    fn push(&mut self, record: Message<K, V>, scope: &mut Scope) -> Flow {
        scope.enter(self.node);
        let Message { key, value, time, headers } = record;
        let row = match (self.key)(&value) {
            Some(wanted) => self.table.get(&wanted)?,
            None if is_null(&key)? => None,
            None => return Ok(()),
        };
        match (self.f)(value, row.as_ref()) {
            Some(value) => self.next.push(Message { key, value, time, headers }, scope),
            None => Ok(()),
        }
    }
}
/// A record that names no row stays in a left join only if it has no key itself: so does Kafka Streams (`KStreamKTableJoinProcessor`, KIP-962).
fn is_null<K: TopicKey>(key: &K) -> crate::Result<bool> {
    Ok(key.encode_key(&mut vec![])? == Presence::Null)
}

impl<S: Keyed, V: 'static> Stream<S, V> {
    /// Each record with the row of a global table that `key` finds in its value; records without a row, or without a key for one, are dropped (Kafka
    /// Streams: `join(GlobalKTable)`, KIP-99). The record's key and time stay; changes of the table give nothing. The stream need not be placed.
    ///
    /// ```
    /// # use kstreams::prelude::*;
    /// # #[topic(name = "orders", key = u64, value = String, partitions = 1)]
    /// # struct Orders;
    /// # #[topic(name = "prices", key = String, value = u64, partitions = 3)]
    /// # struct Prices;
    /// # #[topic(name = "bills", key = u64, value = u64, partitions = 1)]
    /// # struct Bills;
    /// # let b = Topology::builder("example");
    /// # let orders = b.stream(Orders);
    /// # let prices = b.global_table(Prices);
    /// orders.join_global(prices, |item| item.clone(), |_item, price| *price).to(Bills);
    /// # let mut driver = TestDriver::new(b.build(()));
    /// driver.input(Prices).send("tea".into(), 7);
    /// driver.input(Orders).send(1, "tea".into()).send(2, "ale".into());
    /// assert_eq!(driver.output(Bills).pairs(), [(1, 7)]);
    /// ```
    #[track_caller]
    pub fn join_global<T, O, R, G, F>(self, table: T, key: G, f: F) -> Stream<S, R>
    where
        T: GlobalSide<Key: Key, Value: Record>,
        R: 'static,
        G: Fn(&V) -> O + Finds<O, T::Key> + Send + Sync + 'static,
        F: Fn(V, &T::Value) -> R + Send + Sync + 'static,
    {
        let met = self.met::<T::Key, T::Value, R, F>(
            "join_global",
            table.into_global(),
            move |value| G::found(key(value)),
            move |value, row| row.map(|row| f(value, row)),
        );
        recorder::takes(met.at, recorder::path_of::<G>());
        met
    }
    /// Each record with the row of a global table that `key` finds in its value, if there is one (Kafka Streams: `leftJoin(GlobalKTable)`).
    ///
    /// A record for which `key` answers `None` is dropped all the same, unless the stream is `Unkeyed`: so does Kafka Streams. To keep it, answer a key
    /// that has no row.
    ///
    /// ```
    /// # use kstreams::prelude::*;
    /// # #[topic(name = "orders", key = u64, value = String, partitions = 1)]
    /// # struct Orders;
    /// # #[topic(name = "prices", key = String, value = u64, partitions = 3)]
    /// # struct Prices;
    /// # #[topic(name = "bills", key = u64, value = u64, partitions = 1)]
    /// # struct Bills;
    /// # let b = Topology::builder("example");
    /// # let orders = b.stream(Orders);
    /// # let prices = b.global_table(Prices);
    /// orders.left_join_global(prices, |item| item.clone(), |_item, price| price.copied().unwrap_or(0)).to(Bills);
    /// # let mut driver = TestDriver::new(b.build(()));
    /// driver.input(Prices).send("tea".into(), 7);
    /// driver.input(Orders).send(1, "tea".into()).send(2, "ale".into());
    /// assert_eq!(driver.output(Bills).pairs(), [(1, 7), (2, 0)]);
    /// ```
    #[track_caller]
    pub fn left_join_global<T, O, R, G, F>(self, table: T, key: G, f: F) -> Stream<S, R>
    where
        T: GlobalSide<Key: Key, Value: Record>,
        R: 'static,
        G: Fn(&V) -> O + Finds<O, T::Key> + Send + Sync + 'static,
        F: Fn(V, Option<&T::Value>) -> R + Send + Sync + 'static,
    {
        let met = self.met::<T::Key, T::Value, R, F>(
            "left_join_global",
            table.into_global(),
            move |value| G::found(key(value)),
            move |value, row| Some(f(value, row)),
        );
        recorder::takes(met.at, recorder::path_of::<G>());
        met
    }
    #[track_caller]
    fn met<L: Key, W: Record, R: 'static, F: ?Sized>(
        self,
        operator: &'static str,
        table: GlobalTable<L, W>,
        key: impl Fn(&V) -> Option<L> + Send + Sync + 'static,
        f: impl Fn(V, Option<&W>) -> Option<R> + Send + Sync + 'static,
    ) -> Stream<S, R> {
        let topic = table.topic_in(self.at.recording());
        let draft = Draft::operator(operator).named_after::<F>().globals(vec![topic]);
        let out = Stream::<S, R>::add(self.at.recording(), draft, &[self.at]);
        let (node, key, f) = (out.at.node(), Arc::new(key), Arc::new(f));
        self.read_by(move |a| {
            let (key, f) = (key.clone(), f.clone());
            let (key, f) = (move |value: &V| key(value), move |value: V, row: Option<&W>| f(value, row));
            Box::new(Meet { node, table: a.global::<L, W>(topic), key, f, next: a.next::<S::Key, R>(node) })
        });
        out
    }
}
