//! What is wanted of a store and what it gives: rows in bytes, as they were at the last commit, a page at a time.
use super::stored::Stored;
use crate::{Key, Record, plan::StoreKind};
use kstreams_store::{
    Found, Row,
    layout::{session, window},
};
use std::ops::Bound;

/// Which rows of a store are wanted; keys are in the store's bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// That of one key.
    Row(Vec<u8>),
    /// Those between two keys, in the order of their bytes.
    Rows {
        /// Where to begin.
        from: Bound<Vec<u8>>,
        /// Where to end.
        to: Bound<Vec<u8>>,
        /// Which of them.
        only: Only,
    },
}
/// Which rows of a range are wanted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Only {
    /// All.
    Any,
    /// Those whose key is as long as this: keys have no fixed length, so other keys' windows may lie between those of one key.
    Long(usize),
    /// Those whose window starts within these times, both inside (of sessions: that overlap them).
    Within(i64, i64),
    /// Both.
    LongWithin(usize, i64, i64),
}

/// How much one page may hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PageLimits {
    /// Rows given.
    pub rows: usize,
    /// Bytes of keys and values given; the first row is given whatever its size.
    pub bytes: usize,
    /// Rows looked at, wanted or not: what bounds the time that a page takes from the worker.
    pub looked_at: usize,
}
impl Default for PageLimits {
    /// A few milliseconds of a worker's time.
    fn default() -> Self {
        PageLimits { rows: 1_000, bytes: 1 << 20, looked_at: 10_000 }
    }
}

/// A row of a store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredRow {
    /// Its key, in the store's bytes.
    pub key: Vec<u8>,
    /// Its value.
    pub value: Vec<u8>,
    /// Its event time.
    pub time: i64,
}
/// Rows of a store.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Page {
    /// In the order of their keys' bytes.
    pub rows: Vec<StoredRow>,
    /// The key to go on with; `None`: there is no more.
    pub next: Option<Vec<u8>>,
}

impl Only {
    fn takes(&self, key: &[u8], span: Option<(i64, i64)>) -> bool {
        match *self {
            Only::Any => true,
            Only::Long(length) => key.len() == length,
            Only::Within(from, to) => overlaps(span, from, to),
            Only::LongWithin(length, from, to) => key.len() == length && overlaps(span, from, to),
        }
    }
}
/// A window counts as its start alone, a session as all that it spans.
fn overlaps(span: Option<(i64, i64)>, from: i64, to: i64) -> bool {
    span.is_none_or(|(start, end)| start <= to && end >= from)
}

impl<K: Key, V: Record> Stored<K, V> {
    /// The open transaction is not seen: it may still be aborted.
    pub(super) fn page(&self, wanted: &Wanted, most: &PageLimits) -> Result<Page, kstreams_store::Error> {
        match wanted {
            Wanted::Row(key) => {
                let row = if self.was_expired(key) { None } else { self.set.last_committed(key)? };
                Ok(Page { rows: row.into_iter().map(|row| stored(key, &row)).collect(), next: None })
            }
            Wanted::Rows { from, to, only } => self.rows_of(from.as_ref(), to.as_ref(), only, most),
        }
    }
    fn rows_of(&self, from: Bound<&Vec<u8>>, to: Bound<&Vec<u8>>, only: &Only, most: &PageLimits) -> Result<Page, kstreams_store::Error> {
        let (mut page, mut bytes) = (Page::default(), 0);
        let mut scan = self.set.last_committed_range(from.map(Vec::as_slice), to.map(Vec::as_slice), most.looked_at)?;
        for (looked_at, row) in scan.by_ref().enumerate() {
            let (key, found) = row?;
            let Found::Stored(row) = found else { continue };
            let size = key.len() + row.bytes.len();
            let full = page.rows.len() >= most.rows || looked_at >= most.looked_at || bytes > 0 && bytes + size > most.bytes;
            if full {
                page.next = Some(key.to_vec());
                return Ok(page);
            }
            if only.takes(&key, self.span(&key)) && !self.was_expired(&key) {
                bytes += size;
                page.rows.push(stored(&key, &row));
            }
        }
        page.next = scan.cut().map(<[u8]>::to_vec);
        Ok(page)
    }
    /// Start of the window in a stored key, or start and end of its session.
    fn span(&self, key: &[u8]) -> Option<(i64, i64)> {
        match self.kind() {
            StoreKind::KeyValue | StoreKind::Versioned { .. } => None,
            StoreKind::Window { .. } => Some((window::start_of(key), window::start_of(key))),
            StoreKind::Session { .. } => Some((session::start_of(key), session::end_of(key))),
        }
    }
    /// Whether a window was past its retention at the last commit.
    fn was_expired(&self, key: &[u8]) -> bool {
        let time = self.span(key).map(|(_, end)| end);
        time.zip(self.retention()).is_some_and(|(time, retention)| time <= self.committed_time.saturating_sub(retention))
    }
}
fn stored(key: &[u8], row: &Row) -> StoredRow {
    StoredRow { key: key.to_vec(), value: row.bytes.to_vec(), time: row.time }
}
