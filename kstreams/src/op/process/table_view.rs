//! A table of the topology as a processor sees it.
use super::{
    Scan,
    stores::{OpenStore, Opening, told},
    times::inside,
};
use crate::{
    Key, Plain, Record, Result, SessionBounds, SessionWindowed, TimeBounds, TimeWindowed, Timestamp, Versioned,
    op::{Assembly, Between, Scope, View},
};
use std::{
    cell::{Cell, RefCell},
    marker::PhantomData,
    ops::{Bound, RangeBounds},
    rc::Rc,
};

/// The rows of a table of this topology, read only (Kafka Streams: the table's store in `ProcessorContext.getStateStore`). A table without a
/// store of its own, such as a filtered one, is recomputed from those above it. The table lies beside the processor's stream: it has the stream's key, or
/// windows of it, as many partitions and the same partitioner.
///
/// ```
/// # use kstreams::prelude::*;
/// # #[topic(name = "words", key = String, value = String, partitions = 1)]
/// # struct Words;
/// # #[topic(name = "numbers", key = String, value = u64, partitions = 1)]
/// # struct Numbers;
/// # #[topic(name = "results", key = String, value = String, partitions = 1)]
/// # struct Results;
/// /// Words with the number that their key has now.
/// struct Numbered;
/// impl Processor for Numbered {
///     type Key = String;
///     type In = String;
///     type Stores = TableView<String, u64>;
///     type Out = EmitInPlace<String, String>;
///     fn process(&mut self, word: Message<String, String>, cx: &mut Cx<Self>) -> kstreams::Result<()> {
///         let number = cx.stores.get(&word.key)?;
///         cx.out.emit(&word.key, format!("{} {number:?}", word.value))
///     }
/// }
/// # let b = Topology::builder("example");
/// # let words = b.stream(Words);
/// # let numbers = b.table(Numbers);
/// words.process(numbers, || Numbered).to(Results);
/// # let mut driver = TestDriver::new(b.build(()));
/// driver.input(Numbers).send("ann".into(), 7);
/// driver.input(Words).send("ann".into(), "tea".into()).send("bob".into(), "ale".into());
/// assert_eq!(driver.output(Results).values(), ["tea Some(7)", "ale None"]);
/// ```
///
/// Of a table that is [`Versioned`] there is also a `TableView<K, V, Versioned>`, which knows what a key was: [`TableView::get_as_of`].
pub struct TableView<K, V, M = Plain> {
    view: RefCell<Box<dyn View<K, V>>>,
    of: PhantomData<fn() -> M>,
}
impl<K: Key, V: Record, M> TableView<K, V, M> {
    /// The key's row.
    ///
    /// # Errors
    /// If the store cannot be read.
    pub fn get(&self, key: &K) -> Result<Option<V>> {
        let row = self.view.borrow_mut().get(key, &mut Scope::new(0)).map_err(told)?;
        row.map(|(value, _)| value.duplicate()).transpose()
    }
    /// Rows in byte order of their keys' encoding.
    ///
    /// # Errors
    /// If the store cannot be read.
    pub fn range(&self, keys: impl RangeBounds<K>) -> Result<Scan<'_, K, V>> {
        self.rows((keys.start_bound(), keys.end_bound()), |_| true)
    }
    /// Every row, in byte order of their keys' encoding.
    ///
    /// # Errors
    /// If the store cannot be read.
    pub fn all(&self) -> Result<Scan<'_, K, V>> {
        self.range(..)
    }
    fn rows(&self, between: Between<'_, K>, wanted: impl Fn(&K) -> bool) -> Result<Scan<'_, K, V>> {
        let mut keys = self.view.borrow_mut().keys(between).map_err(told)?;
        keys.retain(wanted);
        Ok(Box::new(keys.into_iter().filter_map(|key| self.get(&key).transpose().map(|value| Ok((key, value?))))))
    }
}
impl<K: Key, V: Record> TableView<K, V, Versioned> {
    /// What the key was at `time`: its last version up to then, that time included. Nothing if it lies behind the table's history, unless the key has
    /// not changed since (Kafka Streams: `VersionedKeyValueStore.get(key, asOfTimestamp)`).
    ///
    /// ```
    /// # use kstreams::prelude::*;
    /// # #[topic(name = "orders", key = String, value = u64, partitions = 1)]
    /// # struct Orders;
    /// # #[topic(name = "prices", key = String, value = u64, partitions = 1, history = hours(1))]
    /// # struct Prices;
    /// # #[topic(name = "results", key = String, value = String, partitions = 1)]
    /// # struct Results;
    /// /// What an order costs, and what it would have cost a minute earlier.
    /// struct Compared;
    /// impl Processor for Compared {
    ///     type Key = String;
    ///     type In = u64;
    ///     type Stores = TableView<String, u64, Versioned>;
    ///     type Out = EmitInPlace<String, String>;
    ///     fn process(&mut self, order: Message<String, u64>, cx: &mut Cx<Self>) -> kstreams::Result<()> {
    ///         let price = |at| cx.stores.get_as_of(&order.key, Timestamp(at));
    ///         let (then, before) = (price(order.time.0)?, price(order.time.0 - 60_000)?);
    ///         cx.out.emit(&order.key, format!("{then:?} after {before:?}"))
    ///     }
    /// }
    /// # let b = Topology::builder("example");
    /// # let (orders, prices) = (b.stream(Orders), b.versioned(Prices));
    /// orders.process(prices, || Compared).to(Results);
    /// # let mut driver = TestDriver::new(b.build(()));
    /// driver.input(Prices).at(0).send("tea".into(), 3);
    /// driver.input(Prices).at(90_000).send("tea".into(), 4);
    /// driver.input(Orders).at(30_000).send("tea".into(), 1);
    /// driver.input(Orders).at(100_000).send("tea".into(), 1);
    /// assert_eq!(driver.output(Results).values(), ["Some(3) after None", "Some(4) after Some(3)"]);
    /// ```
    ///
    /// # Errors
    /// If the store cannot be read.
    pub fn get_as_of(&self, key: &K, time: Timestamp) -> Result<Option<V>> {
        let row = self.view.borrow_mut().get_as_of(key, time.0, &mut Scope::new(0)).map_err(told)?;
        row.map(|(value, _)| value.duplicate()).transpose()
    }
}
impl<K: Key, V: Record, M> TableView<TimeWindowed<K>, V, M> {
    /// One key's windows that start within `starts`, by their start, the earliest first (Kafka Streams: `ReadOnlyWindowStore.fetch`).
    ///
    /// ```
    /// # use kstreams::prelude::*;
    /// # #[topic(name = "clicks", key = String, value = String, partitions = 1)]
    /// # struct Clicks;
    /// # #[topic(name = "busiest", key = String, value = u64, partitions = 1)]
    /// # struct Busiest;
    /// /// When a user's busiest minute of the last ten was.
    /// struct BusiestMinute;
    /// impl Processor for BusiestMinute {
    ///     type Key = String;
    ///     type In = String;
    ///     type Stores = TableView<TimeWindowed<String>, u64>;
    ///     type Out = EmitInPlace<String, u64>;
    ///     fn process(&mut self, click: Message<String, String>, cx: &mut Cx<Self>) -> kstreams::Result<()> {
    ///         let minutes = cx.stores.fetch(&click.key, Timestamp(click.time.0 - 600_000)..)?.collect::<kstreams::Result<Vec<_>>>()?;
    ///         match minutes.iter().max_by_key(|(_, clicks)| *clicks) {
    ///             Some((start, _)) => cx.out.emit(&click.key, start.0 as u64 / 60_000),
    ///             None => Ok(()),
    ///         }
    ///     }
    /// }
    /// # let b = Topology::builder("example");
    /// # let clicks = b.stream(Clicks);
    /// let kept = stored("clicks-per-minute").retention(minutes(15));
    /// let per_minute = clicks.clone().windowed_by(tumbling(minutes(1))).count(kept);
    /// clicks.process(per_minute, || BusiestMinute).to(Busiest);
    /// # let mut driver = TestDriver::new(b.build(()));
    /// for second in [10, 70, 80, 130] {
    ///     driver.input(Clicks).at(second * 1_000).send("ann".into(), "/".into());
    /// }
    /// assert_eq!(driver.output(Busiest).values(), [0, 1, 1, 1]);
    /// ```
    ///
    /// # Errors
    /// If the store cannot be read.
    pub fn fetch(&self, key: &K, starts: impl RangeBounds<Timestamp>) -> Result<Scan<'_, Timestamp, V>> {
        let Some((from, to)) = inside(&starts) else { return Ok(Box::new(std::iter::empty())) };
        let at = |start: i64| TimeWindowed { key: key.clone(), window: TimeBounds { start, end: start } };
        let bytes = bytes_of(key)?;
        // Keys have no fixed length: those of other keys may lie between.
        let rows =
            self.rows((Bound::Included(&at(from)), Bound::Included(&at(to))), |row| bytes_of(&row.key).is_ok_and(|row| row == bytes))?;
        Ok(Box::new(rows.map(|row| row.map(|(key, value)| (Timestamp(key.window.start), value)))))
    }
}
impl<K: Key, V: Record, M> TableView<SessionWindowed<K>, V, M> {
    /// One key's sessions that touch `times`, the one that ends first first (Kafka Streams: `ReadOnlySessionStore.findSessions`).
    ///
    /// # Errors
    /// If the store cannot be read.
    pub fn fetch(&self, key: &K, times: impl RangeBounds<Timestamp>) -> Result<Scan<'_, SessionWindowed<K>, V>> {
        let Some((from, to)) = inside(&times) else { return Ok(Box::new(std::iter::empty())) };
        let at = |start: i64, end: i64| SessionWindowed { key: key.clone(), window: SessionBounds { start, end } };
        let bytes = bytes_of(key)?;
        let touches = |row: &SessionWindowed<K>| row.window.start <= to && bytes_of(&row.key).is_ok_and(|row| row == bytes);
        self.rows((Bound::Included(&at(0, from)), Bound::Included(&at(i64::MAX, i64::MAX))), touches)
    }
}
fn bytes_of<K: Key>(key: &K) -> Result<Vec<u8>> {
    let mut bytes = vec![];
    key.encode(&mut bytes).map(|_| bytes)
}
#[allow(private_interfaces)]
impl<K: Key, V: Record, M: 'static> OpenStore for TableView<K, V, M> {
    fn open(assembly: &mut Assembly<'_>, from: &mut std::vec::IntoIter<Opening>, _: &Rc<Cell<i64>>) -> Option<Self> {
        match from.next()? {
            Opening::Table(node) => Some(TableView { view: RefCell::new(assembly.view(node)), of: PhantomData }),
            Opening::Store(_) | Opening::Global(..) => None,
        }
    }
}
