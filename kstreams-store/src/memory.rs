//! A database in memory: for tests, for the embedded log, and for stores that need no disk.
use crate::{Backend, Bytes, Checkpoint, Direction, Result, Row, Rows, Snapshot, TableRows, TableView};
use rpds::RedBlackTreeMapSync;
use std::{
    collections::BTreeMap,
    ops::Bound,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
};

/// A snapshot shares it with what is written later, but for the rows that changed.
type Table = RedBlackTreeMapSync<Bytes, Row>;

/// What the database holds.
#[derive(Clone, Debug, Default)]
struct Contents {
    tables: BTreeMap<String, Table>,
    positions: BTreeMap<(String, i32), i64>,
    marks: BTreeMap<String, Vec<u8>>,
    /// Of keys and values.
    bytes: usize,
}

/// A database in memory. It lives as long as this does, so a task that comes back finds what its last checkpoint left.
#[derive(Debug, Default)]
pub struct MemoryBackend {
    contents: Mutex<Arc<Contents>>,
    /// Of `contents`: who asks does not wait for who writes.
    bytes: AtomicUsize,
}
impl MemoryBackend {
    /// An empty one.
    pub fn new() -> MemoryBackend {
        MemoryBackend::default()
    }
}
impl Backend for MemoryBackend {
    fn snapshot(&self) -> Result<Arc<dyn Snapshot>> {
        let contents = self.contents.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(contents.clone())
    }
    fn write(&self, checkpoint: &Checkpoint) -> Result<()> {
        let mut contents = self.contents.lock().unwrap_or_else(PoisonError::into_inner);
        if checkpoint.is_behind(|topic, partition| contents.position(topic, partition)) {
            return Err(Checkpoint::overtaken());
        }
        Arc::make_mut(&mut contents).apply(checkpoint);
        self.bytes.store(contents.bytes, Ordering::Relaxed);
        Ok(())
    }
    fn memory_bytes(&self) -> usize {
        self.bytes.load(Ordering::Relaxed)
    }
}
impl Contents {
    fn apply(&mut self, checkpoint: &Checkpoint) {
        if checkpoint.afresh {
            *self = Contents::default();
        }
        let gone: Vec<String> = self.tables.keys().filter(|table| checkpoint.anew.iter().any(|anew| anew.has(table))).cloned().collect();
        gone.iter().for_each(|table| self.remove(table));
        checkpoint.tables.iter().for_each(|rows| self.apply_rows(rows));
        checkpoint.dropped.iter().for_each(|table| self.remove(table));
        self.positions.extend(checkpoint.positions.iter().cloned());
        self.marks.extend(checkpoint.marks.iter().cloned());
    }
    fn remove(&mut self, table: &str) {
        let removed = self.tables.remove(table);
        self.bytes -= removed.iter().flat_map(Table::iter).map(|(key, row)| key.len() + row.bytes.len()).sum::<usize>();
    }
    fn apply_rows(&mut self, rows: &TableRows) {
        if rows.rows.is_empty() {
            return;
        }
        let table = self.tables.entry(rows.table.clone()).or_insert_with(RedBlackTreeMapSync::new_sync);
        for (key, row) in &rows.rows {
            let size = |row: &Row| key.len() + row.bytes.len();
            self.bytes += row.as_ref().map_or(0, size);
            self.bytes -= table.get(key).map_or(0, size);
            match row {
                Some(row) => table.insert_mut(key.clone(), row.clone()),
                None => drop(table.remove_mut(key)),
            }
        }
    }
}
impl Snapshot for Contents {
    fn table(&self, name: &str) -> Result<Option<Arc<dyn TableView>>> {
        Ok(self.tables.get(name).map(|t| Arc::new(MemoryTable(t.clone())) as Arc<dyn TableView>))
    }
    fn tables(&self, prefix: &str) -> Result<Vec<String>> {
        Ok(self.tables.keys().filter(|t| t.starts_with(prefix)).cloned().collect())
    }
    fn position(&self, topic: &str, partition: i32) -> Option<i64> {
        self.positions.get(&(topic.to_owned(), partition)).copied()
    }
    fn mark(&self, key: &str) -> Option<Vec<u8>> {
        self.marks.get(key).cloned()
    }
}
struct MemoryTable(Table);
impl TableView for MemoryTable {
    fn get(&self, key: &[u8]) -> Result<Option<Row>> {
        Ok(self.0.get(key).cloned())
    }
    fn range(&self, from: Bound<&[u8]>, to: Bound<&[u8]>, direction: Direction) -> Result<Rows<'_>> {
        if no_key_between(from, to) {
            return Ok(Box::new(std::iter::empty()));
        }
        // The iterator holds on to its bounds.
        let bounds: (Bound<Bytes>, Bound<Bytes>) = (from.map(Bytes::from), to.map(Bytes::from));
        let rows = self.0.range(bounds).map(|(key, row)| Ok((key.clone(), row.clone())));
        Ok(match direction {
            Direction::Forward => Box::new(rows),
            Direction::Backward => Box::new(rows.rev()),
        })
    }
}
/// Whether no key can lie between the bounds; ordered maps panic on some of these.
pub fn no_key_between(from: Bound<&[u8]>, to: Bound<&[u8]>) -> bool {
    match (from, to) {
        (Bound::Included(from), Bound::Included(to)) => from > to,
        (Bound::Included(from) | Bound::Excluded(from), Bound::Included(to) | Bound::Excluded(to)) => from >= to,
        (Bound::Unbounded, _) | (_, Bound::Unbounded) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Anew;

    #[test]
    fn bytes_are_those_of_the_rows_that_are_there() {
        let (backend, row) = (MemoryBackend::new(), |bytes: &[u8]| Some(Row { time: 0, bytes: bytes.into() }));
        let rows = |table: &str, row| TableRows { table: table.to_owned(), rows: vec![(Bytes::from(b"key".as_slice()), row)] };
        let write = |checkpoint: Checkpoint| {
            backend.write(&checkpoint).unwrap();
            backend.memory_bytes()
        };
        let tables = vec![rows("s", row(b"1")), rows("w/7", row(b"22"))];
        assert_eq!(write(Checkpoint { tables, ..Checkpoint::default() }), 4 + 5);
        assert_eq!(write(Checkpoint { tables: vec![rows("s", row(b"4444"))], ..Checkpoint::default() }), 7 + 5);
        assert_eq!(write(Checkpoint { dropped: vec!["w/7".to_owned()], ..Checkpoint::default() }), 7);
        let anew = vec![Anew { table: "s".to_owned(), topic: "s-changelog".to_owned() }];
        assert_eq!(
            write(Checkpoint { anew, tables: vec![rows("s", row(b"1"))], ..Checkpoint::default() }),
            4,
            "a store that is written anew"
        );
        assert_eq!(write(Checkpoint { tables: vec![rows("s", None)], ..Checkpoint::default() }), 0);
    }
}
