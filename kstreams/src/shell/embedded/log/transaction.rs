//! Producers and their transactions: ids, epochs, fencing, offsets that wait for the end, markers.
use super::{CommitOffset, LogError, Membership, TopicPartition, state::State};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

/// A producer, as its owner holds it. A later `init_producer` of the same transactional id makes it useless.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ProducerHandle {
    pub(super) id: u64,
    pub(super) epoch: u32,
}

/// What an open transaction has touched. It begins with the first record or offset.
#[derive(Debug, Default)]
struct Transaction {
    partitions: BTreeSet<TopicPartition>,
    /// `None`: committed outside of the transaction since, so its end changes nothing.
    offsets: BTreeMap<(u32, TopicPartition), Option<CommitOffset>>,
    /// When it began, by the caller's clock.
    begun: Option<i64>,
    /// Decided, but markers are not written yet: `true` will commit.
    ending: Option<bool>,
}

/// What ends a transaction in one place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Marker {
    Partition(TopicPartition),
    Offsets,
}

#[derive(Debug, Default)]
struct Producer {
    transactional_id: Option<Arc<str>>,
    epoch: u32,
    transaction: Transaction,
}

/// All producers; the index is the id.
#[derive(Debug, Default)]
pub(super) struct Producers {
    all: Vec<Producer>,
    by_transactional_id: BTreeMap<Arc<str>, u64>,
}
impl Producers {
    /// A producer without transactions.
    pub(super) fn idempotent(&mut self) -> ProducerHandle {
        self.all.push(Producer::default());
        ProducerHandle { id: self.all.len() as u64 - 1, epoch: 0 }
    }
    fn transactional(&mut self, transactional_id: &str) -> u64 {
        if let Some(id) = self.by_transactional_id.get(transactional_id) {
            return *id;
        }
        let ProducerHandle { id, .. } = self.idempotent();
        let name: Arc<str> = transactional_id.into();
        self.all[id as usize].transactional_id = Some(name.clone());
        self.by_transactional_id.insert(name, id);
        id
    }
    fn check(&mut self, handle: ProducerHandle) -> Result<&mut Producer, LogError> {
        let producer = self.all.get_mut(handle.id as usize).ok_or(LogError::UnknownProducer)?;
        if producer.epoch != handle.epoch {
            return Err(LogError::Fenced(producer.transactional_id.as_deref().unwrap_or_default().into()));
        }
        Ok(producer)
    }
    pub(super) fn is_pending(&self, group: u32, partition: TopicPartition) -> bool {
        self.all.iter().any(|p| p.transaction.offsets.contains_key(&(group, partition)))
    }
    /// A plain commit came after what transactions have pending: their ends must not undo it.
    pub(super) fn supersede(&mut self, group: u32, offsets: &[CommitOffset]) {
        for pending in self.all.iter_mut().map(|p| &mut p.transaction.offsets).filter(|pending| !pending.is_empty()) {
            for CommitOffset { at, .. } in offsets {
                pending.entry((group, *at)).and_modify(|offset| *offset = None);
            }
        }
    }
    /// Producers whose transaction is decided and not complete.
    fn deciding(&self) -> Vec<u64> {
        self.ids().filter(|id| self.all[*id as usize].transaction.ending.is_some()).collect()
    }
    fn ids(&self) -> std::ops::Range<u64> {
        0..self.all.len() as u64
    }
}

impl State {
    /// Takes a transactional id over: what its last owner left decided is completed, what it left open is aborted, its handle is fenced.
    pub(super) fn init_producer(&mut self, transactional_id: &str, now: i64) -> ProducerHandle {
        let id = self.producers.transactional(transactional_id);
        self.decide(id, false, now);
        let producer = &mut self.producers.all[id as usize];
        producer.epoch += 1;
        ProducerHandle { id, epoch: producer.epoch }
    }
    /// Says that a producer is about to write to a partition; answers whether it does so in a transaction.
    pub(super) fn enlist(&mut self, handle: ProducerHandle, partition: TopicPartition, now: i64) -> Result<bool, LogError> {
        let producer = self.ready(handle, now)?;
        let transactional = producer.transactional_id.is_some();
        if transactional {
            producer.transaction.begun.get_or_insert(now);
            producer.transaction.partitions.insert(partition);
        }
        Ok(transactional)
    }
    pub(super) fn send_offsets(
        &mut self,
        handle: ProducerHandle,
        who: &Membership,
        offsets: &[CommitOffset],
        now: i64,
    ) -> Result<(), LogError> {
        self.groups[who.group as usize].check(who.member, who.generation)?;
        let producer = self.ready(handle, now)?;
        if producer.transactional_id.is_none() {
            return Err(LogError::NotTransactional);
        }
        producer.transaction.begun.get_or_insert(now);
        producer.transaction.offsets.extend(offsets.iter().map(|commit| ((who.group, commit.at), Some(commit.clone()))));
        Ok(())
    }
    /// Decides the transaction. Kafka answers here and writes the markers a little later; with `delay_ends` so does this log.
    pub(super) fn end_transaction(&mut self, handle: ProducerHandle, commit: bool, now: i64) -> Result<(), LogError> {
        let producer = self.ready(handle, now)?;
        if producer.transactional_id.is_none() {
            return Err(LogError::NotTransactional);
        }
        if self.delay_ends {
            let transaction = &mut self.producers.all[handle.id as usize].transaction;
            transaction.ending = transaction.begun.map(|_| commit);
        } else {
            self.decide(handle.id, commit, now);
        }
        Ok(())
    }
    /// Writes the markers of every decided transaction.
    pub(super) fn complete_ends(&mut self, now: i64) {
        for id in self.producers.deciding() {
            self.decide(id, false, now);
        }
    }
    /// Writes one marker of the decided transactions: `pick` chooses among those that are due. Partitions and the group's offsets get theirs
    /// one by one and in any order, as on a cluster. Answers whether one was due.
    pub(super) fn write_marker(&mut self, pick: usize, now: i64) -> bool {
        let due: Vec<(u64, Marker)> = self.producers.deciding().into_iter().flat_map(|id| self.markers_of(id)).collect();
        let Some((id, marker)) = due.get(pick % due.len().max(1)).copied() else { return false };
        self.write(id, marker, now);
        true
    }
    /// Aborts transactions that began at `before` or earlier and fences their producers, as a coordinator does after `transaction.timeout.ms`.
    pub(super) fn abort_begun_before(&mut self, before: i64, now: i64) {
        let old = |t: &Transaction| t.ending.is_none() && t.begun.is_some_and(|b| b <= before);
        for id in self.producers.ids().filter(|id| old(&self.producers.all[*id as usize].transaction)).collect::<Vec<_>>() {
            self.decide(id, false, now);
            self.producers.all[id as usize].epoch += 1;
        }
    }
    /// The producer, if it is not fenced, with no decided transaction left to complete: a coordinator, too, lets the next one wait for that.
    fn ready(&mut self, handle: ProducerHandle, now: i64) -> Result<&mut Producer, LogError> {
        if self.producers.check(handle)?.transaction.ending.is_some() {
            self.decide(handle.id, false, now);
        }
        self.producers.check(handle)
    }
    /// Writes all markers. What was decided before stands; `commit` holds for a transaction that is still open.
    fn decide(&mut self, id: u64, commit: bool, now: i64) {
        self.producers.all[id as usize].transaction.ending.get_or_insert(commit);
        for (id, marker) in self.markers_of(id) {
            self.write(id, marker, now);
        }
        self.producers.all[id as usize].transaction = Transaction::default();
    }
    fn markers_of(&self, id: u64) -> Vec<(u64, Marker)> {
        let transaction = &self.producers.all[id as usize].transaction;
        let offsets = (!transaction.offsets.is_empty()).then_some(Marker::Offsets);
        transaction.partitions.iter().map(|p| Marker::Partition(*p)).chain(offsets).map(|m| (id, m)).collect()
    }
    fn write(&mut self, id: u64, marker: Marker, now: i64) {
        let transaction = &mut self.producers.all[id as usize].transaction;
        let commit = transaction.ending == Some(true);
        match marker {
            Marker::Partition(p) => {
                transaction.partitions.remove(&p);
                self.end_in(p, id, commit, now);
            }
            Marker::Offsets => {
                let offsets = std::mem::take(&mut transaction.offsets);
                for ((group, _), offset) in offsets.into_iter().filter(|_| commit) {
                    offset.into_iter().for_each(|offset| self.groups[group as usize].commit(offset));
                }
            }
        }
        let transaction = &mut self.producers.all[id as usize].transaction;
        if transaction.partitions.is_empty() && transaction.offsets.is_empty() {
            *transaction = Transaction::default();
        }
    }
    fn end_in(&mut self, p: TopicPartition, id: u64, commit: bool, now: i64) {
        let topic = &mut self.topics[p.topic as usize];
        let partition = &mut topic.partitions[p.partition as usize];
        partition.end_transaction(id, commit);
        partition.compact_if_due(&topic.policy, now);
    }
}

#[cfg(test)]
mod tests {
    use super::{super::*, *};
    use crate::Headers;

    const P0: TopicPartition = TopicPartition { topic: 0, partition: 0 };

    fn one(value: &str) -> ChunkBuilder {
        let mut b = ChunkBuilder::default();
        b.push(0, Some(b"k"), Some(value.as_bytes()), &Headers::new());
        b
    }
    fn values(log: &EmbeddedLog) -> Vec<String> {
        log.read("t").unwrap().into_iter().map(|r| String::from_utf8(r.value.unwrap()).unwrap()).collect()
    }
    fn log() -> (EmbeddedLog, Membership) {
        let log = EmbeddedLog::new();
        log.create_topic("t", 1, TopicConfig::new()).unwrap();
        let mut who = log.join("g", "c", &["t"]).unwrap();
        log.poll_group(&mut who).unwrap();
        (log, who)
    }

    #[test]
    fn records_and_offsets_move_together() {
        for (commit, seen, offset) in [(true, vec!["a"], Some(7)), (false, vec![], None)] {
            let (log, who) = log();
            let p = log.init_producer("x", 0);
            log.append(p, P0, one("a"), 0).unwrap();
            log.send_offsets(p, &who, &[(P0, 7).into()], 0).unwrap();
            assert_eq!((values(&log), log.committed("g", &[P0])), (vec![], None), "nothing before the end");
            assert_eq!(log.unread("g", "t"), Ok(None));
            log.end_transaction(p, commit, 0).unwrap();
            assert_eq!((values(&log), log.committed("g", &[P0])), (seen.into_iter().map(String::from).collect(), Some(vec![offset])));
        }
    }

    #[test]
    fn unread_are_the_records_behind_the_committed_offset_and_no_markers() {
        let (log, who) = log();
        assert_eq!(log.unread("g", "t"), Ok(Some(0)));
        let p = log.init_producer("x", 0);
        for (commit, unread) in [(true, 1), (false, 1), (true, 2)] {
            log.append(p, P0, one("a"), 0).unwrap();
            log.end_transaction(p, commit, 0).unwrap();
            assert_eq!(log.unread("g", "t"), Ok(Some(unread)));
        }
        log.commit_offsets(&who, &[(P0, 5).into()]).unwrap();
        assert_eq!(log.unread("g", "t"), Ok(Some(0)));
    }

    #[test]
    fn an_end_that_comes_late_does_not_undo_a_newer_plain_commit() {
        let (log, who) = log();
        log.delay_ends(true);
        let p = log.init_producer("x", 0);
        log.append(p, P0, one("a"), 0).unwrap();
        log.send_offsets(p, &who, &[(P0, 3).into()], 0).unwrap();
        log.end_transaction(p, true, 0).unwrap();
        log.commit_offsets(&who, &[(P0, 4).into()]).unwrap();
        assert_eq!(log.committed("g", &[P0]), None, "the transaction has not ended");
        log.complete_ends(0);
        assert_eq!(log.committed("g", &[P0]), Some(vec![Some(4)]));
    }

    #[test]
    fn a_new_producer_aborts_what_the_old_one_left_open_and_fences_it() {
        let (log, who) = log();
        let old = log.init_producer("x", 0);
        log.append(old, P0, one("lost"), 0).unwrap();
        log.send_offsets(old, &who, &[(P0, 1).into()], 0).unwrap();
        let new = log.init_producer("x", 0);
        let fenced = LogError::Fenced("x".into());
        assert_eq!(log.append(old, P0, one("zombie"), 0), Err(fenced.clone()));
        assert_eq!(log.send_offsets(old, &who, &[(P0, 1).into()], 0), Err(fenced.clone()));
        assert_eq!(log.end_transaction(old, true, 0), Err(fenced));
        log.append(new, P0, one("kept"), 0).unwrap();
        log.end_transaction(new, true, 0).unwrap();
        assert_eq!((values(&log), log.committed("g", &[P0])), (vec!["kept".into()], Some(vec![None])));
    }

    #[test]
    fn a_delayed_end_is_seen_later_but_stands() {
        type Finish = fn(&EmbeddedLog, ProducerHandle);
        let finishes: [Finish; 4] = [
            |log, _| log.complete_ends(0),
            |log, _| while log.write_marker(1, 0) {},
            |log, _| _ = log.init_producer("x", 0),
            |log, p| _ = log.append(p, P0, one("next"), 0),
        ];
        for finish in finishes {
            let (log, who) = log();
            log.delay_ends(true);
            let p = log.init_producer("x", 0);
            log.append(p, P0, one("a"), 0).unwrap();
            log.send_offsets(p, &who, &[(P0, 1).into()], 0).unwrap();
            log.end_transaction(p, true, 0).unwrap();
            assert_eq!((values(&log), log.committed("g", &[P0])), (vec![], None));
            finish(&log, p);
            assert_eq!((values(&log), log.committed("g", &[P0])), (vec!["a".into()], Some(vec![Some(1)])));
        }
    }

    #[test]
    fn markers_are_written_one_by_one_in_any_order() {
        for (pick, seen_first) in [(0, "record"), (1, "offset")] {
            let (log, who) = log();
            log.delay_ends(true);
            let p = log.init_producer("x", 0);
            log.append(p, P0, one("a"), 0).unwrap();
            log.send_offsets(p, &who, &[(P0, 1).into()], 0).unwrap();
            assert!(!log.write_marker(0, 0), "nothing is decided yet");
            log.end_transaction(p, true, 0).unwrap();
            assert!(log.write_marker(pick, 0));
            let seen = (values(&log).len(), log.committed("g", &[P0]));
            let expected = if seen_first == "record" { (1, None) } else { (0, Some(vec![Some(1)])) };
            assert_eq!(seen, expected);
            assert!(log.write_marker(0, 0));
            assert!(!log.write_marker(0, 0));
            assert_eq!((values(&log).len(), log.committed("g", &[P0])), (1, Some(vec![Some(1)])));
        }
    }

    #[test]
    fn an_old_generation_cannot_commit() {
        let (log, who) = log();
        log.join("g", "second", &["t"]).unwrap();
        let p = log.init_producer("x", 0);
        let old = Err(LogError::IllegalGeneration { theirs: 1, ours: 2 });
        assert_eq!(log.send_offsets(p, &who, &[(P0, 1).into()], 0), old);
        assert_eq!(log.commit_offsets(&who, &[(P0, 1).into()]), old);
    }

    #[test]
    fn a_transaction_that_takes_too_long_is_aborted_and_its_producer_fenced() {
        let (log, _) = log();
        let p = log.init_producer("x", 0);
        log.append(p, P0, one("slow"), 100).unwrap();
        log.abort_begun_before(99, 200);
        assert_eq!(log.ends("t").unwrap()[0].last_stable, 0);
        log.abort_begun_before(100, 200);
        assert_eq!(log.ends("t").unwrap()[0].last_stable, 2);
        assert_eq!(log.end_transaction(p, true, 200), Err(LogError::Fenced("x".into())));
    }

    #[test]
    fn a_producer_without_an_id_has_no_transactions() {
        let (log, who) = log();
        let p = log.producer();
        log.append(p, P0, one("a"), 0).unwrap();
        assert_eq!(values(&log), ["a"]);
        assert_eq!(log.send_offsets(p, &who, &[], 0), Err(LogError::NotTransactional));
        assert_eq!(log.end_transaction(p, true, 0), Err(LogError::NotTransactional));
    }
}
