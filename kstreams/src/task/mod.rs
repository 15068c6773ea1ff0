//! A task: the operators of one sub-topology over one partition, their stores, queues and timers. It is stepped by its worker and owns no thread.
mod batch;
mod outbox;

pub use batch::{Batch, Raw};
pub use outbox::{Outbox, Outgoing};

use crate::{
    plan::{Deployment, TaskId, TopicId},
    topology::Blueprint,
    worker::{Now, OpenedState, ParkedTask, Settings},
};
use kstreams_store::{Backend, Checkpoint, Snapshot};
use std::sync::Arc;

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
    _id: TaskId,
}

#[allow(clippy::unused_self, reason = "signatures first")]
impl Task {
    /// Builds the operators over the state that the shell opened. Nothing runs before [`Task::start`].
    pub(crate) fn build(
        _b: &Arc<Blueprint>,
        _d: &Arc<Deployment>,
        id: TaskId,
        _settings: &Settings,
        _state: OpenedState,
    ) -> Result<Task, TaskError> {
        Ok(Task { _id: id })
    }
    /// Runs the processors' `start`; restore is over.
    pub(crate) fn start(&mut self, _now: Now, _outbox: &mut Outbox) -> Result<(), TaskError> {
        Ok(())
    }
    // ---- source queues
    pub(crate) fn enqueue(&mut self, _topic: TopicId, _batch: Box<dyn Batch>) {}
    pub(crate) fn end_of_partition(&mut self, _topic: TopicId, _offset: i64) {}
    pub(crate) fn queued_bytes(&self, _topic: TopicId) -> usize {
        0
    }
    // ---- running
    /// May decode the heads of queues; a head that cannot be decoded is dealt with by policy (skipped ones are gone, see `take_skipped`).
    pub(crate) fn head(&mut self, _now: Now, _outbox: &mut Outbox) -> Result<Head, TaskError> {
        Ok(Head::Empty)
    }
    /// Takes the record with the smallest timestamp, pushes it through the operators, fires stream-time timers.
    pub(crate) fn process(&mut self, _now: Now, _outbox: &mut Outbox) -> Result<(), TaskError> {
        Ok(())
    }
    /// Fires wall-clock timers that are due.
    pub(crate) fn punctuate(&mut self, _now: Now, _outbox: &mut Outbox) -> Result<(), TaskError> {
        Ok(())
    }
    /// Wall-clock time of the next timer (`Now::wall` scale).
    pub(crate) fn next_timer(&self) -> Option<i64> {
        None
    }
    /// Whether a processor asked for a commit since the last call.
    pub(crate) fn take_commit_request(&mut self) -> bool {
        false
    }
    pub(crate) fn take_skipped(&mut self) -> Vec<Skipped> {
        vec![]
    }
    // ---- commit walk
    /// Whether anything was processed, skipped, written or forwarded since the last commit.
    pub(crate) fn dirty(&self) -> bool {
        false
    }
    /// Records processed or skipped since the last commit.
    pub(crate) fn records_since_commit(&self) -> u64 {
        0
    }
    /// Offset behind the last processed (or skipped) record of a source; `None` if none was taken yet and nothing was committed.
    pub(crate) fn position(&self, _topic: TopicId) -> Option<i64> {
        None
    }
    /// Forwards what `emit_on_commit` held back, encodes what changed, puts the changelog records into the outbox. No record may be processed until `committed` or `rewind`.
    pub(crate) fn prepare_commit(&mut self, _now: Now, _outbox: &mut Outbox) -> Result<(), TaskError> {
        Ok(())
    }
    /// Open slots become committed slots of this generation.
    pub(crate) fn committed(&mut self, _generation: u64) {}
    /// Back to the last commit: open slots are dropped, queues cleared, operators built afresh (their clocks start at −1, as after a restart). `start` must follow.
    pub(crate) fn rewind(&mut self) -> Result<(), TaskError> {
        Ok(())
    }
    /// Committed offset of a source as the group knows it (at start and after each commit): what `position` answers after a rewind.
    pub(crate) fn set_committed_offset(&mut self, _topic: TopicId, _offset: Option<i64>) {}
    // ---- checkpoint and budget
    /// Rows up to a generation, with positions `(changelog, end offset)`.
    pub(crate) fn checkpoint(&mut self, _generation: u64, _now: Now, _positions: &[(TopicId, i64)]) -> Checkpoint {
        Checkpoint::default()
    }
    pub(crate) fn checkpointed(&mut self, _generation: u64, _snapshot: Arc<dyn Snapshot>) -> Result<(), TaskError> {
        Ok(())
    }
    pub(crate) fn backend(&self) -> Option<Arc<dyn Backend>> {
        None
    }
    pub(crate) fn open_bytes(&self) -> usize {
        0
    }
    pub(crate) fn committed_bytes(&self) -> usize {
        0
    }
    // ---- restore
    /// Where each changelog is to be read from: the stored (or parked) position, `None` for an empty store. Sources that are their own changelog are among them.
    pub(crate) fn restore_positions(&self) -> Vec<(TopicId, Option<i64>)> {
        vec![]
    }
    /// Puts changelog records into committed slots of `generation`.
    pub(crate) fn restore(&mut self, _topic: TopicId, _batch: &dyn Batch, _generation: u64) -> Result<(), TaskError> {
        Ok(())
    }
    // ---- end
    /// Runs the processors' `stop` and leaves the committed state behind. `positions` as in `checkpoint`, for what is committed now.
    pub(crate) fn park(self, _generation: u64, _positions: Vec<(Arc<str>, i64)>) -> ParkedTask {
        unreachable!("the engine is being written")
    }
}
