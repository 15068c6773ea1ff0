//! Everything that a worker can want of the world. A shell performs outputs in order and decides nothing.
use super::input::ParkedTask;
use crate::{
    op::Dropped,
    plan::{TaskId, TopicId},
};
use kstreams_store::{Backend, Checkpoint};
use std::sync::Arc;

/// What the shell shall do. Before each output it produces what waits in the worker's [`crate::task::Outbox`].
pub enum Output {
    /// Open the task's database, or take it from the process's parked ones. Answer: `Opened`.
    OpenState(TaskId),
    /// Ask for the committed offsets of the task's source partitions, stable ones only. Answer: `CommittedOffsets`.
    FetchCommitted(TaskId),
    /// Ask for first and last stable offset of these changelog partitions (number: the task's). Answer: `ChangelogEnds`.
    FetchEnds {
        /// For this task.
        task: TaskId,
        /// The changelogs.
        topics: Vec<TopicId>,
    },
    /// Read a changelog partition back from `from` up to `to`. Answers: `Restored`, many.
    Restore {
        /// For this task.
        task: TaskId,
        /// The changelog.
        topic: TopicId,
        /// First offset wanted.
        from: i64,
        /// End, exclusive.
        to: i64,
    },
    /// Stop reading changelogs back for this task.
    StopRestore(TaskId),
    /// Start (or go on) handing in records of a source partition from an offset. `None`: nothing is committed, the source's reset policy says where.
    Read {
        /// Source topic.
        topic: TopicId,
        /// Partition.
        partition: u32,
        /// First offset wanted.
        from: Option<i64>,
    },
    /// Hand in no more records of this partition until [`Output::Resume`]: its queue is full.
    Pause(TopicId, u32),
    /// The queue has room again.
    Resume(TopicId, u32),
    /// Flush, add these offsets, commit. Answer: `Committed`.
    Commit(Commit),
    /// Abort the open transaction (at least once: forget what is in flight). Answer: `Aborted`.
    Abort {
        /// After an indefinite outcome or a fencing: destroy the producer and initialise a new one with the same transactional id.
        replace_producer: bool,
    },
    /// Write a checkpoint on the writer thread. Answer: `Checkpointed`.
    Checkpoint {
        /// Of this task.
        task: TaskId,
        /// Up to this generation.
        generation: u64,
        /// Its database.
        backend: Arc<dyn Backend>,
        /// The rows and positions.
        rows: Checkpoint,
    },
    /// The revoked tasks are done with: give their partitions back to the group.
    Release(Vec<TaskId>),
    /// Keep the state of a task that moved away, until it is claimed or checkpointed and closed.
    Park {
        /// The task.
        task: TaskId,
        /// Its state.
        state: ParkedTask,
    },
    /// Delete records of a repartition topic below an offset that is committed.
    Purge {
        /// Repartition topic.
        topic: TopicId,
        /// Partition.
        partition: u32,
        /// First offset to keep.
        before: i64,
    },
    /// The answer to [`super::Input::Query`].
    Answer(super::Answer),
    /// The answer to [`super::Input::Look`]; the shell adds where the log ends.
    Seen(Box<super::View>),
    /// Something people want to know; see [`Event`].
    Event(Event),
    /// The worker is done: everything is committed, parked and released.
    Closed,
}

/// What one commit covers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Commit {
    /// Source offsets: the next record to read, by topic and partition.
    pub offsets: Vec<(TopicId, u32, i64)>,
    /// Whether anything was produced since the last commit; without it there is no transaction, offsets alone are committed.
    pub produced: bool,
    /// Changelog partitions whose end offset is wanted with the answer, because a checkpoint follows.
    pub positions_of: Vec<(TopicId, u32)>,
}

/// For logs, metrics, progress bars and tests.
#[derive(Clone, Debug, PartialEq)]
pub enum Event {
    /// A task changed its state.
    Task {
        /// The task.
        task: TaskId,
        /// Its new state.
        state: TaskState,
    },
    /// How far a restore has come.
    RestoreProgress {
        /// The task.
        task: TaskId,
        /// Records read back so far.
        restored: u64,
        /// Offsets still to go.
        remaining: u64,
        /// Milliseconds since it began.
        elapsed_ms: i64,
    },
    /// A bad record was skipped or sent to the dead-letter topic.
    BadRecord {
        /// The task.
        task: TaskId,
        /// Source topic.
        topic: Arc<str>,
        /// Partition.
        partition: u32,
        /// Offset.
        offset: i64,
        /// The operator's label.
        operator: String,
        /// What was wrong with it.
        reason: String,
        /// The dead-letter topic it went to.
        dead_letter: Option<Arc<str>>,
    },
    /// A task failed and was closed; its neighbours go on.
    TaskFailed {
        /// The task.
        task: TaskId,
        /// Why, with operator, topic, partition and offset.
        reason: String,
        /// When it is tried again, milliseconds from now; `None`: never, the program must be changed.
        retry_in_ms: Option<i64>,
    },
    /// A commit went through.
    Committed {
        /// Source records that it covers.
        records: u64,
        /// Milliseconds from the walk's begin to its end.
        took_ms: i64,
    },
    /// Operators dropped records on purpose since the last commit; told with the commit that makes it final.
    Dropped {
        /// The task.
        task: TaskId,
        /// How many, and why.
        dropped: Dropped,
    },
    /// A transaction was aborted; every task of the worker went back to its committed offsets.
    Aborted {
        /// Why.
        reason: String,
    },
    /// A topic has come that a pattern of the topology matches: it is read from the next start on, when tasks are planned anew. The application
    /// tells it, not a worker.
    TopicFound {
        /// The pattern, as names on the brokers are matched with it.
        pattern: String,
        /// The topic.
        topic: Arc<str>,
    },
    /// The group has answered: a worker is a member, and has these tasks besides those that it had, or none.
    Assigned {
        /// How many came.
        tasks: usize,
    },
    /// A member with another layout is in the group: tasks are held.
    Held {
        /// Whom it waits for.
        waiting_for: String,
    },
}

/// States of a task.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TaskState {
    /// Waits for its database and offsets.
    Opening,
    /// Reads its changelogs back.
    Restoring,
    /// Processes records.
    Running,
    /// Failed; waits to be tried again or for good.
    Quarantined,
    /// Moved away or closed.
    Closed,
}
