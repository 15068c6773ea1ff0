//! Source partitions that are being read, each with its position.
use super::log::{EmbeddedLog, Ends, Fetched, Isolation, LogError, TopicPartition};
use crate::{plan::TopicId, worker::Input};
use std::collections::BTreeMap;

/// Bytes handed in per partition and poll: what waits in a task's queue overshoots its limit by no more.
const BYTES_PER_POLL: usize = 256 << 10;

#[derive(Debug)]
struct Read {
    at: TopicPartition,
    next: i64,
    paused: bool,
    /// The end that the worker was told of.
    told_end: Option<i64>,
}

/// All source partitions of a worker.
#[derive(Debug, Default)]
pub(super) struct Reads {
    of: BTreeMap<(TopicId, u32), Read>,
}
impl Reads {
    /// Reads from an offset on, or from the first one that is held (no offset is committed yet, or it was deleted); without one and with `latest`,
    /// from the end.
    pub(super) fn start(
        &mut self,
        log: &EmbeddedLog,
        topic: TopicId,
        at: TopicPartition,
        from: Option<i64>,
        latest: bool,
    ) -> Result<(), LogError> {
        let Ends { first, end, .. } = log.ends_of(at)?;
        let next = from.unwrap_or(if latest { end } else { first }).clamp(first, end);
        self.of.insert((topic, at.partition), Read { at, next, paused: false, told_end: None });
        Ok(())
    }
    pub(super) fn stop(&mut self, topic: TopicId, partition: u32) {
        self.of.remove(&(topic, partition));
    }
    pub(super) fn pause(&mut self, topic: TopicId, partition: u32, paused: bool) {
        if let Some(read) = self.of.get_mut(&(topic, partition)) {
            read.paused = paused;
        }
    }
    /// Appends new records and ends.
    pub(super) fn poll(&mut self, log: &EmbeddedLog, happened: &mut Vec<Input>) {
        for ((topic, partition), read) in self.of.iter_mut().filter(|(_, r)| !r.paused) {
            let fetched = read.fetch(log);
            let records = fetched.batches.into_iter().map(|b| Input::Records { topic: *topic, partition: *partition, batch: Box::new(b) });
            happened.extend(records);
            if fetched.at_end && read.told_end.replace(read.next) != Some(read.next) {
                happened.push(Input::EndOfPartition { topic: *topic, partition: *partition, offset: read.next });
            }
        }
    }
}
impl Read {
    fn fetch(&mut self, log: &EmbeddedLog) -> Fetched {
        match log.fetch(self.at, self.next, i64::MAX, BYTES_PER_POLL, Isolation::ReadCommitted) {
            Ok(fetched) => {
                self.next = fetched.next;
                fetched
            }
            Err(error) => {
                tracing::warn!(%error, "reading goes on at the nearest offset that is held");
                self.next = log.ends_of(self.at).map_or(self.next, |e| self.next.clamp(e.first, e.end));
                Fetched { batches: vec![], next: self.next, at_end: false }
            }
        }
    }
}
