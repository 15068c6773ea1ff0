//! A task's database: read through snapshots, written by checkpoints.
use crate::{Bytes, Result, Row};
use std::{cmp::Ordering, ops::Bound, sync::Arc};

/// Which way a scan goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// Ascending byte order.
    Forward,
    /// Descending byte order.
    Backward,
}
impl Direction {
    /// How two keys come in a scan.
    pub(crate) fn order(self, a: &[u8], b: &[u8]) -> Ordering {
        match self {
            Direction::Forward => a.cmp(b),
            Direction::Backward => b.cmp(a),
        }
    }
}
/// Rows of a scan.
pub type Rows<'a> = Box<dyn Iterator<Item = Result<(Bytes, Row)>> + 'a>;

/// One table as a snapshot shows it.
pub trait TableView: Send + Sync {
    /// The row of a key.
    ///
    /// # Errors
    /// If the database cannot be read.
    fn get(&self, key: &[u8]) -> Result<Option<Row>>;
    /// Rows between two keys.
    ///
    /// # Errors
    /// If the database cannot be read.
    fn range(&self, from: Bound<&[u8]>, to: Bound<&[u8]>, direction: Direction) -> Result<Rows<'_>>;
}

/// The database as one checkpoint left it; it stays that way while others are written.
pub trait Snapshot: Send + Sync {
    /// A table, to be kept open: opening costs as much as a read. `None` if no checkpoint has written it.
    ///
    /// # Errors
    /// If the database cannot be read.
    fn table(&self, name: &str) -> Result<Option<Arc<dyn TableView>>>;
    /// Names of the tables that start with `prefix`.
    ///
    /// # Errors
    /// If the database cannot be read.
    fn tables(&self, prefix: &str) -> Result<Vec<String>>;
    /// The changelog position that the rows stand at.
    fn position(&self, topic: &str, partition: i32) -> Option<i64>;
    /// What a checkpoint noted beside the rows.
    fn mark(&self, key: &str) -> Option<Vec<u8>>;
}

/// One task's database. `write` runs on a writer thread, everything else on the worker.
pub trait Backend: Send + Sync {
    /// The database as it is now.
    ///
    /// # Errors
    /// If it cannot be read.
    fn snapshot(&self) -> Result<Arc<dyn Snapshot>>;
    /// Writes a checkpoint in one transaction, durably. One whose positions are behind those that are held comes from a writer that was
    /// overtaken (its task has moved to another worker since): it is not written, which is an error.
    ///
    /// # Errors
    /// If it cannot be written: then nothing of it is.
    fn write(&self, checkpoint: &Checkpoint) -> Result<()>;
    /// Bytes of keys and values that are held in memory for good, on no disk.
    fn memory_bytes(&self) -> usize {
        0
    }
}

/// Rows of one table; `None` deletes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TableRows {
    /// The table.
    pub table: String,
    /// Its rows, in any order, each key once: the writer sorts.
    pub rows: Vec<(Bytes, Option<Row>)>,
}
/// A store whose rows are written anew: what its tables held goes first, and its changelog's position may go back.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Anew {
    /// Its table; segments are `<table>/<segment>`.
    pub table: String,
    /// Its changelog.
    pub topic: String,
}
impl Anew {
    /// Whether a table is the store's.
    pub(crate) fn has(&self, table: &str) -> bool {
        table.strip_prefix(&*self.table).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    }
}
/// Everything that goes into a database in one transaction.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Checkpoint {
    /// Everything that was held before goes: the rows are all there is.
    pub afresh: bool,
    /// Stores of which everything that was held before goes.
    pub anew: Vec<Anew>,
    /// Rows by table.
    pub tables: Vec<TableRows>,
    /// Tables that go whole: expired segments.
    pub dropped: Vec<String>,
    /// Changelog positions that the rows stand at, by topic and partition.
    pub positions: Vec<((String, i32), i64)>,
    /// What else to note.
    pub marks: Vec<(String, Vec<u8>)>,
}
impl Checkpoint {
    /// Why it is not written. Whoever still has its rows in memory must not let go of them: part of them may be newer than what is held.
    pub(crate) fn overtaken() -> crate::Error {
        crate::Error::Write("a checkpoint of another worker, which is further in a changelog, was written before".to_owned())
    }
    /// Whether a newer checkpoint than this one is held already.
    pub(crate) fn is_behind(&self, held: impl Fn(&str, i32) -> Option<i64>) -> bool {
        let compared = |topic: &str| !self.afresh && !self.anew.iter().any(|anew| anew.topic == topic);
        let overtaken = |topic: &str, partition, at| held(topic, partition).is_some_and(|held| held > at);
        self.positions.iter().any(|((topic, partition), at)| compared(topic) && overtaken(topic, *partition, *at))
    }
    /// The rows of a table in the order of their keys.
    #[cfg(feature = "redb")]
    pub(crate) fn sorted(rows: &TableRows) -> Vec<&(Bytes, Option<Row>)> {
        let mut sorted: Vec<_> = rows.rows.iter().collect();
        sorted.sort_unstable_by(|a, b| a.0.cmp(&b.0));
        sorted
    }
}
