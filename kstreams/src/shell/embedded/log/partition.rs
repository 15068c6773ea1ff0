//! One partition: chunks in offset order, the transactions that are open in it, and its last stable offset.
use super::chunk::Chunk;
use std::{
    collections::{BTreeMap, VecDeque},
    sync::Arc,
};

/// The offsets that bound a partition.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Ends {
    /// First offset that is held.
    pub first: i64,
    /// Up to here (exclusive) every transaction has ended; committed reads stop here.
    pub last_stable: i64,
    /// The offset of the next record.
    pub end: i64,
}

/// How the transaction of a chunk ended. Chunks without a transaction are committed at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    Open,
    Committed,
    Aborted,
}

/// Offsets `base..end` of the partition: a chunk of records, or (without one) a transaction's marker.
#[derive(Debug)]
pub(super) struct Slot {
    pub(super) base: i64,
    pub(super) end: i64,
    pub(super) producer: u64,
    pub(super) outcome: Outcome,
    pub(super) chunk: Option<Arc<Chunk>>,
}

#[derive(Debug, Default)]
pub(super) struct Partition {
    pub(super) slots: VecDeque<Slot>,
    pub(super) first: i64,
    pub(super) end: i64,
    /// Producers with an open transaction here, and its first offset.
    open: BTreeMap<u64, i64>,
    pub(super) cleaned: super::cleaning::Cleaned,
}
impl Partition {
    pub(super) fn ends(&self) -> Ends {
        Ends { first: self.first, last_stable: self.last_stable(), end: self.end }
    }
    pub(super) fn last_stable(&self) -> i64 {
        self.open.values().copied().min().unwrap_or(self.end)
    }
    /// Appends a chunk and answers its first offset. With `transactional` it stays unseen until [`Partition::end_transaction`].
    pub(super) fn append(&mut self, chunk: Chunk, producer: u64, transactional: bool) -> i64 {
        let base = self.end;
        let outcome = if transactional { Outcome::Open } else { Outcome::Committed };
        if transactional {
            self.open.entry(producer).or_insert(base);
        }
        self.end += chunk.len() as i64;
        self.cleaned.dirty += chunk.len();
        self.slots.push_back(Slot { base, end: self.end, producer, outcome, chunk: Some(Arc::new(chunk)) });
        base
    }
    /// Decides a producer's open chunks and writes the marker, which takes an offset as Kafka's does.
    pub(super) fn end_transaction(&mut self, producer: u64, commit: bool) {
        let outcome = if commit { Outcome::Committed } else { Outcome::Aborted };
        let first = self.open.remove(&producer).unwrap_or(self.end);
        let from = self.slot_at(first);
        for slot in self.slots.range_mut(from..).filter(|s| s.producer == producer && s.outcome == Outcome::Open) {
            slot.outcome = outcome;
        }
        self.slots.push_back(Slot { base: self.end, end: self.end + 1, producer, outcome, chunk: None });
        self.end += 1;
    }
    /// Index of the first slot that ends behind `offset`.
    pub(super) fn slot_at(&self, offset: i64) -> usize {
        self.slots.partition_point(|s| s.end <= offset)
    }
}

#[cfg(test)]
mod tests {
    use super::{
        super::{chunk::ChunkBuilder, fetch::Isolation},
        *,
    };
    use crate::{Headers, task::Batch};

    fn chunk(values: &[&str]) -> Chunk {
        let mut b = ChunkBuilder::default();
        values.iter().for_each(|v| b.push(0, Some(v.as_bytes()), Some(v.as_bytes()), &Headers::new()));
        b.build()
    }
    fn seen(p: &Partition, isolation: Isolation) -> Vec<(i64, String)> {
        let fetched = p.fetch(p.first, usize::MAX, isolation, i64::MAX);
        let text = |b: &[u8]| String::from_utf8(b.to_vec()).unwrap();
        let records =
            |b: &super::super::LogBatch| (0..b.len()).map(|i| (b.get(i).offset, text(b.get(i).value.unwrap()))).collect::<Vec<_>>();
        fetched.batches.iter().flat_map(records).collect()
    }

    #[test]
    fn markers_take_an_offset_and_aborted_records_are_skipped() {
        let mut p = Partition::default();
        p.append(chunk(&["a"]), 1, true);
        p.append(chunk(&["x"]), 2, true);
        p.append(chunk(&["b"]), 1, true);
        assert_eq!(p.ends(), Ends { first: 0, last_stable: 0, end: 3 });
        p.end_transaction(1, true);
        assert_eq!(p.ends(), Ends { first: 0, last_stable: 1, end: 4 });
        assert_eq!(seen(&p, Isolation::ReadCommitted), [(0, "a".into())]);
        p.end_transaction(2, false);
        assert_eq!(p.ends(), Ends { first: 0, last_stable: 5, end: 5 });
        assert_eq!(seen(&p, Isolation::ReadCommitted), [(0, "a".into()), (2, "b".into())]);
        assert_eq!(seen(&p, Isolation::ReadUncommitted).len(), 3);
    }

    #[test]
    fn an_open_transaction_holds_back_plain_records_behind_it() {
        let mut p = Partition::default();
        p.append(chunk(&["a"]), 1, true);
        p.append(chunk(&["plain"]), 9, false);
        assert_eq!(seen(&p, Isolation::ReadCommitted), []);
        p.end_transaction(1, false);
        assert_eq!(seen(&p, Isolation::ReadCommitted), [(1, "plain".into())]);
    }

    #[test]
    fn a_fetch_stops_at_bytes_at_a_limit_and_says_where_to_go_on() {
        let mut p = Partition::default();
        (0..4).for_each(|_| _ = p.append(chunk(&["a", "b"]), 1, false));
        let small = p.fetch(1, 1, Isolation::ReadCommitted, i64::MAX);
        assert_eq!((small.batches.len(), small.batches[0].len(), small.next, small.at_end), (1, 1, 2, false));
        let limited = p.fetch(0, usize::MAX, Isolation::ReadCommitted, 3);
        assert_eq!((limited.batches.iter().map(|b| b.len()).sum::<usize>(), limited.next, limited.at_end), (3, 3, false));
        let rest = p.fetch(3, usize::MAX, Isolation::ReadCommitted, i64::MAX);
        assert_eq!((rest.next, rest.at_end), (8, true));
    }
}
