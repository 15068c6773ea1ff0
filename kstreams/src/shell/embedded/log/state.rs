//! Everything that is behind the handle's lock.
use super::{
    ChunkBuilder, LogError, LogRecord, Membership, ProducerHandle, TopicConfig, TopicPartition, group::Group, topic::Topic,
    transaction::Producers,
};
use std::collections::{BTreeMap, BTreeSet};

/// The producer of records that were written without one.
const NOBODY: u64 = u64::MAX;

#[derive(Debug, Default)]
pub(super) struct State {
    pub(super) topics: Vec<Topic>,
    by_name: BTreeMap<String, u32>,
    pub(super) producers: Producers,
    pub(super) groups: Vec<Group>,
    pub(super) delay_ends: bool,
    /// Counts changes, for those who wait for one.
    pub(super) version: u64,
}
impl State {
    pub(super) fn create_topic(&mut self, name: &str, partitions: u32, config: TopicConfig) -> Result<(), LogError> {
        if self.by_name.contains_key(name) {
            return Err(LogError::TopicExists(name.into()));
        }
        self.topics.push(Topic::new(name, partitions, config)?);
        self.by_name.insert(name.into(), self.topics.len() as u32 - 1);
        Ok(())
    }
    pub(super) fn topic_number(&self, name: &str) -> Result<u32, LogError> {
        self.by_name.get(name).copied().ok_or_else(|| LogError::UnknownTopic(name.into()))
    }
    pub(super) fn topic_named(&mut self, name: &str) -> Result<&mut Topic, LogError> {
        let number = self.topic_number(name)?;
        Ok(&mut self.topics[number as usize])
    }
    pub(super) fn append(&mut self, handle: ProducerHandle, to: TopicPartition, records: ChunkBuilder, now: i64) -> Result<i64, LogError> {
        let topic = self.topics.get_mut(to.topic as usize).ok_or_else(|| LogError::UnknownTopic(format!("number {}", to.topic)))?;
        topic.partition(to.partition)?;
        topic.accepts(&records)?;
        let transactional = self.enlist(handle, to, now)?;
        let topic = &mut self.topics[to.topic as usize];
        let partition = &mut topic.partitions[to.partition as usize];
        let base = partition.append(records.build(), handle.id, transactional);
        partition.compact_if_due(&topic.policy, now);
        Ok(base)
    }
    /// Appends outside any transaction, for callers that hold no producer.
    pub(super) fn append_plain(&mut self, topic: &str, partition: u32, records: ChunkBuilder) -> Result<i64, LogError> {
        let topic = self.topic_named(topic)?;
        topic.accepts(&records)?;
        Ok(topic.partition_mut(partition)?.append(records.build(), NOBODY, false))
    }
    pub(super) fn load(&mut self, topic: &str, records: impl IntoIterator<Item = LogRecord>) -> Result<(), LogError> {
        let count = self.topic_named(topic)?.count();
        let mut chunks: Vec<ChunkBuilder> = (0..count).map(|_| ChunkBuilder::default()).collect();
        for record in records {
            let partition = self.topic_named(topic)?.place(record.key.as_deref());
            let chunk = &mut chunks[partition as usize];
            chunk.push(record.time, record.key.as_deref(), record.value.as_deref(), &record.headers);
            if chunk.bytes() >= ChunkBuilder::FULL {
                self.append_plain(topic, partition, std::mem::take(chunk))?;
            }
        }
        let mut rest = chunks.into_iter().enumerate().filter(|(_, c)| !c.is_empty());
        rest.try_for_each(|(p, c)| self.append_plain(topic, p as u32, c).map(drop))
    }
    /// The group's number; it is made when it is first named.
    pub(super) fn group_number(&mut self, name: &str) -> u32 {
        let found = self.groups.iter().position(|g| g.name == name);
        found.unwrap_or_else(|| {
            self.groups.push(Group::new(name));
            self.groups.len() - 1
        }) as u32
    }
    pub(super) fn join(&mut self, group: &str, client_id: &str, topics: &[&str]) -> Result<Membership, LogError> {
        let subscribed = topics.iter().map(|t| self.topic_number(t)).collect::<Result<BTreeSet<u32>, _>>()?;
        let number = self.group_number(group);
        let topics = self.groups[number as usize].topics().union(&subscribed).copied().collect();
        let partitions = self.partitions_of(&topics);
        let group = &mut self.groups[number as usize];
        let member = group.join(client_id, subscribed, &partitions);
        Ok(Membership { group: number, member, generation: group.generation })
    }
    pub(super) fn leave(&mut self, who: &Membership) {
        let partitions = self.partitions_of(&self.groups[who.group as usize].topics());
        self.groups[who.group as usize].leave(who.member, &partitions);
    }
    fn partitions_of(&self, topics: &BTreeSet<u32>) -> Vec<TopicPartition> {
        let of = |topic: u32| (0..self.topics[topic as usize].count()).map(move |partition| TopicPartition { topic, partition });
        topics.iter().flat_map(|t| of(*t)).collect()
    }
}
