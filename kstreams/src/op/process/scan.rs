//! A scan of a processor's store: read page by page from either end, so that what is not asked for is not read.
use super::stores::told;
use crate::{
    Key, Record, Result,
    state::{Scanned, Stored, StoredBounds},
};
use kstreams_store::Direction;
use std::{cell::RefCell, ops::Bound, vec};

/// Rows of the first page; each is twice as long as the one before.
const FIRST_ROWS: usize = 4;
/// Rows of the longest page.
const MOST_ROWS: usize = 256;

/// Between two pages the store is free.
pub(super) struct Pages<'a, K, V> {
    store: &'a RefCell<Stored<K, V>>,
    wanted: Box<dyn Fn(&[u8]) -> bool + 'a>,
    /// What neither end has read yet; `None`: nothing.
    rest: Option<StoredBounds>,
    page_rows: usize,
    front: Page<K, V>,
    back: Page<K, V>,
}
/// Rows in the order in which they were read.
type Page<K, V> = vec::IntoIter<Scanned<K, V>>;

impl<'a, K: Key, V: Record> Pages<'a, K, V> {
    pub(super) fn new(store: &'a RefCell<Stored<K, V>>, bounds: StoredBounds, wanted: impl Fn(&[u8]) -> bool + 'a) -> Self {
        let (front, back) = (vec![].into_iter(), vec![].into_iter());
        Pages { store, wanted: Box::new(wanted), rest: Some(bounds), page_rows: FIRST_ROWS, front, back }
    }
    /// The next page in a direction.
    fn read(&mut self, direction: Direction) -> Result<Page<K, V>> {
        let Some((from, to)) = self.rest.take() else { return Ok(vec![].into_iter()) };
        let (rows, last) = self.store.borrow().page_of((&from, &to), direction, &self.wanted, self.page_rows).map_err(told)?;
        self.page_rows = (self.page_rows * 2).min(MOST_ROWS);
        self.rest = last.map(|last| match direction {
            Direction::Forward => (Bound::Excluded(last), to),
            Direction::Backward => (from, Bound::Excluded(last)),
        });
        Ok(rows.into_iter())
    }
    fn first(&mut self) -> Result<Option<Scanned<K, V>>> {
        if self.front.len() == 0 {
            self.front = self.read(Direction::Forward)?;
        }
        // What the other end has read and not given comes last, from its far side.
        Ok(self.front.next().or_else(|| self.back.next_back()))
    }
    fn last(&mut self) -> Result<Option<Scanned<K, V>>> {
        if self.back.len() == 0 {
            self.back = self.read(Direction::Backward)?;
        }
        Ok(self.back.next().or_else(|| self.front.next_back()))
    }
}
impl<K: Key, V: Record> Iterator for Pages<'_, K, V> {
    type Item = Result<(K, V)>;
    fn next(&mut self) -> Option<Self::Item> {
        self.first().and_then(owned).transpose()
    }
}
impl<K: Key, V: Record> DoubleEndedIterator for Pages<'_, K, V> {
    fn next_back(&mut self) -> Option<Self::Item> {
        self.last().and_then(owned).transpose()
    }
}
fn owned<K, V: Record>(row: Option<Scanned<K, V>>) -> Result<Option<(K, V)>> {
    row.map(|(key, value, _)| Ok((key, value.duplicate()?))).transpose()
}

#[cfg(test)]
mod tests {
    use super::*;
    use kstreams_store::{Backend, MemoryBackend, Shape, WriteSet};
    use proptest::prelude::*;
    use std::rc::Rc;

    fn filled(keys: &[u64]) -> RefCell<Stored<u64, u64>> {
        let set = WriteSet::new(Shape::ordered("s"), MemoryBackend::new().snapshot().unwrap()).unwrap();
        let mut store = Stored::over(set);
        for key in keys {
            store.replace(key, Some(Rc::new(*key)), 0, false).unwrap();
        }
        RefCell::new(store)
    }

    proptest! {
        /// Whichever end is asked, each row comes once and in its place.
        #[test]
        fn both_ends_give_what_a_list_would(keys in prop::collection::vec(0..100u64, 0..80), asked in prop::collection::vec(any::<bool>(), 90)) {
            let store = filled(&keys);
            let is_wanted = |key: u64| !key.is_multiple_of(3);
            let sorted: std::collections::BTreeSet<u64> = keys.into_iter().filter(|key| is_wanted(*key)).collect();
            let mut list = sorted.into_iter();
            let mut pages = Pages::new(&store, (Bound::Unbounded, Bound::Unbounded), |key| is_wanted(u64::from(key[7])));
            for is_front in asked {
                let (row, key) = if is_front { (pages.next(), list.next()) } else { (pages.next_back(), list.next_back()) };
                prop_assert_eq!(row.map(Result::unwrap), key.map(|key| (key, key)));
            }
        }
    }
}
