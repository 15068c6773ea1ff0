//! Everything that can happen to a worker. Time comes with each input; a worker never asks for it.
use crate::{
    plan::{TaskId, TopicId},
    state::GlobalRows,
    task::Batch,
};
use kstreams_store::{Backend, Parked, Snapshot};
use std::sync::Arc;

/// The two clocks, handed in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Now {
    /// Milliseconds of a clock that never goes back; schedules hang on it.
    pub monotonic: i64,
    /// Wall-clock epoch milliseconds; user code sees it.
    pub wall: i64,
}

/// What happened.
pub enum Input {
    /// The group gave these tasks to this worker. It opens, restores and starts them.
    Assigned(Vec<TaskId>),
    /// The group wants these tasks back; the worker commits, lets go and answers with [`super::Output::Release`].
    Revoking(Vec<TaskId>),
    /// These tasks are gone without notice (session lost, fenced): nothing of them may be committed.
    Lost(Vec<TaskId>),
    /// Answer to [`super::Output::OpenState`].
    Opened {
        /// Of this task.
        task: TaskId,
        /// Its database, and the committed slots of its stores if it was parked in this process.
        state: Result<OpenedState, String>,
    },
    /// Answer to [`super::Output::FetchCommitted`]: stable committed offsets of a task's source partitions; `None` where there is none yet.
    CommittedOffsets {
        /// Of this task.
        task: TaskId,
        /// One entry a source partition.
        offsets: Result<Vec<(TopicId, Option<i64>)>, String>,
        /// What was committed with them as metadata, in any order.
        notes: Vec<String>,
    },
    /// Answer to [`super::Output::FetchEnds`]: first offset and last stable offset of each changelog partition.
    ChangelogEnds {
        /// Of this task.
        task: TaskId,
        /// `(topic, first offset, end offset)`.
        ends: Result<Vec<(TopicId, i64, i64)>, String>,
    },
    /// Records of a changelog partition that is being read back.
    Restored {
        /// For this task.
        task: TaskId,
        /// Of this changelog.
        topic: TopicId,
        /// The records.
        batch: Box<dyn Batch>,
        /// Offset behind the last one seen, control records included.
        next: i64,
    },
    /// Records of a source partition.
    Records {
        /// Source topic.
        topic: TopicId,
        /// Partition.
        partition: u32,
        /// The records.
        batch: Box<dyn Batch>,
    },
    /// A source partition was read to its last stable offset.
    EndOfPartition {
        /// Source topic.
        topic: TopicId,
        /// Partition.
        partition: u32,
        /// The offset that will come next.
        offset: i64,
    },
    /// A global table as it is now: first when it has caught up with its topic, then whenever it has changed. Tasks start when all are known.
    Global {
        /// Its topic.
        topic: TopicId,
        /// Its rows.
        rows: Arc<dyn GlobalRows>,
    },
    /// Answer to [`super::Output::Commit`].
    Committed(Result<CommitDone, CommitFailure>),
    /// Answer to [`super::Output::Abort`]: the transaction is gone, the producer can be used again. `Err`: this worker cannot go on.
    Aborted(Result<(), String>),
    /// A produced record was refused after it had left (delivery report).
    DeliveryFailed {
        /// Where it was to go.
        topic: TopicId,
        /// What the broker said.
        reason: String,
    },
    /// A topic that a record names (`to_dynamic`) cannot be written, so the record was not produced. What names it from now on is a bad record.
    Unwritable {
        /// Its name on the brokers.
        name: Arc<str>,
        /// What keeps it from being written, and the way out.
        reason: Arc<str>,
    },
    /// Answer to [`super::Output::Checkpoint`].
    Checkpointed {
        /// Of this task.
        task: TaskId,
        /// The generation that the checkpoint went up to.
        generation: u64,
        /// The view that reads fall through to from now on.
        snapshot: Result<Arc<dyn Snapshot>, String>,
    },
    /// Somebody wants rows of a store. Answer: [`super::Output::Answer`], at once.
    Query(super::Query),
    /// Somebody wants to see how it stands. Answer: [`super::Output::Seen`], at once.
    Look,
    /// Finish: commit, let go of everything, answer with [`super::Output::Closed`].
    Close,
}

/// A task's state as the shell opened it.
pub struct OpenedState {
    /// The task's database.
    pub backend: Arc<dyn Backend>,
    /// Store name → committed slots that no checkpoint holds yet, if the task was parked in this process.
    pub parked: Option<ParkedTask>,
}

/// What a task leaves behind in its process when it moves away: `Send`, no operators.
pub struct ParkedTask {
    /// Its database.
    pub backend: Arc<dyn Backend>,
    /// Committed slots of each store, by store name.
    pub stores: Vec<(Arc<str>, Parked)>,
    /// Changelog positions that the committed slots stand at: `(topic name, offset)`.
    pub positions: Vec<(Arc<str>, i64)>,
    /// The last committed generation.
    pub generation: u64,
    /// The database holds nothing of this state: it is being rebuilt, and the next checkpoint must begin afresh.
    pub afresh: bool,
}

/// A commit that went through.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CommitDone {
    /// End offsets asked for by `Commit::positions_of`, in that order: taken after the commit and before anything else was produced.
    pub positions: Vec<i64>,
}

/// Why a commit did not go through; it says what to do next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CommitFailure {
    /// Refused: the generation is old, a record was not delivered, the transaction must be aborted. Tasks stay; abort and rewind.
    Refused(String),
    /// Nobody knows whether it went through (time-out, disconnect). The producer must be replaced, then rewind to what is really committed.
    Indefinite(String),
    /// Another producer has this transactional id: let go of everything and rejoin.
    Fenced(String),
    /// The program or the cluster must be changed.
    Fatal(String),
}
