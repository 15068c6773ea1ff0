//! A store of a processor's own: its rows, with what all kinds of stores do alike.
use super::{
    Scan,
    scan::Pages,
    stores::{Opening, told},
};
use crate::{
    Key, Record, Result,
    op::Assembly,
    state::{Stored, StoredBounds},
};
use std::{
    cell::{Cell, RefCell},
    ops::Bound,
    rc::Rc,
};

/// Rows that a processor reads and writes.
pub(super) struct Own<K, V> {
    store: Rc<RefCell<Stored<K, V>>>,
    /// Time of the record or timer at work; what is written carries it into the changelog.
    now: Rc<Cell<i64>>,
}
impl<K: Key, V: Record> Own<K, V> {
    pub(super) fn open(assembly: &mut Assembly<'_>, from: &mut std::vec::IntoIter<Opening>, now: &Rc<Cell<i64>>) -> Option<Self> {
        match from.next()? {
            Opening::Store(store) => Some(Own { store: assembly.store(store), now: now.clone() }),
            Opening::Table(_) | Opening::Global(..) => None,
        }
    }
    pub(super) fn get(&self, key: &K) -> Result<Option<V>> {
        let row = self.store.borrow_mut().get(key).map_err(told)?;
        row.map(|(value, _)| value.duplicate()).transpose()
    }
    pub(super) fn put(&self, key: &K, value: V) -> Result<()> {
        self.write(key, Some(Rc::new(value)))
    }
    /// Answers what it was.
    pub(super) fn delete(&self, key: &K) -> Result<Option<V>> {
        let was = self.get(key)?;
        self.write(key, None)?;
        Ok(was)
    }
    fn write(&self, key: &K, value: Option<Rc<V>>) -> Result<()> {
        self.store.borrow_mut().replace(key, value, self.now.get(), false).map(drop).map_err(told)
    }
    /// Rows between two keys.
    pub(super) fn range(&self, from: Bound<&K>, to: Bound<&K>) -> Result<Scan<'_, K, V>> {
        let bounds = self.store.borrow().stored_bounds((from, to))?;
        Ok(self.scan(bounds, |_| true))
    }
    /// Rows between two stored keys that are wanted.
    pub(super) fn scan<'a>(&'a self, bounds: StoredBounds, wanted: impl Fn(&[u8]) -> bool + 'a) -> Scan<'a, K, V> {
        Box::new(Pages::new(&self.store, bounds, wanted))
    }
    /// The latest window that was put.
    pub(super) fn store_time(&self) -> i64 {
        self.store.borrow().store_time()
    }
}
