//! Changelog partitions that are being read back.
use super::log::{EmbeddedLog, Isolation, LogBatch, LogError, TopicPartition};
use crate::{
    plan::{TaskId, TopicId},
    worker::Input,
};

/// Bytes handed in per changelog and poll.
const BYTES_PER_POLL: usize = 1 << 20;

#[derive(Debug)]
struct Restore {
    task: TaskId,
    topic: TopicId,
    at: TopicPartition,
    next: i64,
    to: i64,
}

/// All changelogs that a worker reads back.
#[derive(Debug, Default)]
pub(super) struct Restores {
    running: Vec<Restore>,
}
impl Restores {
    pub(super) fn start(&mut self, task: TaskId, topic: TopicId, at: TopicPartition, from: i64, to: i64) {
        self.running.push(Restore { task, topic, at, next: from, to });
    }
    pub(super) fn stop(&mut self, task: TaskId) {
        self.running.retain(|r| r.task != task);
    }
    /// Appends what was read; what has reached its end is done with.
    pub(super) fn poll(&mut self, log: &EmbeddedLog, happened: &mut Vec<Input>) {
        for restore in &mut self.running {
            if let Err(error) = restore.poll(log, happened) {
                tracing::warn!(%error, task = %restore.task, "a changelog cannot be read back; it is tried again");
            }
        }
        self.running.retain(|r| r.next < r.to);
    }
}
impl Restore {
    fn poll(&mut self, log: &EmbeddedLog, happened: &mut Vec<Input>) -> Result<(), LogError> {
        let from = self.next.max(log.ends_of(self.at)?.first);
        let fetched = log.fetch(self.at, from, self.to, BYTES_PER_POLL, Isolation::ReadCommitted)?;
        let moved = fetched.next > self.next;
        self.next = fetched.next;
        let mut batches = fetched.batches;
        if batches.is_empty() && moved {
            batches.push(LogBatch::empty());
        }
        self.hand_in(batches, happened);
        Ok(())
    }
    /// Every batch says where it ends; the last one, where the fetch ended: control records may lie behind it.
    fn hand_in(&self, batches: Vec<LogBatch>, happened: &mut Vec<Input>) {
        let count = batches.len();
        for (i, batch) in batches.into_iter().enumerate() {
            let next = if i + 1 == count { self.next } else { batch.end() };
            happened.push(Input::Restored { task: self.task, topic: self.topic, batch: Box::new(batch), next });
        }
    }
}
