//! Records on their way to the log, gathered by partition so that they are appended in chunks.
use super::{
    log::{ChunkBuilder, EmbeddedLog, LogError, ProducerHandle},
    topics::Numbers,
};
use crate::{
    plan::{Deployment, TopicId},
    task::Outgoing,
    worker::Input,
};

/// What was produced and is not in the log yet.
pub(super) struct Gathered {
    topics: Vec<Vec<ChunkBuilder>>,
    /// Partitions whose chunk is not empty, in the order of their first record.
    waiting: Vec<(TopicId, u32)>,
    /// Where the next record without a key goes, by topic.
    in_turn: Vec<u32>,
    /// Why a record since the last commit or abort was refused; it must not be committed over.
    pub(super) failure: Option<LogError>,
}
impl Gathered {
    pub(super) fn new(deployment: &Deployment) -> Gathered {
        let empty = |n: u32| (0..n).map(|_| ChunkBuilder::default()).collect();
        let topics: Vec<Vec<ChunkBuilder>> = deployment.topics.iter().map(|t| empty(t.partitions)).collect();
        Gathered { in_turn: vec![0; topics.len()], topics, waiting: vec![], failure: None }
    }
    /// Makes room for a topic that no deployment knows.
    pub(super) fn add_topic(&mut self, partitions: u32) {
        self.topics.push((0..partitions).map(|_| ChunkBuilder::default()).collect());
        self.in_turn.push(0);
    }
    /// Adds a record; answers whether its chunk is full.
    pub(super) fn add(&mut self, record: Outgoing<'_>) -> bool {
        let partition = record.partition.unwrap_or_else(|| self.next_in_turn(record.topic));
        let chunk = &mut self.topics[record.topic.0 as usize][partition as usize];
        if chunk.is_empty() {
            self.waiting.push((record.topic, partition));
        }
        chunk.push(record.timestamp, record.key, record.value, record.headers);
        chunk.bytes() >= ChunkBuilder::FULL
    }
    /// Whether nothing waits to be appended.
    pub(super) fn is_empty(&self) -> bool {
        self.waiting.is_empty()
    }
    /// Appends what waits; what the log refuses is told to the worker and remembered for the commit.
    pub(super) fn flush(&mut self, log: &EmbeddedLog, numbers: &Numbers, producer: ProducerHandle, now: i64, happened: &mut Vec<Input>) {
        for (topic, partition) in std::mem::take(&mut self.waiting) {
            let chunk = std::mem::take(&mut self.topics[topic.0 as usize][partition as usize]);
            if let Err(error) = log.append(producer, numbers.at(topic, partition), chunk, now) {
                happened.push(Input::DeliveryFailed { topic, reason: error.to_string() });
                self.failure.get_or_insert(error);
            }
        }
    }
    /// Forgets what waits and what failed.
    pub(super) fn forget(&mut self) {
        for (topic, partition) in std::mem::take(&mut self.waiting) {
            self.topics[topic.0 as usize][partition as usize] = ChunkBuilder::default();
        }
        self.failure = None;
    }
    fn next_in_turn(&mut self, topic: TopicId) -> u32 {
        let next = &mut self.in_turn[topic.0 as usize];
        let chosen = *next;
        *next = (chosen + 1) % self.topics[topic.0 as usize].len() as u32;
        chosen
    }
}
