//! A versioned store as a processor sees it.
use super::stores::{OpenStore, Opening, told};
use crate::{Key, Record, Result, Timestamp, op::Assembly, op::Row, state::Versions};
use std::{
    cell::{Cell, RefCell},
    rc::Rc,
};

/// Key to the values that it has had (Kafka Streams: `VersionedKeyValueStore`, KIP-889). Declared with [`crate::versioned`].
///
/// The store's time is the largest that was put into it. What a key was until `history` before that can be read; what a key is now never goes.
///
/// ```
/// # use kstreams::prelude::*;
/// # #[topic(name = "readings", key = String, value = u64, partitions = 1)]
/// # struct Readings;
/// # #[topic(name = "changes", key = String, value = i64, partitions = 1)]
/// # struct Changes;
/// /// How a meter's reading differs from that of a minute before.
/// struct Difference;
/// impl Processor for Difference {
///     type Key = String;
///     type In = u64;
///     type Stores = VersionedStore<String, u64>;
///     type Out = EmitInPlace<String, i64>;
///     fn process(&mut self, reading: Message<String, u64>, cx: &mut Cx<Self>) -> kstreams::Result<()> {
///         let Message { key, value, time, .. } = reading;
///         cx.stores.put(&key, value, time)?;
///         match cx.stores.get_as_of(&key, Timestamp(time.0 - 60_000))? {
///             Some(before) => cx.out.emit(&key, value as i64 - before as i64),
///             None => Ok(()),
///         }
///     }
/// }
/// # let b = Topology::builder("example");
/// # let readings = b.stream(Readings);
/// readings.process(versioned("readings-of-the-hour", hours(1)), || Difference).to(Changes);
/// # let mut driver = TestDriver::new(b.build(()));
/// for (second, reading) in [(0, 10), (30, 12), (60, 15), (100, 19)] {
///     driver.input(Readings).at(second * 1_000).send("m1".into(), reading);
/// }
/// assert_eq!(driver.output(Changes).values(), [5, 7]);
/// ```
pub struct VersionedStore<K, V>(Rc<RefCell<Versions<K, V>>>);
impl<K: Key, V: Record> VersionedStore<K, V> {
    /// What the key is now: its latest version.
    ///
    /// # Errors
    /// If the store cannot be read.
    pub fn get(&self, key: &K) -> Result<Option<V>> {
        owned(&self.0.borrow_mut().get(key).map_err(told)?)
    }
    /// What the key was at `time`: its last version up to then, that time included. Nothing if it lies behind the history, unless the key
    /// has not changed since.
    ///
    /// # Errors
    /// If the store cannot be read.
    pub fn get_as_of(&self, key: &K, time: Timestamp) -> Result<Option<V>> {
        owned(&self.0.borrow_mut().get_as_of(key, time.0).map_err(told)?)
    }
    /// Puts what the key is from `time` on, until its next version. Answers whether it was in time: what lies behind the history is not put.
    ///
    /// # Errors
    /// If the store cannot be read, or the time is negative.
    pub fn put(&mut self, key: &K, value: V, time: Timestamp) -> Result<bool> {
        let put = self.0.borrow_mut().put(key, Some(Rc::new(value)), time.0, false);
        Ok(put.map_err(told)?.is_some())
    }
    /// The key is nothing from `time` on, until its next version. Answers what it was at that time; nothing, and nothing is deleted, if that
    /// lies behind the history.
    ///
    /// # Errors
    /// If the store cannot be read, or the time is negative.
    pub fn delete(&mut self, key: &K, time: Timestamp) -> Result<Option<V>> {
        let was = self.get_as_of(key, time)?;
        let put = self.0.borrow_mut().put(key, None, time.0, false);
        Ok(put.map_err(told)?.and(was))
    }
}
fn owned<V: Record>(row: &Row<V>) -> Result<Option<V>> {
    row.as_ref().map(|(value, _)| value.duplicate()).transpose()
}
#[allow(private_interfaces)]
impl<K: Key, V: Record> OpenStore for VersionedStore<K, V> {
    fn open(assembly: &mut Assembly<'_>, from: &mut std::vec::IntoIter<Opening>, _: &Rc<Cell<i64>>) -> Option<Self> {
        match from.next()? {
            Opening::Store(store) => Some(VersionedStore(assembly.versions(store))),
            Opening::Table(_) | Opening::Global(..) => None,
        }
    }
}
