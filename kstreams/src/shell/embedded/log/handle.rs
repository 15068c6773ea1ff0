//! The handle that everyone shares, and its calls.
use super::{
    ChunkBuilder, CommitOffset, Ends, Fetched, GroupChange, Isolation, LogError, LogRecord, MemberId, Membership, ProducerHandle,
    TopicConfig, TopicInfo, TopicPartition, state::State, topic::Topic,
};
use crate::{Headers, task::Batch};
use std::{
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

/// An in-process log with Kafka's semantics. Clones are handles to the same log.
#[derive(Clone, Debug, Default)]
pub struct EmbeddedLog {
    shared: Arc<Shared>,
}
#[derive(Debug, Default)]
struct Shared {
    state: Mutex<State>,
    changed: Condvar,
}

/// For people: topics, records in and out.
impl EmbeddedLog {
    /// An empty log.
    pub fn new() -> EmbeddedLog {
        EmbeddedLog::default()
    }
    /// Creates a topic.
    ///
    /// # Errors
    /// It exists, has no partitions, or its configuration cannot be read.
    pub fn create_topic(&self, name: &str, partitions: u32, config: TopicConfig) -> Result<(), LogError> {
        self.change(|s| s.create_topic(name, partitions, config))
    }
    /// All topics, in the order of their creation.
    pub fn topics(&self) -> Vec<TopicInfo> {
        self.lock().topics.iter().map(Topic::info).collect()
    }
    /// Writes a record without a transaction. Its partition is that of Kafka's default partitioner: murmur2 of the key, without a key in turn.
    ///
    /// # Errors
    /// There is no such topic, or it does not take the record.
    pub fn produce(
        &self,
        topic: &str,
        key: Option<&[u8]>,
        value: Option<&[u8]>,
        time: i64,
        headers: &Headers,
    ) -> Result<(u32, i64), LogError> {
        let partition = self.change(|s| Ok(s.topic_named(topic)?.place(key)))?;
        self.produce_to(topic, partition, key, value, time, headers).map(|offset| (partition, offset))
    }
    /// Writes a record without a transaction to a given partition, and answers its offset.
    ///
    /// # Errors
    /// There is no such topic or partition, or it does not take the record.
    pub fn produce_to(
        &self,
        topic: &str,
        partition: u32,
        key: Option<&[u8]>,
        value: Option<&[u8]>,
        time: i64,
        headers: &Headers,
    ) -> Result<i64, LogError> {
        let mut records = ChunkBuilder::default();
        records.push(time, key, value, headers);
        self.change(|s| s.append_plain(topic, partition, records))
    }
    /// Writes many records in one go, each as [`EmbeddedLog::produce`] does; partition and offset of the records are not looked at.
    ///
    /// # Errors
    /// There is no such topic, or it does not take one of the records: then none was written to that record's partition.
    pub fn load(&self, topic: &str, records: impl IntoIterator<Item = LogRecord>) -> Result<(), LogError> {
        self.change(|s| s.load(topic, records))
    }
    /// The committed records of a topic, by partition, then by offset.
    ///
    /// # Errors
    /// There is no such topic.
    pub fn read(&self, topic: &str) -> Result<Vec<LogRecord>, LogError> {
        self.read_as(topic, Isolation::ReadCommitted)
    }
    /// The committed records of a topic behind these positions, by partition, then by offset; the positions move on.
    /// Positions that are missing are those of the partitions' first records.
    ///
    /// # Errors
    /// There is no such topic.
    pub fn read_new(&self, topic: &str, positions: &mut Vec<i64>) -> Result<Vec<LogRecord>, LogError> {
        let mut state = self.lock();
        let topic = state.topic_named(topic)?;
        positions.resize(topic.partitions.len(), 0);
        let mut records = vec![];
        for (number, (p, position)) in topic.partitions.iter().zip(positions).enumerate() {
            let fetched = p.fetch((*position).max(p.first), usize::MAX, Isolation::ReadCommitted, i64::MAX);
            *position = fetched.next;
            records.extend(fetched.batches.iter().flat_map(|b| copies(b, number as u32)));
        }
        Ok(records)
    }
    /// The records of a topic, by partition, then by offset.
    ///
    /// # Errors
    /// There is no such topic.
    pub fn read_as(&self, topic: &str, isolation: Isolation) -> Result<Vec<LogRecord>, LogError> {
        let mut state = self.lock();
        let topic = state.topic_named(topic)?;
        let of = |(number, p): (usize, &super::partition::Partition)| {
            let batches = p.fetch(p.first, usize::MAX, isolation, i64::MAX).batches;
            batches.into_iter().flat_map(move |b| copies(&b, number as u32))
        };
        Ok(topic.partitions.iter().enumerate().flat_map(of).collect())
    }
    /// First, last stable and end offset of each partition.
    ///
    /// # Errors
    /// There is no such topic.
    pub fn ends(&self, topic: &str) -> Result<Vec<Ends>, LogError> {
        Ok(self.lock().topic_named(topic)?.partitions.iter().map(|p| p.ends()).collect())
    }
    /// Deletes the records of a partition below an offset, at most up to the last stable offset.
    ///
    /// # Errors
    /// There is no such topic or partition.
    pub fn delete_records(&self, topic: &str, partition: u32, before: i64) -> Result<(), LogError> {
        self.change(|s| s.topic_named(topic)?.partition_mut(partition).map(|p| p.delete_records(before)))
    }
    /// Compacts a topic now, whatever its cleanup policy: the last record of each key stays, a tombstone for `delete.retention.ms` longer.
    /// Topics with `cleanup.policy=compact` are also compacted as workers write to them.
    ///
    /// # Errors
    /// There is no such topic.
    pub fn compact(&self, topic: &str, now: i64) -> Result<(), LogError> {
        self.change(|s| {
            let topic = s.topic_named(topic)?;
            let (retention, before) = (topic.policy.delete_retention_ms, topic.policy.compacts_before(now));
            topic.partitions.iter_mut().for_each(|p| p.compact(retention, before, now));
            Ok(())
        })
    }
    /// Deletes what is older than `retention.ms` from topics that have one and whose cleanup policy deletes. It never happens by itself:
    /// record times are event times, which a replay of old data would lose at once.
    pub fn expire(&self, now: i64) {
        self.change(|s| {
            for topic in &mut s.topics {
                let Some(retention) = topic.policy.retention_ms.filter(|_| topic.policy.delete) else { continue };
                topic.partitions.iter_mut().for_each(|p| p.expire(now.saturating_sub(retention)));
            }
        });
    }
}

/// For shells: partitions by number, producers, fetches.
impl EmbeddedLog {
    /// A topic's number.
    ///
    /// # Errors
    /// There is no such topic.
    pub fn topic_number(&self, name: &str) -> Result<u32, LogError> {
        self.lock().topic_number(name)
    }
    /// A producer without transactions.
    pub fn producer(&self) -> ProducerHandle {
        self.change(|s| s.producers.idempotent())
    }
    /// A transactional producer. Whoever had this id is fenced, and what it left open is aborted.
    pub fn init_producer(&self, transactional_id: &str, now: i64) -> ProducerHandle {
        self.change(|s| s.init_producer(transactional_id, now))
    }
    /// Appends records, in the producer's transaction if it has transactions, and answers the first offset. Nothing is written if one record is refused.
    ///
    /// # Errors
    /// Unknown partition, record refused, producer fenced.
    pub fn append(&self, producer: ProducerHandle, to: TopicPartition, records: ChunkBuilder, now: i64) -> Result<i64, LogError> {
        self.change(|s| s.append(producer, to, records, now))
    }
    /// Adds offsets to the producer's transaction; they are pending until it ends.
    ///
    /// # Errors
    /// Old generation, unknown member, producer fenced or without transactions.
    pub fn send_offsets(&self, producer: ProducerHandle, who: &Membership, offsets: &[CommitOffset], now: i64) -> Result<(), LogError> {
        self.change(|s| s.send_offsets(producer, who, offsets, now))
    }
    /// Commits or aborts the producer's transaction; without one nothing happens.
    ///
    /// # Errors
    /// Producer fenced or without transactions.
    pub fn end_transaction(&self, producer: ProducerHandle, commit: bool, now: i64) -> Result<(), LogError> {
        self.change(|s| s.end_transaction(producer, commit, now))
    }
    /// From now on markers are written by [`EmbeddedLog::complete_ends`] (or when the producer goes on) and not at once:
    /// Kafka's coordinator, too, answers before the last stable offset moves.
    pub fn delay_ends(&self, delay: bool) {
        self.change(|s| s.delay_ends = delay);
    }
    /// Writes the markers of decided transactions.
    pub fn complete_ends(&self, now: i64) {
        self.change(|s| s.complete_ends(now));
    }
    /// Writes one marker of the decided transactions, which `pick` chooses (modulo the number due); answers whether one was due. Partitions
    /// and offsets get their markers one by one, in any order: on a cluster, too, an offset can be seen before the records it belongs to.
    pub fn write_marker(&self, pick: usize, now: i64) -> bool {
        self.change(|s| s.write_marker(pick, now))
    }
    /// Aborts the transactions that began at `before` or earlier and fences their producers, as after `transaction.timeout.ms`.
    pub fn abort_begun_before(&self, before: i64, now: i64) {
        self.change(|s| s.abort_begun_before(before, now));
    }
    /// Records of a partition from `from` up to `to` (exclusive); at least a chunk, then until `max_bytes`.
    ///
    /// # Errors
    /// Unknown partition, or `from` is not between the first and the end offset.
    pub fn fetch(&self, of: TopicPartition, from: i64, to: i64, max_bytes: usize, isolation: Isolation) -> Result<Fetched, LogError> {
        let state = self.lock();
        let topic = state.topics.get(of.topic as usize).ok_or_else(|| LogError::UnknownTopic(format!("number {}", of.topic)))?;
        let partition = topic.partition(of.partition)?;
        let Ends { first, end, .. } = partition.ends();
        if from < first || from > end {
            return Err(LogError::OutOfRange { topic: topic.name.to_string(), partition: of.partition, offset: from, first, end });
        }
        Ok(partition.fetch(from, max_bytes, isolation, to))
    }
    /// The offsets that bound a partition.
    ///
    /// # Errors
    /// Unknown partition.
    pub fn ends_of(&self, of: TopicPartition) -> Result<Ends, LogError> {
        let state = self.lock();
        let topic = state.topics.get(of.topic as usize).ok_or_else(|| LogError::UnknownTopic(format!("number {}", of.topic)))?;
        Ok(topic.partition(of.partition)?.ends())
    }
    /// Wakes everyone who waits for a change.
    pub fn wake(&self) {
        self.change(|_| ());
    }
    /// Counts changes of the log.
    pub fn version(&self) -> u64 {
        self.lock().version
    }
    /// Waits until the log has changed since `version`, or for `timeout`.
    pub fn wait(&self, version: u64, timeout: Duration) {
        let state = self.lock();
        let waited = self.shared.changed.wait_timeout_while(state, timeout, |s| s.version == version);
        drop(waited.unwrap_or_else(PoisonError::into_inner));
    }
}

/// For shells: groups and their offsets.
impl EmbeddedLog {
    /// Joins a group as a new member that wants partitions of these topics.
    ///
    /// # Errors
    /// One of the topics does not exist.
    pub fn join(&self, group: &str, client_id: &str, topics: &[&str]) -> Result<Membership, LogError> {
        self.change(|s| s.join(group, client_id, topics))
    }
    /// What the group wants of this member; the member has then seen the current generation.
    ///
    /// # Errors
    /// The member is not in the group.
    pub fn poll_group(&self, who: &mut Membership) -> Result<GroupChange, LogError> {
        // Nothing that others could wait for changes here.
        let mut state = self.lock();
        let group = &mut state.groups[who.group as usize];
        let change = group.poll(who.member)?;
        who.generation = group.generation;
        Ok(change)
    }
    /// Gives partitions back to the group.
    pub fn release(&self, who: &Membership, partitions: &[TopicPartition]) {
        self.change(|s| s.groups[who.group as usize].release(who.member, partitions));
    }
    /// Leaves the group, of its own accord or (called by somebody else) as after a session time-out.
    pub fn leave(&self, who: &Membership) {
        self.change(|s| s.leave(who));
    }
    /// Members of a group with their client id and what they own.
    pub fn members(&self, group: &str) -> Vec<(MemberId, String, Vec<TopicPartition>)> {
        self.lock().groups.iter().find(|g| g.name == group).map(|g| g.owners()).unwrap_or_default()
    }
    /// Commits offsets outside a transaction.
    ///
    /// # Errors
    /// Old generation or unknown member.
    pub fn commit_offsets(&self, who: &Membership, offsets: &[CommitOffset]) -> Result<(), LogError> {
        self.change(|s| s.commit_offsets(who, offsets))
    }
    /// How many committed records of a topic a group has not committed an offset behind: 0 when it is through with them. `None` while a
    /// transaction has not ended that changes the answer.
    ///
    /// # Errors
    /// There is no such topic.
    pub fn unread(&self, group: &str, topic: &str) -> Result<Option<usize>, LogError> {
        self.unread_of(group, topic, false)
    }
    /// The same, with `latest` of a group that begins at the end of a partition that nothing is committed of.
    pub(crate) fn unread_of(&self, group: &str, topic: &str, latest: bool) -> Result<Option<usize>, LogError> {
        let mut state = self.lock();
        let (group, topic) = (state.group_number(group), state.topic_number(topic)?);
        Ok(state.unread(group, topic, latest))
    }
    /// Committed offsets of a group, `None` where there is none yet. The outer `None`: a transaction that changes one of them has not ended; ask again.
    pub fn committed(&self, group: &str, of: &[TopicPartition]) -> Option<Vec<Option<i64>>> {
        let mut state = self.lock();
        let group = state.group_number(group);
        state.committed(group, of)
    }
    /// What was committed with these offsets as metadata, where something is committed.
    pub fn notes(&self, group: &str, of: &[TopicPartition]) -> Vec<Arc<str>> {
        let mut state = self.lock();
        let group = state.group_number(group);
        state.notes(group, of)
    }
}

impl EmbeddedLog {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.shared.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
    fn change<T>(&self, f: impl FnOnce(&mut State) -> T) -> T {
        let mut state = self.lock();
        let answer = f(&mut state);
        state.version += 1;
        drop(state);
        self.shared.changed.notify_all();
        answer
    }
}

fn copies(batch: &super::LogBatch, partition: u32) -> Vec<LogRecord> {
    (0..batch.len()).map(|i| LogRecord::copy_of(batch.get(i), partition, batch.headers(i))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(key: Option<&str>, time: i64) -> LogRecord {
        LogRecord { key: key.map(|k| k.as_bytes().to_vec()), value: Some(vec![1]), time, ..LogRecord::default() }
    }

    #[test]
    fn loaded_records_lie_where_produced_ones_lie() {
        let (one, many) = (EmbeddedLog::new(), EmbeddedLog::new());
        let records: Vec<LogRecord> =
            (0..20).map(|i| record(Some(&format!("key-{}", i % 7)).filter(|_| i % 5 > 0).map(|k| k.as_str()), i)).collect();
        for log in [&one, &many] {
            log.create_topic("t", 3, TopicConfig::new()).unwrap();
        }
        for r in &records {
            one.produce("t", r.key.as_deref(), r.value.as_deref(), r.time, &r.headers).unwrap();
        }
        many.load("t", records).unwrap();
        assert_eq!(one.read("t"), many.read("t"));
        assert_eq!(one.read("t").unwrap().len(), 20);
    }

    #[test]
    fn refusals_name_topic_and_way_out() {
        let log = EmbeddedLog::new();
        log.create_topic("small", 2, TopicConfig::compacted().set("max.message.bytes", "4")).unwrap();
        let none = Headers::new();
        let cases = [
            (log.create_topic("small", 1, TopicConfig::new()).unwrap_err(), "topic `small` exists already"),
            (log.create_topic("empty", 0, TopicConfig::new()).unwrap_err(), "topic `empty` needs at least one partition"),
            (log.read("gone").unwrap_err(), "topic `gone` does not exist; create it with `EmbeddedLog::create_topic`"),
            (log.produce("small", None, None, 0, &none).unwrap_err(), "a record without a key cannot go to the compacted topic `small`"),
            (
                log.produce("small", Some(b"k"), Some(b"long"), 0, &none).unwrap_err(),
                "a record of 5 bytes is too large for topic `small`: its `max.message.bytes` is 4",
            ),
            (log.produce_to("small", 2, Some(b"k"), None, 0, &none).unwrap_err(), "topic `small` has no partition 2; it has 2"),
        ];
        for (error, text) in cases {
            assert_eq!(error.to_string(), text);
        }
    }

    #[test]
    fn an_offset_that_was_deleted_is_out_of_range() {
        let log = EmbeddedLog::new();
        log.create_topic("t", 1, TopicConfig::new()).unwrap();
        log.load("t", (0..3).map(|i| record(Some("k"), i))).unwrap();
        log.delete_records("t", 0, 2).unwrap();
        let p = TopicPartition { topic: 0, partition: 0 };
        let fetch = |from| log.fetch(p, from, i64::MAX, 1, Isolation::ReadCommitted).map(|f| f.next);
        assert_eq!((fetch(2), fetch(3)), (Ok(3), Ok(3)));
        assert!(matches!(fetch(1), Err(LogError::OutOfRange { first: 2, end: 3, .. })));
        assert!(matches!(fetch(4), Err(LogError::OutOfRange { .. })));
    }

    #[test]
    fn only_topics_with_retention_expire() {
        let log = EmbeddedLog::new();
        for (name, config) in [
            ("kept", TopicConfig::new()),
            ("short", TopicConfig::new().set("retention.ms", "10")),
            ("compacted", TopicConfig::compacted().set("retention.ms", "10")),
        ] {
            log.create_topic(name, 1, config).unwrap();
            log.load(name, [record(Some("k"), 0)]).unwrap();
        }
        log.expire(11);
        let left = ["kept", "short", "compacted"].map(|t| log.read(t).unwrap().len());
        assert_eq!(left, [1, 0, 1]);
    }

    #[test]
    fn a_waiter_wakes_for_a_change() {
        let log = EmbeddedLog::new();
        let version = log.version();
        let (other, waiter) = (log.clone(), log.clone());
        let waiting = std::thread::spawn(move || waiter.wait(version, Duration::from_secs(60)));
        other.create_topic("t", 1, TopicConfig::new()).unwrap();
        waiting.join().unwrap();
    }
}
