//! A task: the operators of one sub-topology over one partition, their stores, queues and timers. It is stepped by its worker and owns no thread.
mod batch;
mod build;
mod fault;
#[cfg(test)]
mod migration_tests;
mod outbox;
mod queue;
mod run;
mod state;
#[cfg(test)]
mod tests;

pub use batch::{Batch, Raw};
pub use outbox::{Outbox, Outgoing};

use crate::{
    op::{BeforeCommit, Clocks, Dropped, RunningProcessor, Scope},
    plan::{Deployment, NodeId, TaskId, TopicId},
    state::{GlobalRows, Globals, OpenStores},
    topology::Blueprint,
    worker::{BadRecords, SourceView, Work},
};
use kstreams_store::Backend;
use queue::Queue;
use std::{cell::RefCell, collections::BTreeMap, rc::Rc, sync::Arc};

/// Where a task stands with respect to its next record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Head {
    /// A record with this event time may be taken.
    Ready(i64),
    /// Records wait, but another source partition is empty and not known to be at its end; look again at this monotonic time (`i64::MAX`: when something arrives).
    Waiting(i64),
    /// Nothing waits.
    Empty,
}

/// Why a task cannot go on. The text names operator, topic, partition, offset and the way out.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct TaskError {
    pub(crate) kind: TaskErrorKind,
    pub(crate) text: String,
}
/// What a worker does about a [`TaskError`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TaskErrorKind {
    /// A bad record under policy `fail`, or a panic in user code: the task closes; trying again gives the same.
    BadRecord,
    /// The store could not be read or written: close, open again.
    Store,
}

/// A bad record that the policy let pass; the worker turns it into an event.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Skipped {
    pub(crate) topic: Arc<str>,
    pub(crate) partition: u32,
    pub(crate) offset: i64,
    pub(crate) operator: String,
    pub(crate) reason: String,
    pub(crate) dead_letter: Option<Arc<str>>,
}

/// A task with its operators built.
pub(crate) struct Task {
    id: TaskId,
    blueprint: Arc<Blueprint>,
    deployment: Arc<Deployment>,
    backend: Arc<dyn Backend>,
    stores: OpenStores,
    globals: Globals,
    queues: Vec<Queue>,
    scope: Scope,
    /// In the order of their nodes.
    before_commit: Vec<Box<dyn BeforeCommit>>,
    processors: Vec<Rc<RefCell<dyn RunningProcessor>>>,
    clocks: Clocks,
    policy: BadRecords,
    max_idle_ms: i64,
    max_future_ms: Option<i64>,
    skipped: Vec<Skipped>,
    /// Records taken or skipped since the last commit.
    taken: u64,
    /// Those of all commits before.
    taken_before: u64,
    /// Monotonic time at which user code first ran since the last commit; `None`: it did not.
    touched: Option<i64>,
    /// `start` was called since the operators were built: what never started is not stopped.
    started: bool,
    /// Where each changelog stood when the state was opened.
    positions: BTreeMap<TopicId, Option<i64>>,
    generation: u64,
    /// Wall time of the checkpoint that each changelog's rows were opened from.
    written_at: BTreeMap<TopicId, i64>,
    /// The database holds what is no longer true; the next checkpoint begins afresh.
    afresh: bool,
}
impl Task {
    fn queue(&self, topic: TopicId) -> Option<&Queue> {
        self.queues.iter().find(|q| q.topic == topic)
    }
    fn queue_mut(&mut self, topic: TopicId) -> Option<&mut Queue> {
        self.queues.iter_mut().find(|q| q.topic == topic)
    }
    /// Hands in records of a source partition.
    pub(crate) fn enqueue(&mut self, topic: TopicId, batch: Box<dyn Batch>) {
        if let Some(queue) = self.queue_mut(topic) {
            queue.enqueue(batch);
        }
    }
    /// A source partition was read to its end.
    pub(crate) fn end_of_partition(&mut self, topic: TopicId, offset: i64) {
        if let Some(queue) = self.queue_mut(topic) {
            queue.at_end = true;
            // What lies between the last record and the end are control records: they are passed with it.
            if queue.is_empty() && queue.position.is_some_and(|p| p < offset) {
                queue.position = Some(offset);
            }
        }
    }
    /// A source partition is held back, or not any more. While it is, its end is not known: records may lie behind the one that it had.
    pub(crate) fn hold(&mut self, topic: TopicId, held: bool) {
        if let Some(queue) = self.queue_mut(topic) {
            queue.held = held;
        }
    }
    pub(crate) fn queued_bytes(&self, topic: TopicId) -> usize {
        self.queue(topic).map_or(0, Queue::bytes)
    }
    /// Operators see these rows of a global table from the next record on.
    pub(crate) fn set_global(&self, topic: TopicId, rows: Arc<dyn GlobalRows>) {
        self.globals.set(topic, rows);
    }
    /// Records that name this topic are bad until then, wall time.
    pub(crate) fn unwritable(&mut self, topic: &Arc<str>, reason: &Arc<str>, until: i64) {
        self.scope.unwritable.learn(topic, reason, until);
    }
    /// Wall-clock time of the next timer (`Now::wall` scale).
    pub(crate) fn next_timer(&self) -> Option<i64> {
        self.scope.timers.next_wall()
    }
    /// Whether a processor asked for a commit since the last call.
    pub(crate) fn take_commit_request(&mut self) -> bool {
        std::mem::take(&mut self.scope.commit_requested) || self.is_rewriting()
    }
    pub(crate) fn take_skipped(&mut self) -> Vec<Skipped> {
        std::mem::take(&mut self.skipped)
    }
    /// What operators dropped on purpose since the last call.
    pub(crate) fn take_dropped(&mut self) -> Dropped {
        std::mem::take(&mut self.scope.dropped)
    }
    /// Whether anything was processed, skipped, written or forwarded since the last commit.
    pub(crate) fn dirty(&self) -> bool {
        self.taken > 0 || self.touched.is_some() || self.stores.walked.values().any(|(_, s)| s.is_dirty())
    }
    /// Monotonic time since when there is something that the last commit does not hold.
    pub(crate) fn dirty_since(&self) -> Option<i64> {
        self.touched
    }
    /// Records processed or skipped since the last commit.
    pub(crate) fn records_since_commit(&self) -> u64 {
        self.taken
    }
    /// What people see of a source partition.
    pub(crate) fn source_view(&self, topic: TopicId) -> SourceView {
        self.queue(topic).map(Queue::view).unwrap_or_default()
    }
    /// What people see of its work.
    pub(crate) fn work(&self) -> Work {
        let nodes = self.scope.counts.iter().enumerate().filter(|(_, count)| **count > 0);
        let nodes = nodes.map(|(node, count)| (NodeId(node as u32), *count)).collect();
        Work { processed: self.taken_before + self.taken, stream_time: self.scope.stream_time, nodes }
    }
    /// Offset behind the last processed (or skipped) record of a source; `None` if none was taken yet and nothing was committed.
    pub(crate) fn position(&self, topic: TopicId) -> Option<i64> {
        self.queue(topic).and_then(|q| q.position)
    }
    /// Committed offset of a source as the group knows it (at start, after an uncertain commit, after each commit): what `position` answers
    /// after a rewind, and already now if nothing was taken since the offset that was known before.
    pub(crate) fn set_committed_offset(&mut self, topic: TopicId, offset: Option<i64>) {
        if let Some(queue) = self.queue_mut(topic) {
            if queue.is_empty() && queue.position == queue.committed {
                queue.position = offset;
            }
            queue.committed = offset;
        }
    }
    /// What it wants to read again with its committed offsets: clocks that are in no row.
    pub(crate) fn note(&self) -> String {
        self.clocks.note()
    }
    /// What was committed with its offsets, which it has been told.
    pub(crate) fn recall(&mut self, notes: &[String]) {
        self.clocks.recall(notes, self.queues.iter().any(|queue| queue.committed.is_some()));
    }
    fn committed_offset(&self, topic: TopicId) -> Option<i64> {
        self.queue(topic).and_then(|q| q.committed)
    }
}
