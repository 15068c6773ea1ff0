//! A global table as a processor sees it.
use super::{
    Scan,
    declared::{Declarations, NotYetKnown, StoresFor},
    stores::{OpenStore, Opening},
};
use crate::{GlobalTable, Key, Record, Result, TopicKey, op::Assembly, state::Global};
use std::{cell::Cell, ops::RangeBounds, rc::Rc, time::Duration};

/// The rows of a global table, read only (Kafka Streams: a global store in `ProcessorContext.getStateStore`). It changes between records, never
/// within one.
///
/// ```
/// use kstreams::prelude::*;
/// # #[topic(name = "orders", key = u64, value = String, partitions = 1)]
/// # struct Orders;
/// # #[topic(name = "prices", key = String, value = u64, partitions = 3)]
/// # struct Prices;
/// # #[topic(name = "bills", key = u64, value = u64, partitions = 1)]
/// # struct Bills;
/// struct Price;
/// impl Processor for Price {
///     type Key = u64;
///     type In = String;
///     type Stores = GlobalView<String, u64>;
///     type Out = EmitInPlace<u64, u64>;
///     fn process(&mut self, order: Message<u64, String>, cx: &mut Cx<Self>) -> kstreams::Result<()> {
///         let dearest = cx.stores.all()?.map(|row| row.map(|(_, price)| price)).max_by_key(|price| *price.as_ref().unwrap_or(&0));
///         let price = cx.stores.get(&order.value)?;
///         cx.out.emit(&order.key, price.or(dearest.transpose()?).unwrap_or(0))
///     }
/// }
/// # let b = Topology::builder("example");
/// # let orders = b.stream(Orders);
/// # let prices = b.global_table(Prices);
/// orders.process(prices, || Price).to(Bills);
/// # let mut driver = TestDriver::new(b.build(()));
/// driver.input(Prices).send("tea".into(), 7).send("ale".into(), 9);
/// driver.input(Orders).send(1, "tea".into()).send(2, "rum".into());
/// assert_eq!(driver.output(Bills).pairs(), [(1, 7), (2, 9)]);
/// ```
pub struct GlobalView<K, V> {
    rows: Global<K, V>,
    window: Option<Duration>,
}
impl<K: Key, V: Record> GlobalView<K, V> {
    /// The key's row.
    ///
    /// # Errors
    /// If its value cannot be decoded.
    pub fn get(&self, key: &K) -> Result<Option<V>> {
        self.rows.get(key)
    }
    /// Rows in byte order of their keys' encoding.
    ///
    /// # Errors
    /// If one cannot be decoded.
    pub fn range(&self, keys: impl RangeBounds<K>) -> Result<Scan<'_, K, V>> {
        let rows = self.rows.range(keys.start_bound(), keys.end_bound(), |bytes| K::decode_key(Some(bytes), self.window))?;
        Ok(Box::new(rows.into_iter().map(Ok)))
    }
    /// Every row, in byte order of their keys' encoding.
    ///
    /// # Errors
    /// If one cannot be decoded.
    pub fn all(&self) -> Result<Scan<'_, K, V>> {
        self.range(..)
    }
}

#[allow(private_interfaces)]
impl<K: Key, V: Record> OpenStore for GlobalView<K, V> {
    fn open(assembly: &mut Assembly<'_>, from: &mut std::vec::IntoIter<Opening>, _: &Rc<Cell<i64>>) -> Option<Self> {
        match from.next()? {
            Opening::Global(topic, window) => Some(GlobalView { rows: assembly.global(topic), window }),
            Opening::Store(_) | Opening::Table(_) => None,
        }
    }
}
#[diagnostic::do_not_recommend]
impl<K, V> StoresFor<GlobalView<K, V>> for GlobalTable<K, V> {
    fn declare(self, to: &mut Declarations) {
        let topic = self.topic_in(to.recording);
        to.globals.push(topic);
        to.openings.push(Opening::Global(topic, self.window));
    }
}
#[diagnostic::do_not_recommend]
impl<K, V> StoresFor<NotYetKnown> for GlobalTable<K, V> {
    fn declare(self, _: &mut Declarations) {}
}
