//! Questions that windowed keys allow: the windows of a key, the windows of a time.
use super::{Found, QueryError, Reader, layout::Layout, reader::Range};
use crate::{
    Key, Record, SessionWindowed, StoreOf, TimeWindowed,
    plan::{StoreKind, TaskId},
    state::Only,
};
use kstreams_store::layout::{session, window};
use std::ops::{Bound, RangeBounds};

impl<K: Key, V: Record> Reader<TimeWindowed<K>, V> {
    /// Windows of a key that start within these times (epoch milliseconds), the earliest first. What is past its retention is gone.
    ///
    /// # Errors
    /// Why there is no answer.
    pub async fn windows(&self, key: &K, starts: impl RangeBounds<i64>) -> Result<Found<TimeWindowed<K>, V>, QueryError> {
        let (layout, (from, to)) = (self.layout()?, inside(&starts));
        let (task, bytes) = one_key(&layout, &self.store, key)?;
        let (range, suffix) = match layout.kind {
            StoreKind::Window { .. } => (window::range(&bytes, from, to), window_suffix()),
            // Windowed keys in a plain table lie as they do in topics.
            StoreKind::KeyValue | StoreKind::Session { .. } | StoreKind::Versioned { .. } => (plain_range(&bytes, from, to), 8),
        };
        let range = Range { from: range.0, to: range.1, only: Only::Long(bytes.len() + suffix) };
        self.scan(&layout, std::iter::once(task), &range, |_| true).await
    }
    /// Windows of all keys that start within these times (epoch milliseconds), by key.
    ///
    /// # Errors
    /// Why there is no answer.
    pub async fn windows_between(&self, starts: impl RangeBounds<i64>) -> Result<Found<TimeWindowed<K>, V>, QueryError> {
        let (layout, (from, to)) = (self.layout()?, inside(&starts));
        let within = |key: &TimeWindowed<K>| (from..=to).contains(&key.window.start);
        self.scan(&layout, layout.tasks(), &Range::all(Only::Within(from, to)), within).await
    }
}
impl<K: Key, V: Record> Reader<SessionWindowed<K>, V> {
    /// Sessions of a key that overlap these times (epoch milliseconds), the one that ends first first.
    ///
    /// # Errors
    /// Why there is no answer.
    pub async fn sessions(&self, key: &K, times: impl RangeBounds<i64>) -> Result<Found<SessionWindowed<K>, V>, QueryError> {
        let (layout, (from, to)) = (self.layout()?, inside(&times));
        let (task, bytes) = one_key(&layout, &self.store, key)?;
        let (first, last) = session::ending_from(&bytes, from);
        let range = Range { from: first, to: last, only: Only::LongWithin(bytes.len() + 16, from, to) };
        let within = |key: &SessionWindowed<K>| key.window.start <= to && key.window.end >= from;
        self.scan(&layout, std::iter::once(task), &range, within).await
    }
    /// Sessions of all keys that overlap these times (epoch milliseconds), by key.
    ///
    /// # Errors
    /// Why there is no answer.
    pub async fn sessions_between(&self, times: impl RangeBounds<i64>) -> Result<Found<SessionWindowed<K>, V>, QueryError> {
        let (layout, (from, to)) = (self.layout()?, inside(&times));
        let within = |key: &SessionWindowed<K>| key.window.start <= to && key.window.end >= from;
        self.scan(&layout, layout.tasks(), &Range::all(Only::Within(from, to)), within).await
    }
}

/// An inner key's task and bytes.
fn one_key<K: Key, S, V>(layout: &Layout, store: &StoreOf<S, V>, key: &K) -> Result<(TaskId, Vec<u8>), QueryError> {
    let mut bytes = vec![];
    key.encode(&mut bytes).map_err(|e| QueryError::Bytes(format!("the key cannot be encoded: {e}")))?;
    Ok((layout.task_of(store, key)?, bytes))
}
/// Both ends inside.
fn inside(times: &impl RangeBounds<i64>) -> (i64, i64) {
    let from = match times.start_bound() {
        Bound::Included(at) => *at,
        Bound::Excluded(at) => at.saturating_add(1),
        Bound::Unbounded => 0,
    };
    let to = match times.end_bound() {
        Bound::Included(at) => *at,
        Bound::Excluded(at) => at.saturating_sub(1),
        Bound::Unbounded => i64::MAX,
    };
    (from, to)
}
/// Bytes behind the key in a window store: start and sequence number.
fn window_suffix() -> usize {
    let mut suffix = vec![];
    window::append_suffix(0, 0, &mut suffix);
    suffix.len()
}
fn plain_range(key: &[u8], from: i64, to: i64) -> (Bound<Vec<u8>>, Bound<Vec<u8>>) {
    let at = |start: i64| [key, &start.max(0).to_be_bytes()].concat();
    (Bound::Included(at(from)), Bound::Included(at(to)))
}
