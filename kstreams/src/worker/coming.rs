//! Records that this worker wrote to repartition topics which it reads itself. They are on their way, and until they are here they count as heads:
//! else tasks upstream would run ahead of those downstream by as much as a fetch takes, which in a backlog is hours of event time, and windows would
//! close over records that only wait to be fetched.
use super::{Now, engine::Engine, runs::Runs};
use crate::{
    plan::{Deployment, TaskId, TopicId},
    task::Outbox,
    worker::Guarantee,
};
use std::collections::BTreeMap;

/// After this they are not waited for any more, milliseconds: somebody else may read them by now. A busy broker or a machine under load takes seconds.
const PATIENCE_MS: i64 = 10_000;

/// Records of one partition.
struct Awaited {
    records: usize,
    /// The smallest of their timestamps.
    earliest: i64,
    /// Monotonic; `None` while the transaction that holds them is open: nobody can read them yet.
    until: Option<i64>,
}
/// What is on its way, by partition.
#[derive(Default)]
pub(super) struct Coming {
    /// Whether a topic is a repartition topic, by its id; empty if there is none.
    repartition: Vec<bool>,
    /// Records of the outbox that were looked at.
    counted: usize,
    awaited: BTreeMap<(TopicId, u32), Awaited>,
}
impl Coming {
    pub(super) fn new(deployment: &Deployment) -> Coming {
        let repartition: Vec<bool> = deployment.topics.iter().map(|topic| topic.origin.is_passed_through()).collect();
        Coming { repartition: if repartition.contains(&true) { repartition } else { vec![] }, ..Coming::default() }
    }
    /// Whether there are topics that this worker may write and read.
    pub(super) fn may_come(&self) -> bool {
        !self.repartition.is_empty()
    }
    /// Takes note of what is about to be produced.
    fn note(&mut self, outbox: &Outbox, until: Option<i64>) {
        if self.repartition.is_empty() {
            return;
        }
        for record in outbox.iter().skip(self.counted) {
            if let Some(partition) = record.partition.filter(|_| self.repartition[record.topic.0 as usize]) {
                let fresh = Awaited { records: 0, earliest: i64::MAX, until };
                let awaited = self.awaited.entry((record.topic, partition)).or_insert(fresh);
                awaited.records += 1;
                awaited.earliest = awaited.earliest.min(record.timestamp);
                awaited.until = until;
            }
        }
        self.counted = outbox.len();
    }
    /// The outbox was emptied.
    pub(super) fn outbox_emptied(&mut self) {
        self.counted = 0;
    }
    /// A transaction was committed: from now on its records can be read.
    pub(super) fn committed(&mut self, now: Now) {
        self.awaited.values_mut().for_each(|awaited| awaited.until = Some(now.monotonic + PATIENCE_MS));
    }
    /// What was produced will never be read.
    pub(super) fn aborted(&mut self) {
        self.awaited.clear();
        self.counted = 0;
    }
    pub(super) fn arrived(&mut self, topic: TopicId, partition: u32, records: usize) {
        if let Some(awaited) = self.awaited.get_mut(&(topic, partition)) {
            awaited.records = awaited.records.saturating_sub(records);
            if awaited.records == 0 {
                self.awaited.remove(&(topic, partition));
            }
        }
    }
}

impl<T: Runs> Engine<T> {
    /// Takes note of records in the outbox, before the shell empties it.
    pub(super) fn note_coming(&mut self, now: Now) {
        let until = match self.settings.guarantee {
            Guarantee::AtLeastOnce => Some(now.monotonic + PATIENCE_MS),
            Guarantee::ExactlyOnce => None,
        };
        self.coming.note(&self.outbox, until);
    }
    /// The earliest record that can be read, is to be read by this worker, and is not here; and how long it is waited for, monotonic.
    pub(super) fn earliest_coming(&mut self, now: Now) -> Option<(i64, i64)> {
        self.coming.awaited.retain(|_, awaited| awaited.until.is_none_or(|until| until > now.monotonic));
        let waited = self.coming.awaited.iter().filter_map(|(at, awaited)| Some((at, awaited.earliest, awaited.until?)));
        let mine = waited.filter(|((topic, partition), ..)| self.is_hungry(*topic, *partition));
        mine.map(|(_, earliest, until)| (earliest, until)).min()
    }
    /// Whether a task of this worker reads the partition and has nothing of it.
    fn is_hungry(&self, topic: TopicId, partition: u32) -> bool {
        let reader: Option<TaskId> = self.reader(topic, partition);
        let task = reader.and_then(|id| self.slots.get(&id)?.running());
        task.is_some_and(|task| task.queued_bytes(topic) == 0)
    }
}
