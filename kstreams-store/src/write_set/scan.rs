//! Scans: a merge of the index with the tables below, in byte order; deleted rows hide what lies below them. Each looks at what is taken from it
//! and no further.
use super::{Entry, Found, WriteSet, index::Places};
use crate::{Bytes, Direction, Result, Row, Rows};
use std::{cell::Cell, cmp::Ordering, iter::Peekable, ops::Bound};

/// A scan over a write set.
pub struct Scan<'a, V> {
    memory: Entries<'a, V>,
    below: Vec<Peekable<Rows<'a>>>,
    direction: Direction,
    says: Says<V>,
}
/// What an entry says of its key; `None`: nothing, the row below stands.
pub(super) type Says<V> = fn(&Entry<V>) -> Option<Option<Found<V>>>;

/// The entries of a range, one after the other.
struct Entries<'a, V> {
    set: &'a WriteSet<V>,
    places: Places<'a>,
    /// Segments below are not seen.
    oldest: i64,
    /// The next one.
    head: Option<&'a Entry<V>>,
    /// How many more may be looked at.
    left: usize,
    /// Where the scan ends, because no more entries were wanted.
    cut: Option<&'a [u8]>,
}
impl<'a, V> Entries<'a, V> {
    fn take(&mut self) -> Option<&'a Entry<V>> {
        let next = self.following();
        std::mem::replace(&mut self.head, next)
    }
    fn following(&mut self) -> Option<&'a Entry<V>> {
        if self.cut.is_some() {
            return None;
        }
        let set = self.set;
        loop {
            let entry = &set.entries[self.places.next()? as usize];
            if self.left == 0 {
                self.cut = Some(&entry.key);
                return None;
            }
            self.left -= 1;
            look_at(&set.looked_at, 1);
            if set.shape.segments.is_none_or(|s| s.of(&entry.key) >= self.oldest) {
                return Some(entry);
            }
        }
    }
}
fn look_at(looked_at: &Cell<u64>, more: usize) {
    looked_at.set(looked_at.get() + more as u64);
}

impl<V> WriteSet<V> {
    /// Rows between two keys. The order is that of the keys' bytes, over segments too. What is not taken costs nothing, where the set is ordered;
    /// where it is not, all entries in memory are looked through first.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub fn range(&self, from: Bound<&[u8]>, to: Bound<&[u8]>, direction: Direction) -> Result<Scan<'_, V>> {
        self.scan((from, to), direction, self.oldest_segment, Entry::says, usize::MAX)
    }
    /// A scan from a segment on, in which entries say this of their keys; it ends behind so many of them (forward only).
    pub(super) fn scan(
        &self,
        (from, to): (Bound<&[u8]>, Bound<&[u8]>),
        direction: Direction,
        oldest: i64,
        says: Says<V>,
        most: usize,
    ) -> Result<Scan<'_, V>> {
        look_at(&self.looked_at, self.index.looked_through(&self.entries));
        let places = self.index.range((from, to), direction, &self.entries, most);
        let mut memory = Entries { set: self, places, oldest, head: None, left: most, cut: None };
        memory.head = memory.following();
        let below = self.base.range(from, to, direction, oldest)?.into_iter().map(Iterator::peekable).collect();
        Ok(Scan { memory, below, direction, says })
    }
}
impl<'a, V> Scan<'a, V> {
    /// The key before which the scan ends although more follows; known when it has ended.
    pub fn cut(&self) -> Option<&'a [u8]> {
        self.memory.cut
    }
    fn is_cut(&self, key: &[u8]) -> bool {
        self.memory.cut.is_some_and(|cut| key >= cut)
    }
    /// The table whose next row comes first; one that failed comes before all.
    fn first_below(&mut self) -> Result<Option<(usize, Bytes)>> {
        let mut first: Option<(usize, Bytes)> = None;
        for i in 0..self.below.len() {
            if let Some(Err(_)) = self.below[i].peek() {
                return match self.below[i].next() {
                    Some(Err(error)) => Err(error),
                    _ => Ok(None),
                };
            }
            let Some(key) = self.below[i].peek().and_then(|row| row.as_ref().ok()).map(|(key, _)| key.clone()) else { continue };
            if first.as_ref().is_none_or(|(_, best)| self.direction.order(&key, best) == Ordering::Less) {
                first = Some((i, key));
            }
        }
        Ok(first)
    }
    fn take_below(&mut self, table: usize) -> Option<(Bytes, Row)> {
        look_at(&self.memory.set.looked_at, 1);
        self.below[table].next().and_then(Result::ok)
    }
    fn step(&mut self) -> Result<Option<(Bytes, Found<V>)>> {
        loop {
            let below = self.first_below()?;
            let memory = self.memory.head;
            let order = match (&memory, &below) {
                (None, None) => return Ok(None),
                (Some(_), None) => Ordering::Less,
                (None, Some(_)) => Ordering::Greater,
                (Some(entry), Some((_, key))) => self.direction.order(&entry.key, key),
            };
            if memory.is_none() && below.as_ref().is_some_and(|(_, key)| self.is_cut(key)) {
                return Ok(None);
            }
            let row = match (below, order) {
                (Some((table, _)), Ordering::Greater) => self.take_below(table).map(|(key, row)| (key, Some(Found::Stored(row)))),
                (below, order) => self.take_memory(below.filter(|_| order == Ordering::Equal).map(|(table, _)| table)),
            };
            if let Some((key, Some(found))) = row {
                return Ok(Some((key, found)));
            }
        }
    }
    /// The next entry, which stands over the next row of `covered`.
    fn take_memory(&mut self, covered: Option<usize>) -> Option<(Bytes, Option<Found<V>>)> {
        let covered = covered.and_then(|table| self.take_below(table));
        let entry = self.memory.take()?;
        match (self.says)(entry) {
            Some(found) => Some((entry.key.clone(), found)),
            // An entry without slots (found, never written) says nothing: the row below stands.
            None => covered.map(|(key, row)| (key, Some(Found::Stored(row)))),
        }
    }
}
impl<V> Iterator for Scan<'_, V> {
    type Item = Result<(Bytes, Found<V>)>;
    fn next(&mut self) -> Option<Self::Item> {
        self.step().transpose()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Backend, Checkpoint, MemoryBackend, Segments, Shape};
    use std::rc::Rc;

    /// So many keys in memory over as many on disk, every second of them the same.
    fn filled(shape: Shape, keys: u32) -> WriteSet<u8> {
        let backend = MemoryBackend::new();
        let mut set: WriteSet<u8> = WriteSet::new(shape, backend.snapshot().unwrap()).unwrap();
        (0..keys).for_each(|key| set.restore(&(key * 2).to_be_bytes(), Some(&[1]), 0, 1));
        let (tables, dropped) = set.rows_up_to(1);
        backend.write(&Checkpoint { tables, dropped, ..Checkpoint::default() }).unwrap();
        set.settle(1, backend.snapshot().unwrap()).unwrap();
        (0..keys).for_each(|key| set.put(&(key * 4).to_be_bytes(), Rc::new(2), 0));
        set
    }
    fn looked_at(set: &WriteSet<u8>, take: usize, direction: Direction) -> u64 {
        let before = set.looked_at();
        let taken = set.range(Bound::Unbounded, Bound::Unbounded, direction).unwrap().take(take);
        assert_eq!(taken.filter_map(Result::ok).count(), take);
        set.looked_at() - before
    }

    #[test]
    fn a_scan_looks_at_what_is_taken_however_much_there_is() {
        let segments = Segments { interval_ms: i64::MAX, time_of: |_| 0 };
        for shape in [Shape::ordered("s"), Shape { segments: Some(segments), ..Shape::ordered("s") }] {
            let (few, many) = (filled(shape.clone(), 10), filled(shape, 5_000));
            for direction in [Direction::Forward, Direction::Backward] {
                let looked = looked_at(&few, 4, direction);
                assert!(looked <= 10, "{looked}");
                assert_eq!(looked_at(&many, 4, direction), looked);
            }
        }
    }
}
