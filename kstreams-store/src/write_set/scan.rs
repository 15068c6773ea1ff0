//! Scans: a merge of the index with the tables below, in byte order; deleted rows hide what lies below them.
use super::{Entry, Found, WriteSet};
use crate::{Bytes, Direction, Result, Row, Rows};
use std::{cmp::Ordering, iter::Peekable, ops::Bound};

/// A scan over a write set.
pub struct Scan<'a, V> {
    memory: Peekable<std::vec::IntoIter<&'a Entry<V>>>,
    below: Vec<Peekable<Rows<'a>>>,
    direction: Direction,
    says: Says<V>,
    /// Where the scan ends, because no more entries were wanted.
    cut: Option<Bytes>,
}
/// What an entry says of its key; `None`: nothing, the row below stands.
pub(super) type Says<V> = fn(&Entry<V>) -> Option<Option<Found<V>>>;
impl<V> WriteSet<V> {
    /// Rows between two keys. The order is that of the keys' bytes, over segments too.
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
        let mut found = self.index.range(from, to, &self.entries, most.saturating_add(1));
        let cut = if found.len() > most { found.pop().map(|at| self.entries[at as usize].key.clone()) } else { None };
        let there = |e: &&Entry<V>| self.shape.segments.is_none_or(|s| s.of(&e.key) >= oldest);
        let live = found.into_iter().map(|at| &self.entries[at as usize]).filter(there);
        let mut memory: Vec<&Entry<V>> = live.collect();
        if direction == Direction::Backward {
            memory.reverse();
        }
        let below = self.base.range(from, to, direction, oldest)?;
        let below = below.into_iter().map(Iterator::peekable).collect();
        Ok(Scan { memory: memory.into_iter().peekable(), below, direction, says, cut })
    }
}
impl<V> Scan<'_, V> {
    /// The key before which the scan ends although more follows.
    pub fn cut(&self) -> Option<&[u8]> {
        self.cut.as_deref()
    }
    fn is_cut(&self, key: &[u8]) -> bool {
        self.cut.as_ref().is_some_and(|cut| key >= &**cut)
    }
    fn ahead(&self, a: &[u8], b: &[u8]) -> Ordering {
        match self.direction {
            Direction::Forward => a.cmp(b),
            Direction::Backward => b.cmp(a),
        }
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
            if first.as_ref().is_none_or(|(_, best)| self.ahead(&key, best) == Ordering::Less) {
                first = Some((i, key));
            }
        }
        Ok(first)
    }
    fn take_below(&mut self, table: usize) -> Option<(Bytes, Row)> {
        self.below[table].next().and_then(Result::ok)
    }
    fn step(&mut self) -> Result<Option<(Bytes, Found<V>)>> {
        loop {
            let below = self.first_below()?;
            let memory = self.memory.peek().copied();
            let order = match (&memory, &below) {
                (None, None) => return Ok(None),
                (Some(_), None) => Ordering::Less,
                (None, Some(_)) => Ordering::Greater,
                (Some(entry), Some((_, key))) => self.ahead(&entry.key, key),
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
        let entry = self.memory.next()?;
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
