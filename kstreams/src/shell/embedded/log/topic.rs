//! A topic: its partitions and its configuration.
use super::{
    ChunkBuilder, LogError,
    config::{Policy, TopicConfig},
    partition::Partition,
};
use crate::partition::{Murmur2, Partitioner};
use std::sync::Arc;

/// A partition of the log, by the topic's number in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TopicPartition {
    /// Number of the topic: topics are numbered as they are created and never deleted.
    pub topic: u32,
    /// The partition.
    pub partition: u32,
}

/// What a topic is, as [`super::EmbeddedLog::topics`] tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TopicInfo {
    /// Its name.
    pub name: Arc<str>,
    /// Number of partitions.
    pub partitions: u32,
    /// Its configuration.
    pub config: TopicConfig,
}

#[derive(Debug)]
pub(super) struct Topic {
    pub(super) name: Arc<str>,
    pub(super) config: TopicConfig,
    pub(super) policy: Policy,
    pub(super) partitions: Vec<Partition>,
    /// The next partition for a record without a key.
    next_keyless: u32,
}
impl Topic {
    pub(super) fn new(name: &str, partitions: u32, config: TopicConfig) -> Result<Topic, LogError> {
        if partitions == 0 {
            return Err(LogError::NoPartitions(name.into()));
        }
        let policy = Policy::read(name, &config)?;
        let partitions = (0..partitions).map(|_| Partition::default()).collect();
        Ok(Topic { name: name.into(), config, policy, partitions, next_keyless: 0 })
    }
    pub(super) fn info(&self) -> TopicInfo {
        TopicInfo { name: self.name.clone(), partitions: self.count(), config: self.config.clone() }
    }
    pub(super) fn count(&self) -> u32 {
        self.partitions.len() as u32
    }
    pub(super) fn partition(&self, partition: u32) -> Result<&Partition, LogError> {
        self.partitions.get(partition as usize).ok_or_else(|| self.unknown(partition))
    }
    pub(super) fn partition_mut(&mut self, partition: u32) -> Result<&mut Partition, LogError> {
        let unknown = self.unknown(partition);
        self.partitions.get_mut(partition as usize).ok_or(unknown)
    }
    /// Whether these records may be appended.
    pub(super) fn accepts(&self, records: &ChunkBuilder) -> Result<(), LogError> {
        let limit = self.policy.max_message_bytes;
        if records.largest() > limit {
            return Err(LogError::TooLarge { topic: self.name.to_string(), bytes: records.largest(), limit });
        }
        if self.policy.compact && records.keyless() {
            return Err(LogError::KeyMissing(self.name.to_string()));
        }
        Ok(())
    }
    /// Where a record goes whose producer did not choose: by murmur2 of the key as Kafka's clients do; without a key in turn.
    pub(super) fn place(&mut self, key: Option<&[u8]>) -> u32 {
        match key {
            Some(key) => Murmur2::partition(key, self.count()),
            None => self.next_in_turn(),
        }
    }
    fn next_in_turn(&mut self) -> u32 {
        let chosen = self.next_keyless % self.count();
        self.next_keyless = (chosen + 1) % self.count();
        chosen
    }
    fn unknown(&self, partition: u32) -> LogError {
        LogError::UnknownPartition { topic: self.name.to_string(), partition, count: self.count() }
    }
}
