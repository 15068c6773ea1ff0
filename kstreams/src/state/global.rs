//! Global tables as operators see them: rows as bytes, as they were at one moment; the next moment comes as an input.
use crate::{Key, Record, Result, plan::TopicId};
use std::{cell::RefCell, collections::BTreeMap, marker::PhantomData, ops::Bound, rc::Rc, sync::Arc};

/// The rows of a global table at one moment, by the bytes of their keys. Made by the process's filler and shared by all its workers; it never changes.
pub trait GlobalRows: Send + Sync {
    /// The row of a key.
    fn get(&self, key: &[u8]) -> Option<GlobalRow<'_>>;
    /// Rows between two keys, in byte order.
    fn range<'a>(&'a self, from: Bound<&[u8]>, to: Bound<&[u8]>) -> Box<dyn Iterator<Item = (&'a [u8], GlobalRow<'a>)> + 'a>;
    /// Number of rows.
    fn len(&self) -> usize;
    /// Whether there are none.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }
}
/// A row of a global table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GlobalRow<'a> {
    /// The value's bytes.
    pub value: &'a [u8],
    /// Its record's time, epoch milliseconds.
    pub time: i64,
}

type Cell = Rc<RefCell<Option<Arc<dyn GlobalRows>>>>;

/// What a task knows of the global tables: one cell a table, which all its operators look into.
pub(crate) struct Globals(BTreeMap<TopicId, Cell>);
impl Globals {
    pub(crate) fn new(topics: &[TopicId]) -> Globals {
        Globals(topics.iter().map(|topic| (*topic, Cell::default())).collect())
    }
    /// From now on operators see these rows.
    pub(crate) fn set(&self, topic: TopicId, rows: Arc<dyn GlobalRows>) {
        if let Some(cell) = self.0.get(&topic) {
            *cell.borrow_mut() = Some(rows);
        }
    }
    /// The table with its types.
    pub(crate) fn open<K, V>(&self, topic: TopicId) -> Global<K, V> {
        Global { cell: self.0.get(&topic).cloned().unwrap_or_default(), of: PhantomData }
    }
}

/// A global table with its types. Rows are decoded when they are read.
pub(crate) struct Global<K, V> {
    cell: Cell,
    of: PhantomData<fn() -> (K, V)>,
}
/// A row as a scan gives it.
pub(crate) type Row<K, V> = (K, V);
impl<K: Key, V: Record> Global<K, V> {
    fn rows(&self) -> Option<Arc<dyn GlobalRows>> {
        self.cell.borrow().clone()
    }
    /// The key's value.
    pub(crate) fn get(&self, key: &K) -> Result<Option<V>> {
        let Some(rows) = self.rows() else { return Ok(None) };
        let bytes = bytes(key)?;
        rows.get(&bytes).map(|row| value(row.value)).transpose()
    }
    /// Rows between two keys, in byte order; `key` reads a key.
    pub(crate) fn range(&self, from: Bound<&K>, to: Bound<&K>, key: impl Fn(&[u8]) -> Result<K>) -> Result<Vec<Row<K, V>>> {
        let Some(rows) = self.rows() else { return Ok(vec![]) };
        let (from, to) = (bound(from)?, bound(to)?);
        let found = rows.range(from.as_ref().map(Vec::as_slice), to.as_ref().map(Vec::as_slice));
        found.map(|(bytes, row)| Ok((key(bytes)?, value(row.value)?))).collect()
    }
}
fn bytes<K: Key>(key: &K) -> Result<Vec<u8>> {
    let mut bytes = vec![];
    key.encode(&mut bytes)?;
    Ok(bytes)
}
fn bound<K: Key>(key: Bound<&K>) -> Result<Bound<Vec<u8>>> {
    Ok(match key {
        Bound::Included(key) => Bound::Included(bytes(key)?),
        Bound::Excluded(key) => Bound::Excluded(bytes(key)?),
        Bound::Unbounded => Bound::Unbounded,
    })
}
fn value<V: Record>(bytes: &[u8]) -> Result<V> {
    V::decode(Some(bytes)).map_err(|e| format!("a row of a global table cannot be read: {e}").into())
}
