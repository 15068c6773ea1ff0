//! A window store as a processor sees it.
use super::{
    Scan,
    own::Own,
    stores::{OpenStore, Opening},
    times::inside,
};
use crate::{Key, Record, Result, TimeBounds, TimeWindowed, Timestamp, op::Assembly};
use kstreams_store::layout::window;
use std::{
    cell::Cell,
    ops::{Bound, RangeBounds},
    rc::Rc,
};

/// Key and start of a window to value (Kafka Streams: `WindowStore`, of `Stores.persistentWindowStore` without duplicates). Declared with
/// [`crate::windows`].
///
/// The store's time is the largest window start that was put. Windows whose start lies `retention` or more behind it cannot be read any more;
/// what is put so late goes into the changelog and, once its segment (half the retention, a minute at least) is gone, nowhere else.
///
/// ```
/// # use kstreams::prelude::*;
/// # #[topic(name = "orders", key = String, value = u64, partitions = 1)]
/// # struct Orders;
/// # #[topic(name = "alerts", key = String, value = u64, partitions = 1)]
/// # struct Alerts;
/// /// Tells who has ordered more than a hundred pieces in this minute and the two before.
/// struct Velocity;
/// impl Processor for Velocity {
///     type Key = String;
///     type In = u64;
///     type Stores = WindowStore<String, u64>;
///     type Out = EmitInPlace<String, u64>;
///     fn process(&mut self, order: Message<String, u64>, cx: &mut Cx<Self>) -> kstreams::Result<()> {
///         let minute = Timestamp(order.time.0 / 60_000 * 60_000);
///         let pieces = cx.stores.get(&order.key, minute)?.unwrap_or(0) + order.value;
///         cx.stores.put(&order.key, minute, pieces)?;
///         let mut sum = 0;
///         for window in cx.stores.fetch(&order.key, Timestamp(minute.0 - 120_000)..=minute)? {
///             let (_start, pieces) = window?;
///             sum += pieces;
///         }
///         if sum > 100 { cx.out.emit(&order.key, sum) } else { Ok(()) }
///     }
/// }
/// # let b = Topology::builder("example");
/// # let orders = b.stream(Orders);
/// orders.process(windows("pieces-per-minute", minutes(1), hours(1)), || Velocity).to(Alerts);
/// # let mut driver = TestDriver::new(b.build(()));
/// for (minute, pieces) in [(0, 60), (2, 70), (4, 20), (9, 90)] {
///     driver.input(Orders).at(minute * 60_000).send("ann".into(), pieces);
/// }
/// assert_eq!(driver.output(Alerts).values(), [130]);
/// ```
pub struct WindowStore<K, V>(Own<TimeWindowed<K>, V>);
impl<K: Key, V: Record> WindowStore<K, V> {
    /// The value of the key's window that starts at `start`.
    ///
    /// # Errors
    /// If the store cannot be read.
    pub fn get(&self, key: &K, start: Timestamp) -> Result<Option<V>> {
        self.0.get(&windowed(key, start))
    }
    /// Sets the value of the key's window that starts at `start`.
    ///
    /// # Errors
    /// If the store cannot be read, or the start is negative.
    pub fn put(&mut self, key: &K, start: Timestamp, value: V) -> Result<()> {
        self.0.put(&beginning(key, start)?, value)
    }
    /// Deletes the key's window that starts at `start` and answers what it was (Kafka Streams: `put` of null).
    ///
    /// # Errors
    /// If the store cannot be read, or the start is negative.
    pub fn delete(&mut self, key: &K, start: Timestamp) -> Result<Option<V>> {
        self.0.delete(&beginning(key, start)?)
    }
    /// One key's windows that start within `starts`, by their start, the earliest first; the latest first with `.rev()`.
    ///
    /// # Errors
    /// If the store cannot be read.
    #[doc(alias = "backwardFetch")]
    pub fn fetch(&self, key: &K, starts: impl RangeBounds<Timestamp>) -> Result<Scan<'_, Timestamp, V>> {
        let Some((from, to)) = inside(&starts) else { return Ok(Box::new(std::iter::empty())) };
        let mut bytes = vec![];
        key.encode(&mut bytes)?;
        let rows = self.0.scan(window::range(&bytes, from, to), move |row| window::is_of(&bytes, row));
        Ok(Box::new(rows.map(|row| row.map(|(key, value)| (Timestamp(key.window.start), value)))))
    }
    /// Windows of all keys that start within `starts`, in byte order of the keys, then by start. (Kafka Streams gives them segment by segment.)
    ///
    /// # Errors
    /// If the store cannot be read.
    #[doc(alias = "backwardFetchAll")]
    pub fn fetch_all(&self, starts: impl RangeBounds<Timestamp>) -> Result<Scan<'_, TimeWindowed<K>, V>> {
        let Some((from, to)) = inside(&starts) else { return Ok(Box::new(std::iter::empty())) };
        let within = move |row: &[u8]| (from..=to).contains(&window::start_of(row));
        Ok(self.0.scan((Bound::Unbounded, Bound::Unbounded), within))
    }
    /// Every window, in byte order of the keys, then by start.
    ///
    /// # Errors
    /// If the store cannot be read.
    #[doc(alias = "backwardAll")]
    pub fn all(&self) -> Result<Scan<'_, TimeWindowed<K>, V>> {
        self.fetch_all(..)
    }
}
fn beginning<K: Key>(key: &K, start: Timestamp) -> Result<TimeWindowed<K>> {
    if start.0 < 0 { Err(format!("{start} is no start of a window").into()) } else { Ok(windowed(key, start)) }
}
/// The store knows where the window ends.
fn windowed<K: Key>(key: &K, start: Timestamp) -> TimeWindowed<K> {
    TimeWindowed { key: key.clone(), window: TimeBounds { start: start.0, end: start.0 } }
}
#[allow(private_interfaces)]
impl<K: Key, V: Record> OpenStore for WindowStore<K, V> {
    fn open(assembly: &mut Assembly<'_>, from: &mut std::vec::IntoIter<Opening>, now: &Rc<Cell<i64>>) -> Option<Self> {
        Own::open(assembly, from, now).map(WindowStore)
    }
}
