//! What was written to each topic, in the order in which it was written as far as the sends tell.
use crate::shell::embedded::{EmbeddedLog, LogError, LogRecord};
use std::{collections::BTreeMap, sync::Arc};

/// Committed records by topic. A log orders within a partition only; read after every send, the records are in the order of the sends.
#[derive(Debug, Default)]
pub(super) struct Captured {
    topics: BTreeMap<Arc<str>, Topic>,
}
#[derive(Debug, Default)]
struct Topic {
    positions: Vec<i64>,
    records: Vec<LogRecord>,
    taken: usize,
}
impl Captured {
    pub(super) fn read(&mut self, log: &EmbeddedLog) -> Result<(), LogError> {
        for info in log.topics() {
            let topic = self.topics.entry(info.name.clone()).or_default();
            topic.records.extend(log.read_new(&info.name, &mut topic.positions)?);
        }
        Ok(())
    }
    pub(super) fn all(&self, topic: &str) -> &[LogRecord] {
        self.topics.get(topic).map_or(&[], |t| &t.records)
    }
    /// Those that came since the last call.
    pub(super) fn take(&mut self, topic: &str) -> &[LogRecord] {
        let Some(topic) = self.topics.get_mut(topic) else { return &[] };
        let from = std::mem::replace(&mut topic.taken, topic.records.len());
        &topic.records[from..]
    }
}
