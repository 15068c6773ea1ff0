//! Stores as a processor sees them.
use super::own::Own;
use crate::{
    Key, Record, Result,
    op::{Assembly, Failure},
    plan::{NodeId, StoreIndex, TopicIndex},
};
use std::{cell::Cell, ops::RangeBounds, rc::Rc};

/// What scans answer with, in byte order of the keys; against it with `.rev()` (Kafka Streams: `reverseRange`, `backwardFetch`). Of a processor's
/// own store it reads a few rows at a time, so that what is not taken costs little; a row that cannot be read is an error in its place.
pub type Scan<'a, K, V> = Box<dyn DoubleEndedIterator<Item = Result<(K, V)>> + 'a>;

#[allow(clippy::boxed_local)] // Results hand failures over in boxes.
/// A failure as user code sees it. A store's own error stays one on its way back, so that the task knows what to do.
pub(super) fn told(failure: Box<Failure>) -> Box<dyn std::error::Error + Send + Sync> {
    match *failure {
        Failure::Record(error) => error,
        Failure::Store(error) => Box::new(error),
        Failure::Full(text) => text.into(),
    }
}

/// Key to value (Kafka Streams: `KeyValueStore`).
///
/// ```
/// # use kstreams::prelude::*;
/// # #[topic(name = "numbers", key = String, value = u64, partitions = 1)]
/// # struct Numbers;
/// # #[topic(name = "results", key = String, value = String, partitions = 1)]
/// # struct Results;
/// /// Keeps the numbers of a key, says what lies where, and forgets all at 0.
/// struct Kept;
/// impl Processor for Kept {
///     type Key = String;
///     type In = u64;
///     type Stores = KvStore<u64, String>;
///     type Out = EmitInPlace<String, String>;
///     fn process(&mut self, n: Message<String, u64>, cx: &mut Cx<Self>) -> kstreams::Result<()> {
///         if n.value == 0 {
///             return cx.stores.clear();
///         }
///         if let Some(before) = cx.stores.get(&n.value)? {
///             cx.stores.delete(&n.value)?;
///             return cx.out.emit(&n.key, format!("{} is taken by {before}", n.value));
///         }
///         cx.stores.put(&n.value, n.key.clone())?;
///         let below: Vec<u64> = cx.stores.range(..n.value)?.map(|row| Ok(row?.0)).collect::<kstreams::Result<_>>()?;
///         let all = cx.stores.all()?.count();
///         cx.out.emit(&n.key, format!("{below:?} of {all}"))
///     }
/// }
/// # let b = Topology::builder("example");
/// # let numbers = b.stream(Numbers);
/// numbers.process(kv("kept"), || Kept).to(Results);
/// # let mut driver = TestDriver::new(b.build(()));
/// for n in [7, 5, 9, 5, 0, 8] {
///     driver.input(Numbers).send("ann".into(), n);
/// }
/// assert_eq!(driver.output(Results).values(), ["[] of 1", "[] of 2", "[5, 7] of 3", "5 is taken by ann", "[] of 1"]);
/// ```
pub struct KvStore<K, V>(Own<K, V>);
impl<K: Key, V: Record> KvStore<K, V> {
    /// The key's value.
    ///
    /// # Errors
    /// If the store cannot be read.
    pub fn get(&self, key: &K) -> Result<Option<V>> {
        self.0.get(key)
    }
    /// Sets the key's value.
    ///
    /// # Errors
    /// If the store cannot be read.
    pub fn put(&mut self, key: &K, value: V) -> Result<()> {
        self.0.put(key, value)
    }
    /// Deletes the key and answers what it was.
    ///
    /// # Errors
    /// If the store cannot be read.
    pub fn delete(&mut self, key: &K) -> Result<Option<V>> {
        self.0.delete(key)
    }
    /// Keys in byte order of their encoding: signed integers do not come in numeric order.
    ///
    /// # Errors
    /// If the store cannot be read.
    pub fn range(&self, keys: impl RangeBounds<K>) -> Result<Scan<'_, K, V>> {
        self.0.range(keys.start_bound(), keys.end_bound())
    }
    /// Every key, in byte order.
    ///
    /// # Errors
    /// If the store cannot be read.
    pub fn all(&self) -> Result<Scan<'_, K, V>> {
        self.range(..)
    }
    /// Deletes every key; the changelog gets a tombstone for each.
    ///
    /// # Errors
    /// If the store cannot be read.
    pub fn clear(&mut self) -> Result<()> {
        let keys: Vec<K> = self.all()?.map(|row| row.map(|(key, _)| key)).collect::<Result<_>>()?;
        keys.iter().try_for_each(|key| self.delete(key).map(drop))
    }
}

/// What a declared store is opened from.
#[doc(hidden)]
#[derive(Clone, Copy, Debug)]
pub enum Opening {
    Store(StoreIndex),
    Table(NodeId),
    Global(TopicIndex, Option<std::time::Duration>),
}
/// `type Stores` of a processor: opened in the order in which they are declared.
#[doc(hidden)]
#[allow(private_interfaces)]
pub trait OpenStore: Sized + 'static {
    fn open(assembly: &mut Assembly<'_>, from: &mut std::vec::IntoIter<Opening>, now: &Rc<Cell<i64>>) -> Option<Self>;
}
#[allow(private_interfaces)]
impl<K: Key, V: Record> OpenStore for KvStore<K, V> {
    fn open(assembly: &mut Assembly<'_>, from: &mut std::vec::IntoIter<Opening>, now: &Rc<Cell<i64>>) -> Option<Self> {
        Own::open(assembly, from, now).map(KvStore)
    }
}
#[allow(private_interfaces)]
impl OpenStore for () {
    fn open(_: &mut Assembly<'_>, _: &mut std::vec::IntoIter<Opening>, _: &Rc<Cell<i64>>) -> Option<Self> {
        Some(())
    }
}
macro_rules! opens {
    ($($p:ident),*) => {
        #[allow(private_interfaces)]
        impl<$($p: OpenStore),*> OpenStore for ($($p,)*) {
            fn open(assembly: &mut Assembly<'_>, from: &mut std::vec::IntoIter<Opening>, now: &Rc<Cell<i64>>) -> Option<Self> {
                Some(($($p::open(assembly, from, now)?,)*))
            }
        }
    };
}
opens!(A);
opens!(A, B);
opens!(A, B, C);
opens!(A, B, C, D);
opens!(A, B, C, D, E);
opens!(A, B, C, D, E, F);
