//! Reads of the last commit: for those who must not see the open transaction, which may still be aborted.
use super::{Entry, Found, Scan, WriteSet};
use crate::{Direction, Result, Row};
use std::ops::Bound;

impl<V> WriteSet<V> {
    /// What a key was at the last commit. Unlike [`WriteSet::committed`] it sees segments that only the open transaction let expire.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub fn last_committed(&self, key: &[u8]) -> Result<Option<Row>> {
        if self.shape.segments.is_some_and(|s| s.of(key) < self.oldest_committed) {
            return Ok(None);
        }
        let entry = self.index.find(key, &self.entries).map(|at| &self.entries[at as usize]);
        match entry.and_then(|e| e.committed.as_ref()) {
            Some(committed) => Ok(committed.row.clone()),
            None => self.base.get(key),
        }
    }
    /// Rows between two keys as they were at the last commit, in the order of their bytes; each is [`Found::Stored`]. So many entries in memory
    /// are looked at; where that ends the scan early, [`Scan::cut`] says where to go on.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub fn last_committed_range(&self, from: Bound<&[u8]>, to: Bound<&[u8]>, most: usize) -> Result<Scan<'_, V>> {
        self.scan((from, to), Direction::Forward, self.oldest_committed, committed, most)
    }
}
fn committed<V>(entry: &Entry<V>) -> Option<Option<Found<V>>> {
    entry.committed.as_ref().map(|c| c.row.clone().map(Found::Stored))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Backend, Bytes, Checkpoint, MemoryBackend, Segments, Shape};
    use std::rc::Rc;

    fn commit(set: &mut WriteSet<u8>, generation: u64) {
        let mut encode = |value: &u8, out: &mut Vec<u8>| {
            out.push(*value);
            Ok::<(), String>(())
        };
        set.prepare(&mut encode, &mut |_, _, _| {}).unwrap();
        set.commit(generation);
    }
    fn seen(set: &WriteSet<u8>) -> Vec<(Vec<u8>, u8)> {
        pages(set, usize::MAX).concat()
    }
    /// What is seen in pages of so many entries.
    fn pages(set: &WriteSet<u8>, most: usize) -> Vec<Vec<(Vec<u8>, u8)>> {
        let row = |row: Result<(Bytes, Found<u8>)>| match row {
            Ok((key, Found::Stored(Row { bytes, .. }))) => (<[u8]>::to_vec(&key), bytes[0]),
            other => panic!("{other:?}"),
        };
        let (mut pages, mut from) = (vec![], Some(vec![]));
        while let Some(begin) = from {
            let mut scan = set.last_committed_range(Bound::Included(&begin), Bound::Unbounded, most).unwrap();
            pages.push(scan.by_ref().map(row).collect());
            from = scan.cut().map(<[u8]>::to_vec);
        }
        pages
    }

    /// Deleted ones are looked at too, and rows below the cut come with the next page.
    #[test]
    fn a_scan_of_few_entries_says_where_it_goes_on() {
        for shape in [Shape::ordered("s"), Shape::unordered("s")] {
            let backend = MemoryBackend::new();
            let mut set: WriteSet<u8> = WriteSet::new(shape, backend.snapshot().unwrap()).unwrap();
            (0..9).for_each(|key| set.put(&[key], Rc::new(1), 0));
            commit(&mut set, 1);
            let (tables, dropped) = set.rows_up_to(1);
            backend.write(&Checkpoint { tables, dropped, ..Checkpoint::default() }).unwrap();
            set.settle(1, backend.snapshot().unwrap()).unwrap();
            [1, 3, 7].iter().for_each(|key| set.put(&[*key], Rc::new(2), 0));
            [2, 4].iter().for_each(|key| set.delete(&[*key], 0));
            commit(&mut set, 2);
            let whole = seen(&set);
            assert_eq!(
                whole.iter().map(|(key, value)| (key[0], *value)).collect::<Vec<_>>(),
                [(0, 1), (1, 2), (3, 2), (5, 1), (6, 1), (7, 2), (8, 1)]
            );
            for most in 1..6 {
                let pages = pages(&set, most);
                assert_eq!(pages.concat(), whole, "{most} entries a page");
                assert!(most >= 5 || pages.len() > 1);
            }
        }
    }

    #[test]
    fn the_open_transaction_is_not_seen_over_slots_and_over_the_database() {
        for shape in [Shape::ordered("s"), Shape::unordered("s")] {
            let backend = MemoryBackend::new();
            let mut set: WriteSet<u8> = WriteSet::new(shape, backend.snapshot().unwrap()).unwrap();
            set.put(b"a", Rc::new(1), 0);
            set.put(b"b", Rc::new(1), 0);
            assert_eq!((set.last_committed(b"a").unwrap(), seen(&set)), (None, vec![]));
            commit(&mut set, 1);
            set.put(b"a", Rc::new(2), 0);
            set.delete(b"b", 0);
            set.put(b"c", Rc::new(2), 0);
            let committed = vec![(b"a".to_vec(), 1), (b"b".to_vec(), 1)];
            assert_eq!(seen(&set), committed);
            let (tables, dropped) = set.rows_up_to(1);
            backend.write(&Checkpoint { tables, dropped, afresh: true, ..Checkpoint::default() }).unwrap();
            set.settle(1, backend.snapshot().unwrap()).unwrap();
            assert_eq!(seen(&set), committed);
            assert_eq!(set.last_committed(b"b").unwrap().map(|row| row.bytes[0]), Some(1));
            commit(&mut set, 2);
            assert_eq!(seen(&set), [(b"a".to_vec(), 2), (b"c".to_vec(), 2)]);
            assert_eq!(set.last_committed(b"b").unwrap(), None);
        }
    }

    #[test]
    fn a_segment_that_the_open_transaction_let_expire_is_there_until_its_commit() {
        let segments = Segments { interval_ms: 10, time_of: |key| i64::from(key[0]) };
        let mut set: WriteSet<u8> =
            WriteSet::new(Shape { segments: Some(segments), ..Shape::ordered("w") }, MemoryBackend::new().snapshot().unwrap()).unwrap();
        set.put(&[5], Rc::new(1), 5);
        commit(&mut set, 1);
        set.expire(20);
        assert_eq!(set.committed(&[5]).unwrap(), None);
        assert_eq!((set.last_committed(&[5]).unwrap().is_some(), seen(&set).len()), (true, 1));
        commit(&mut set, 2);
        assert_eq!((set.last_committed(&[5]).unwrap(), seen(&set).len()), (None, 0));
    }
}
