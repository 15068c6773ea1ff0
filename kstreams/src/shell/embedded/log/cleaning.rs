//! Compaction, retention by time, and `deleteRecords`.
use super::{
    chunk::{Chunk, ChunkBuilder},
    config::Policy,
    partition::{Outcome, Partition, Slot},
};
use crate::{Headers, task::Raw};
use rustc_hash::FxHashMap;
use std::{collections::BTreeMap, sync::Arc};

/// What the cleaner remembers of a partition.
#[derive(Debug, Default)]
pub(super) struct Cleaned {
    /// Records appended since the last compaction.
    pub(super) dirty: usize,
    /// Records that the last compaction kept.
    kept: usize,
    /// Offset of each tombstone that a compaction kept, and the time from which on it may go.
    tombstones: BTreeMap<i64, i64>,
}

/// Below this many new records no compaction starts by itself.
const MIN_DIRTY: usize = 10_000;

impl Partition {
    /// Compacts when as many records are new as were kept (Kafka's `min.cleanable.dirty.ratio` of one half), so its cost stays proportional to what is written.
    pub(super) fn compact_if_due(&mut self, policy: &Policy, now: i64) {
        if policy.compact && self.cleaned.dirty >= MIN_DIRTY.max(self.cleaned.kept) {
            self.compact(policy.delete_retention_ms, policy.compacts_before(now), now);
        }
    }
    /// Keeps the last committed record of each key below the last stable offset; offsets stay. A tombstone stays for `delete_retention_ms`
    /// after the first compaction that saw it, as Kafka's delete horizon has it, so that a reader who is behind learns of the delete.
    /// From the first record later than `before` on, all stay.
    pub(super) fn compact(&mut self, delete_retention_ms: i64, before: i64, now: i64) {
        let stable = self.slot_at(self.last_stable());
        let unstable = self.slots.split_off(stable);
        let is_late = |slot: &Slot| slot.chunk.as_ref().is_some_and(|chunk| chunk.max_timestamp() > before);
        let young = self.slots.split_off(self.slots.iter().position(is_late).unwrap_or(self.slots.len()));
        let mut kept = Rewritten::default();
        {
            let last = last_offsets(self.slots.iter());
            let horizons = &mut self.cleaned.tombstones;
            for_each_committed(self.slots.iter(), |raw, headers| {
                let newest = raw.key.is_some_and(|k| last.get(k) == Some(&raw.offset));
                if newest && !(raw.value.is_none() && *horizons.entry(raw.offset).or_insert(now.saturating_add(delete_retention_ms)) <= now)
                {
                    kept.push(raw, headers);
                }
            });
        }
        let (slots, records) = kept.finish();
        self.slots = slots.into();
        self.cleaned.kept = records + young.iter().map(Slot::records).sum::<usize>();
        self.slots.extend(young);
        self.cleaned.dirty = unstable.iter().map(|s| s.records()).sum();
        self.forget_tombstones();
        self.slots.extend(unstable);
    }
    /// Deletes from the front what is older than `before` (record time), a chunk at a time and never above the last stable offset.
    pub(super) fn expire(&mut self, before: i64) {
        let stable = self.last_stable();
        let old = |s: &Slot| s.end <= stable && s.chunk.as_ref().is_none_or(|c| c.max_timestamp() < before);
        let expired = self.slots.iter().take_while(|s| old(s)).last().map(|s| s.end);
        self.delete_records(expired.unwrap_or(self.first));
    }
    /// Moves the first offset up, at most to the last stable offset, and drops the chunks that are wholly below it.
    pub(super) fn delete_records(&mut self, before: i64) {
        self.first = self.first.max(before.min(self.last_stable()));
        let gone = self.slot_at(self.first);
        self.slots.drain(..gone);
    }
    fn forget_tombstones(&mut self) {
        let slots = &self.slots;
        let there = |offset: i64| {
            let at = slots.partition_point(|s| s.end <= offset);
            slots.get(at).is_some_and(|s| s.holds(offset))
        };
        self.cleaned.tombstones.retain(|offset, _| there(*offset));
    }
}
impl Slot {
    fn records(&self) -> usize {
        self.chunk.as_ref().map_or(0, |c| c.len())
    }
    fn holds(&self, offset: i64) -> bool {
        let Some(chunk) = &self.chunk else { return false };
        let at = chunk.index_of(self.base, offset);
        at < chunk.len() && chunk.get(self.base, at).offset == offset
    }
    fn committed(&self) -> Option<&Arc<Chunk>> {
        self.chunk.as_ref().filter(|_| self.outcome == Outcome::Committed)
    }
}

fn for_each_committed<'a>(slots: impl Iterator<Item = &'a Slot>, mut f: impl FnMut(Raw<'a>, &'a Headers)) {
    for slot in slots {
        let Some(chunk) = slot.committed() else { continue };
        (0..chunk.len()).for_each(|i| f(chunk.get(slot.base, i), chunk.headers_of(i)));
    }
}
fn last_offsets<'a>(slots: impl Iterator<Item = &'a Slot>) -> FxHashMap<&'a [u8], i64> {
    let mut last = FxHashMap::default();
    for_each_committed(slots, |raw, _| {
        if let Some(key) = raw.key {
            last.insert(key, raw.offset);
        }
    });
    last
}

/// The new slots of a compaction, gathered into chunks of a good size.
#[derive(Default)]
struct Rewritten {
    slots: Vec<Slot>,
    current: ChunkBuilder,
    base: i64,
    end: i64,
    records: usize,
}
impl Rewritten {
    fn push(&mut self, raw: Raw<'_>, headers: &Headers) {
        if self.current.bytes() >= ChunkBuilder::FULL || raw.offset - self.base >= i64::from(u32::MAX) {
            self.seal();
        }
        if self.current.is_empty() {
            self.base = raw.offset;
        }
        self.current.push_at((raw.offset - self.base) as u32, raw, headers);
        self.end = raw.offset + 1;
        self.records += 1;
    }
    fn seal(&mut self) {
        let chunk = std::mem::take(&mut self.current).build();
        if chunk.len() > 0 {
            self.slots.push(Slot {
                base: self.base,
                end: self.end,
                producer: 0,
                outcome: Outcome::Committed,
                chunk: Some(Arc::new(chunk)),
            });
        }
    }
    fn finish(mut self) -> (Vec<Slot>, usize) {
        self.seal();
        (self.slots, self.records)
    }
}

#[cfg(test)]
mod tests {
    use super::{super::fetch::Isolation, *};
    use crate::task::Batch;

    /// `k=v` writes, `k` deletes.
    fn chunk(records: &[&str]) -> Chunk {
        let mut b = ChunkBuilder::default();
        for r in records {
            let (key, value) = r.split_once('=').map_or((*r, None), |(k, v)| (k, Some(v)));
            b.push(0, Some(key.as_bytes()), value.map(str::as_bytes), &Headers::new());
        }
        b.build()
    }
    fn contents(p: &Partition) -> Vec<String> {
        let text = |b: Option<&[u8]>| b.map_or("null".into(), |b| String::from_utf8(b.to_vec()).unwrap());
        let show = |r: Raw<'_>| format!("{}:{}={}", r.offset, text(r.key), text(r.value));
        let fetched = p.fetch(p.first, usize::MAX, Isolation::ReadCommitted, i64::MAX);
        fetched.batches.iter().flat_map(|b| (0..b.len()).map(|i| show(b.get(i))).collect::<Vec<_>>()).collect()
    }

    #[test]
    fn the_last_record_of_a_key_stays_with_its_offset() {
        let mut p = Partition::default();
        p.append(chunk(&["a=1", "b=1", "a=2"]), 1, false);
        p.append(chunk(&["c=1", "b=2"]), 1, false);
        p.compact(100, i64::MAX, 0);
        assert_eq!(contents(&p), ["2:a=2", "3:c=1", "4:b=2"]);
        assert_eq!((p.ends().first, p.ends().end), (0, 5));
        p.append(chunk(&["a=3"]), 1, false);
        p.compact(100, i64::MAX, 0);
        assert_eq!(contents(&p), ["3:c=1", "4:b=2", "5:a=3"]);
    }

    #[test]
    fn a_tombstone_goes_when_its_horizon_has_passed() {
        let mut p = Partition::default();
        p.append(chunk(&["a=1", "a", "b=1"]), 1, false);
        for (now, expected) in [(10, vec!["1:a=null", "2:b=1"]), (109, vec!["1:a=null", "2:b=1"]), (110, vec!["2:b=1"])] {
            p.compact(100, i64::MAX, now);
            assert_eq!(contents(&p), expected, "at {now}");
        }
        assert!(p.cleaned.tombstones.is_empty());
    }

    #[test]
    fn what_is_younger_than_the_lag_stays() {
        let mut p = Partition::default();
        let at = |time: i64, value: &str| {
            let mut b = ChunkBuilder::default();
            b.push(time, Some(b"a"), Some(value.as_bytes()), &Headers::new());
            b.build()
        };
        for (time, value) in [(10, "1"), (20, "2"), (30, "3"), (15, "4")] {
            p.append(at(time, value), 1, false);
        }
        p.compact(100, 20, 50);
        assert_eq!(contents(&p), ["1:a=2", "2:a=3", "3:a=4"]);
        p.compact(100, 30, 60);
        assert_eq!(contents(&p), ["3:a=4"]);
    }

    #[test]
    fn aborted_records_go_and_open_ones_stay_untouched() {
        let mut p = Partition::default();
        p.append(chunk(&["a=1"]), 1, false);
        p.append(chunk(&["a=lost"]), 2, true);
        p.end_transaction(2, false);
        p.append(chunk(&["a=open"]), 3, true);
        p.append(chunk(&["a=later"]), 1, false);
        p.compact(100, i64::MAX, 0);
        assert_eq!(contents(&p), ["0:a=1"]);
        p.end_transaction(3, true);
        assert_eq!(contents(&p), ["0:a=1", "3:a=open", "4:a=later"]);
    }

    #[test]
    fn expiry_takes_whole_chunks_from_the_front() {
        let mut p = Partition::default();
        for time in [10, 20, 5, 30] {
            let mut b = ChunkBuilder::default();
            b.push(time, Some(b"k"), Some(b"v"), &Headers::new());
            p.append(b.build(), 1, false);
        }
        for (before, first) in [(10, 0), (11, 1), (25, 3), (100, 4)] {
            p.expire(before);
            assert_eq!(p.ends().first, first, "before {before}");
        }
    }

    #[test]
    fn deleted_records_are_not_read_even_inside_a_chunk() {
        let mut p = Partition::default();
        p.append(chunk(&["a=1", "b=1", "c=1"]), 1, false);
        p.delete_records(2);
        assert_eq!(contents(&p), ["2:c=1"]);
        p.delete_records(99);
        assert_eq!(p.ends(), super::super::Ends { first: 3, last_stable: 3, end: 3 });
    }
}
