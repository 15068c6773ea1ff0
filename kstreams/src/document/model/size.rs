//! How much stores will hold, as far as their authors say what to expect: keys × (row + overhead) × windows that are kept.
use super::{Estimate, Size, Sizes, Store};
use crate::plan::{self, Expected, StoreKind};
use std::time::Duration;

/// Beside a row's own bytes: pages of a B-tree are not full, slots of a hash table and records of a changelog have fields of their own.
pub(in crate::document) const OVERHEAD: u64 = 40;

/// What decides about the size of a store beside its rows.
pub(super) struct Held<'a> {
    pub store: &'a plan::Store,
    /// Over how many partitions it is spread.
    pub partitions: u32,
    /// How long its changelog keeps a row, if it deletes any.
    pub changelog_retention: Option<Duration>,
}

impl Held<'_> {
    pub(super) fn estimate(&self) -> Option<Estimate> {
        let plan::Store { logged, source, in_memory, expected, .. } = *self.store;
        let Expected { keys: Some(keys), row_bytes: Some(bytes) } = expected else { return None };
        let row = bytes.saturating_add(OVERHEAD);
        let windows = self.windows(self.store.kind.retention());
        let size = |windows: u64| size(keys.saturating_mul(windows).saturating_mul(row), self.partitions);
        Some(Estimate {
            windows,
            rows: keys.saturating_mul(windows),
            disk: (!in_memory).then(|| size(windows)),
            memory: in_memory.then(|| size(windows)),
            changelog: (logged && source.is_none()).then(|| size(self.windows(self.changelog_retention))),
        })
    }
    /// Of a key. Where nobody knows how many there will be (sessions, sliding windows, a processor's) it is one.
    fn windows(&self, kept: Option<Duration>) -> u64 {
        match (self.store.kind, kept, self.store.advance) {
            (StoreKind::Window { .. }, Some(kept), Some(advance)) => {
                u64::try_from(kept.as_millis().div_ceil(advance.as_millis().max(1))).unwrap_or(u64::MAX)
            }
            _ => 1,
        }
    }
}
/// Of a global table, which every process holds whole and in memory.
pub(super) fn global(expected: Expected) -> Option<Estimate> {
    let Expected { keys: Some(keys), row_bytes: Some(bytes) } = expected else { return None };
    let whole = size(keys.saturating_mul(bytes.saturating_add(OVERHEAD)), 1);
    Some(Estimate { windows: 1, rows: keys, disk: None, memory: Some(whole), changelog: None })
}
fn size(total: u64, partitions: u32) -> Size {
    Size { total, per_partition: total.div_ceil(u64::from(partitions.max(1))) }
}

/// The stores of known size together, and the names of the others.
pub(super) fn sizes(stores: &[Store]) -> Sizes {
    let known = || stores.iter().filter_map(|s| s.estimate.as_ref());
    let sum = |of: fn(&Estimate) -> Option<Size>| known().filter_map(of).fold(0, |sum: u64, size| sum.saturating_add(size.total));
    Sizes {
        disk: sum(|e| e.disk),
        memory: sum(|e| e.memory),
        changelog: sum(|e| e.changelog),
        unknown: stores.iter().filter(|s| s.estimate.is_none()).map(|s| s.name.clone()).collect(),
    }
}
