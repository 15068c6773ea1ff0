//! `with_grace`: records of a stream wait before they meet a versioned table, so that updates of the table that come late are not missed.
use super::{
    JoinsTable, RightOf, TableSide,
    waiting::{Held, Place, after},
};
use crate::{
    CoPartitioned, Message, Record, Stream, Table, Timestamp, TopicKey, Versioned,
    dsl::StoreDraft,
    op::{Assembly, Failure, Flow, Next, Push, Scope},
    plan::{
        NodeId, StoreIndex, StoreKind,
        recorder::{self, At},
    },
    record::millis_of,
    state::{Scanned, Stored},
};
use kstreams_store::Direction;
use std::{cell::RefCell, marker::PhantomData, ops::Bound, rc::Rc, time::Duration};

type Buffer<K, V> = Rc<RefCell<Stored<Place<K>, Held<V>>>>;

/// Keeps records until they are a grace period behind the latest (`KStreamKTableJoinProcessor` with a `RocksDBTimeOrderedKeyValueBuffer`).
struct Grace<K, V> {
    node: NodeId,
    grace_ms: i64,
    /// Its time is that of the latest record that has waited.
    buffer: Buffer<K, V>,
    /// `None`: not read from the store yet.
    waiting: Option<Waiting>,
    join: Next<K, V>,
}
/// What is known of the buffer without reading it.
#[derive(Clone, Copy)]
struct Waiting {
    /// None that waits is earlier.
    earliest: i64,
    records: usize,
    sequence: u32,
}
impl<K: TopicKey, V: Record> Push<K, V> for Grace<K, V> {
    fn push(&mut self, record: Message<K, V>, scope: &mut Scope) -> Flow {
        scope.enter(self.node);
        let waiting = match self.waiting {
            Some(waiting) => waiting,
            None => self.read()?,
        };
        self.waiting = Some(waiting);
        if record.time.0 < self.due() {
            self.join.push(record, scope)?
        } else {
            self.keep(record, waiting, scope)?
        }
        self.let_go(scope)
    }
}
impl<K: TopicKey, V: Record> Grace<K, V> {
    /// Up to here records have waited long enough.
    fn due(&self) -> i64 {
        self.buffer.borrow().time().saturating_sub(self.grace_ms)
    }
    /// What has waited since before the task was opened. Numbers go on behind it: a place must not be taken twice.
    fn read(&self) -> Result<Waiting, Box<Failure>> {
        let rows = self.buffer.borrow().rows(Bound::Unbounded, Bound::Unbounded)?;
        let earliest = rows.first().map_or(i64::MAX, |(place, ..)| place.time);
        Ok(Waiting { earliest, records: rows.len(), sequence: rows.iter().map(|(place, ..)| place.sequence).max().unwrap_or(0) })
    }
    fn keep(&mut self, record: Message<K, V>, waiting: Waiting, scope: &Scope) -> Flow {
        let Message { key, value, time, headers } = record;
        let Timestamp(time) = time;
        // Java's numbers have no sign.
        let sequence = (waiting.sequence + 1) & 0x7fff_ffff;
        let earliest = waiting.earliest.min(time);
        self.waiting = Some(Waiting { earliest, records: waiting.records + 1, sequence });
        let window_ms = key.end().zip(key.start()).map_or(0, |(end, start)| end - start);
        let (topic, partition, offset) = (scope.meta.topic.clone(), scope.meta.partition, scope.meta.offset);
        let held = Held { value, time, topic, partition, offset, headers, window_ms };
        let mut buffer = self.buffer.borrow_mut();
        buffer.observe(time);
        buffer.replace(&Place { time, key, sequence }, Some(Rc::new(held)), time, false)?;
        Ok(())
    }
    /// Hands on what has waited long enough: by time, key and number.
    fn let_go(&mut self, scope: &mut Scope) -> Flow {
        let due = self.due();
        let Some(earliest) = self.waiting.map(|waiting| waiting.earliest).filter(|earliest| *earliest <= due) else { return Ok(()) };
        // Before the earliest lie those that are gone: in memory each is remembered until the next checkpoint.
        let bounds = (Bound::Included(after(earliest.saturating_sub(1))), Bound::Excluded(after(due)));
        let ready = self.buffer.borrow().scan(bounds, Direction::Forward, |_| true)?;
        ready.into_iter().try_for_each(|row| self.hand_on(row, scope))?;
        if let Some(waiting) = &mut self.waiting {
            waiting.earliest = if waiting.records == 0 { i64::MAX } else { due.saturating_add(1) };
        }
        Ok(())
    }
    fn hand_on(&mut self, (place, held, _): Scanned<Place<K>, Held<V>>, scope: &mut Scope) -> Flow {
        self.buffer.borrow_mut().replace(&place, None, place.time, false)?;
        if let Some(waiting) = &mut self.waiting {
            waiting.records = waiting.records.saturating_sub(1);
        }
        let held = match Rc::try_unwrap(held) {
            Ok(held) => held,
            Err(shared) => shared.duplicate()?,
        };
        let key = held.sized(place.key)?;
        self.join.push(Message { key, value: held.value, time: Timestamp(held.time), headers: held.headers }, scope)
    }
}

/// A versioned table whose stream records wait before they join; made by [`Table::with_grace`].
#[must_use = "join a stream with it: `.join(table.with_grace(\"name\", minutes(5)), f)`"]
pub struct Buffered<S, V> {
    at: At,
    name: &'static str,
    grace: Duration,
    of: PhantomData<fn() -> (S, V)>,
}
impl<S, V, M> Table<S, V, M> {
    /// Records of the stream that joins wait until they are `grace` behind the latest of them, then meet what their key was at their own time
    /// (Kafka Streams: `Joined.withGracePeriod`, KIP-923). So an update of the table that comes up to `grace` later than the record is not missed.
    ///
    /// They wait in a store `<name>-Buffer` with a changelog, and go on in the order of time, key and arrival. A record that is further behind
    /// already does not wait. Time is that of the stream's records: without them nothing goes on. The table must remember for at least as long.
    ///
    /// ```
    /// # use kstreams::prelude::*;
    /// # #[topic(name = "prices", key = String, value = u64, partitions = 1, history = hours(1))]
    /// # struct Prices;
    /// # #[topic(name = "orders", key = String, value = u64, partitions = 1)]
    /// # struct Orders;
    /// # #[topic(name = "totals", key = String, value = u64, partitions = 1)]
    /// # struct Totals;
    /// # let b = Topology::builder("example");
    /// # let (prices, orders) = (b.versioned(Prices), b.stream(Orders));
    /// orders.join(prices.with_grace("late-prices", seconds(5)), |amount, price| amount * price).to(Totals);
    /// # let mut driver = TestDriver::new(b.build(()));
    /// driver.input(Prices).at(1_000).send("tea".into(), 3);
    /// driver.input(Orders).at(2_500).send("tea".into(), 10);
    /// driver.input(Prices).at(2_000).send("tea".into(), 4); // late, but not too late
    /// driver.input(Orders).at(8_000).send("ale".into(), 1);
    /// assert_eq!(driver.output(Totals).values(), [40]);
    /// ```
    #[track_caller]
    pub fn with_grace(self, name: &'static str, grace: Duration) -> Buffered<S, V>
    where
        M: KeepsHistory,
    {
        if let Some(history) = recorder::history(self.at).filter(|history| *history < grace) {
            let text = format!(
                "buffer `{name}` lets records wait for {grace:?}, but its table remembers only {history:?}: raise the history, or lower the grace"
            );
            recorder::problem(self.at.recording(), text);
        }
        Buffered { at: self.at, name, grace, of: PhantomData }
    }
}
/// Tables that can say what a key was.
#[diagnostic::on_unimplemented(
    message = "a grace period needs a versioned table: this one (`{Self}`) forgets what a key was before",
    label = "keeps no history",
    note = "read the topic as `VersionedOf<Topic>` with `history = hours(1)` in its `#[topic]`, or name the store `stored(\"name\").versioned(hours(1))`"
)]
pub trait KeepsHistory {}
impl KeepsHistory for Versioned {}

#[diagnostic::do_not_recommend]
impl<S, V: 'static> TableSide for Buffered<S, V> {
    type Value = V;
    fn side_at(&self) -> At {
        self.at
    }
}
impl<L, S, V> RightOf<L> for Buffered<S, V> where L: CoPartitioned<S> {}
#[allow(private_interfaces)]
impl<L: Record, S, V> JoinsTable<L> for Buffered<S, V> {
    fn waits<K: TopicKey>(&self, recording: usize) -> Option<Waits<K, L>> {
        // Java's name: `Joined.as(name)` has the same store.
        let store = StoreDraft::named(&format!("{}-Buffer", self.name)).ordered();
        let store = store.typed::<Place<K>, Held<L>>(StoreKind::KeyValue).add(recording);
        Some(Waits { store, grace_ms: millis_of(self.grace), open: open::<K, L> })
    }
}
/// The buffer before a join, to be built with it.
pub(super) struct Waits<K, V> {
    pub(super) store: StoreIndex,
    grace_ms: i64,
    open: fn(&Waits<K, V>, &mut Assembly<'_>, NodeId, Next<K, V>) -> Next<K, V>,
}
impl<K, V> Waits<K, V> {
    /// What the stream pushes into, so that it waits before the join.
    pub(super) fn before(&self, a: &mut Assembly<'_>, node: NodeId, join: Next<K, V>) -> Next<K, V> {
        (self.open)(self, a, node, join)
    }
}
fn open<K: TopicKey, V: Record>(waits: &Waits<K, V>, a: &mut Assembly<'_>, node: NodeId, join: Next<K, V>) -> Next<K, V> {
    let buffer = a.store::<Place<K>, Held<V>>(waits.store);
    Box::new(Grace { node, grace_ms: waits.grace_ms, buffer, waiting: None, join })
}

/// Tables that join tables: where both sides are what they are now, nothing waits.
#[diagnostic::on_unimplemented(
    message = "a grace period is for a stream's records: a table joins a table without one",
    label = "has a grace period",
    note = "leave out `.with_grace(..)`: each change of either table is joined at once with what the other is then"
)]
pub trait JoinsAtOnce {}
impl<S, V, M> JoinsAtOnce for Table<S, V, M> {}
/// Only so that [`TableSide`] alone speaks of a stream.
impl<S, V> JoinsAtOnce for Stream<S, V> {}
