//! Reading a partition: whole chunks by reference, aborted records left out.
use super::{
    LogBatch,
    partition::{Outcome, Partition, Slot},
};
use crate::task::Batch;

/// Which records a reader wants to see.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Isolation {
    /// Only records of committed transactions (and of none), up to the last stable offset.
    ReadCommitted,
    /// Everything that was written.
    ReadUncommitted,
}

/// What a fetch found.
#[derive(Clone, Debug)]
pub struct Fetched {
    /// The records, in offset order.
    pub batches: Vec<LogBatch>,
    /// The offset to go on from: control records and aborted records are behind it.
    pub next: i64,
    /// Whether `next` is the end of what this isolation may see.
    pub at_end: bool,
}

impl Partition {
    /// Records from `from` up to `to` (exclusive), at least one chunk, then until `max_bytes` are gathered.
    pub(super) fn fetch(&self, from: i64, max_bytes: usize, isolation: Isolation, to: i64) -> Fetched {
        let visible_end = self.visible_end(isolation);
        let end = visible_end.min(to);
        let (mut batches, mut bytes, mut next) = (vec![], 0, from);
        for slot in self.slots.range(self.slot_at(from)..).take_while(|s| s.base < end) {
            if bytes >= max_bytes {
                return Fetched { batches, next, at_end: false };
            }
            if let Some(batch) = slot.batch(from, end, isolation) {
                bytes += batch.bytes();
                batches.push(batch);
            }
            next = slot.end.min(end);
        }
        // Compaction leaves gaps; what is behind the last slot needs no further look.
        let next = next.max(end);
        Fetched { batches, next, at_end: next >= visible_end }
    }
    fn visible_end(&self, isolation: Isolation) -> i64 {
        match isolation {
            Isolation::ReadCommitted => self.last_stable(),
            Isolation::ReadUncommitted => self.end,
        }
    }
}
impl Slot {
    fn batch(&self, from: i64, end: i64, isolation: Isolation) -> Option<LogBatch> {
        let visible = isolation == Isolation::ReadUncommitted || self.outcome == Outcome::Committed;
        let chunk = self.chunk.as_ref().filter(|_| visible)?;
        Some(LogBatch::new(chunk, self.base, from, end)).filter(|b| !b.is_empty())
    }
}
