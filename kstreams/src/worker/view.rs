//! A worker at one moment, for people: what each task has, does and waits for. Made only when somebody looks; nothing is counted for it but what
//! the worker counts anyway.
use super::{
    Now, Output, TaskState,
    engine::{Engine, Flight},
    runs::Runs,
    slot::{Phase, Slot},
};
use crate::plan::{Deployment, NodeId, TaskId, TopicId};

/// A worker.
#[derive(Clone, Debug, PartialEq)]
pub struct View {
    /// When.
    pub at: Now,
    /// Milliseconds since the commit began that is in flight.
    pub committing_ms: Option<i64>,
    /// Bytes of state that are not committed.
    pub open_bytes: usize,
    /// Above this it commits early.
    pub open_bytes_max: usize,
    /// Bytes of state that are committed and in no checkpoint.
    pub committed_bytes: usize,
    /// Above this it waits for the checkpoint writer.
    pub state_bytes_max: usize,
    /// Why it cannot go on, if it cannot.
    pub dead: Option<String>,
    /// Its tasks.
    pub tasks: Vec<TaskView>,
}
/// A task.
#[derive(Clone, Debug, PartialEq)]
pub struct TaskView {
    /// Which.
    pub task: TaskId,
    /// Its state as events tell it.
    pub state: TaskState,
    /// What it does or waits for.
    pub doing: Doing,
    /// How far its restore has come.
    pub restore: Option<RestoreView>,
    /// When it is tried again, milliseconds from now.
    pub retry_in_ms: Option<i64>,
    /// For how long changes have waited for a commit, milliseconds.
    pub uncommitted_ms: Option<i64>,
    /// Bytes of its state that are not committed.
    pub open_bytes: usize,
    /// Bytes of its state that are committed and in no checkpoint.
    pub committed_bytes: usize,
    /// Bytes of its stores that are never on disk, as of the last checkpoint. Nothing limits them.
    pub memory_bytes: usize,
    /// Its source partitions.
    pub sources: Vec<SourceView>,
    /// What it did.
    pub work: Work,
}
/// What a task did since it was opened here.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Work {
    /// Source records that it took; what an abort took back does not count.
    pub processed: u64,
    /// Largest timestamp that it has taken; −1 before the first.
    pub stream_time: i64,
    /// Records that each node was handed, those that an abort brought back again too.
    pub nodes: Vec<(NodeId, u64)>,
}
/// How far a restore has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RestoreView {
    /// Records read back.
    pub restored: u64,
    /// Offsets still to go.
    pub remaining: u64,
    /// Milliseconds since it began.
    pub elapsed_ms: i64,
}
/// A source partition; its number is the task's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SourceView {
    /// Its topic.
    pub topic: TopicId,
    /// The next record to be taken.
    pub position: Option<i64>,
    /// The offset that the group knows.
    pub committed: Option<i64>,
    /// Records fetched and not taken yet.
    pub queued: usize,
    /// Their bytes.
    pub queued_bytes: usize,
    /// The queue is full; the world holds it back.
    pub held: bool,
    /// Read to its end, as far as is known.
    pub at_end: bool,
    /// Where the log ends, if the shell knows.
    pub end: Option<i64>,
}
impl Default for SourceView {
    fn default() -> Self {
        let topic = TopicId(u32::MAX);
        SourceView { topic, position: None, committed: None, queued: 0, queued_bytes: 0, held: false, at_end: false, end: None }
    }
}
impl SourceView {
    /// Offsets between what is processed and what is there, control records included.
    pub fn lag(&self) -> Option<u64> {
        let end = self.end?;
        // Nothing committed and nothing read: all of it, as far as anybody knows.
        Some(end.saturating_sub(self.position.unwrap_or(0)).max(0).unsigned_abs())
    }
}

/// What a task does or waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Doing {
    /// Takes records.
    Processes,
    /// Has taken all that is there.
    CaughtUp,
    /// Has taken all that was fetched; more is on its way, as far as is known.
    WaitsForRecords,
    /// Another source partition is empty, and its end is not known or not long enough ago.
    WaitsForPartition(TopicId),
    /// A commit of its worker is in flight.
    WaitsForCommit,
    /// So much state is open that the worker commits first.
    WaitsForStateCommit,
    /// A transaction is being aborted.
    WaitsForAbort,
    /// Several transactions in a row were aborted: a pause.
    PausesAfterAborts,
    /// More committed state waits than may: the checkpoint writer lags.
    WaitsForWriter,
    /// Tasks leave its worker, which commits for them first.
    WaitsForRebalance,
    /// Its database is being opened, or its offsets asked for.
    Opens,
    /// Reads its changelogs back.
    Restores,
    /// Its restore waits for the checkpoint writer.
    RestoreWaitsForWriter,
    /// Restored; global tables are not read to their ends yet.
    WaitsForGlobals,
    /// Restored; starts when the commit in flight is through.
    Starts,
    /// Failed; waits for its next try, or for good.
    Failed,
}
impl Doing {
    /// As people say it.
    pub fn words(&self, deployment: &Deployment) -> String {
        let words = match self {
            Doing::Processes => "processes records",
            Doing::CaughtUp => "has processed all there is",
            Doing::WaitsForRecords => "waits for records to arrive",
            Doing::WaitsForPartition(topic) => {
                return format!("waits for topic {}, which has no record here", deployment.topic(*topic).name);
            }
            Doing::WaitsForCommit => "waits for commits",
            Doing::WaitsForStateCommit => "waits for a commit: too much state is open",
            Doing::WaitsForAbort => "waits for an abort",
            Doing::PausesAfterAborts => "pauses after repeated aborts",
            Doing::WaitsForWriter => "waits for the checkpoint writer",
            Doing::WaitsForRebalance => "waits for tasks to leave its worker",
            Doing::Opens => "opens its state",
            Doing::Restores => "reads its state back",
            Doing::RestoreWaitsForWriter => "waits for the checkpoint writer to read on its state",
            Doing::WaitsForGlobals => "waits for global tables to be read",
            Doing::Starts => "is about to start",
            Doing::Failed => "has failed",
        };
        words.to_owned()
    }
}

impl<T: Runs> Engine<T> {
    pub(super) fn look(&mut self, now: Now) {
        let view = View {
            at: now,
            committing_ms: if let Flight::Committing(walk) = &self.flight { Some(now.monotonic - walk.began) } else { None },
            open_bytes: self.open_bytes(),
            open_bytes_max: self.settings.open_state_bytes,
            committed_bytes: self.committed_bytes(),
            state_bytes_max: self.settings.state_bytes,
            dead: self.dead.clone(),
            tasks: self.slots.iter().map(|(id, slot)| self.task_view(now, *id, slot)).collect(),
        };
        self.emit(Output::Seen(Box::new(view)));
    }

    fn task_view(&self, now: Now, id: TaskId, slot: &Slot<T>) -> TaskView {
        let task = slot.task.as_ref();
        let sources: Vec<SourceView> = slot.sources.iter().filter_map(|source| Some(task?.source_view(source.topic))).collect();
        let restore = match &slot.phase {
            Phase::Restoring(r) => {
                Some(RestoreView { restored: r.restored, remaining: r.remaining(), elapsed_ms: now.monotonic - r.began })
            }
            _ => None,
        };
        TaskView {
            task: id,
            state: slot.told,
            doing: self.doing(now, slot, &sources),
            restore,
            retry_in_ms: slot.tries.at.map(|at| (at - now.monotonic).max(0)),
            uncommitted_ms: task.and_then(T::dirty_since).map(|since| now.monotonic - since),
            open_bytes: task.map_or(0, T::open_bytes),
            committed_bytes: task.map_or(0, T::committed_bytes),
            memory_bytes: task.and_then(T::backend).map_or(0, |backend| backend.memory_bytes()),
            sources,
            work: task.map(T::work).unwrap_or_default(),
        }
    }

    fn doing(&self, now: Now, slot: &Slot<T>, sources: &[SourceView]) -> Doing {
        match &slot.phase {
            Phase::Opening | Phase::FetchingCommitted | Phase::FetchingEnds { .. } => Doing::Opens,
            Phase::Restoring(restore) if restore.stopped => Doing::RestoreWaitsForWriter,
            Phase::Restoring(_) => Doing::Restores,
            Phase::Ready if !self.knows_globals() => Doing::WaitsForGlobals,
            Phase::Ready => Doing::Starts,
            Phase::Quarantined => Doing::Failed,
            Phase::Running { .. } if sources.iter().all(|source| source.queued == 0) => {
                if sources.iter().all(|source| source.at_end) {
                    Doing::CaughtUp
                } else {
                    Doing::WaitsForRecords
                }
            }
            Phase::Running { .. } => self.holds_up(now).or_else(|| self.waits_for(sources)).unwrap_or(Doing::Processes),
        }
    }
    /// What holds up all tasks of the worker.
    fn holds_up(&self, now: Now) -> Option<Doing> {
        match &self.flight {
            Flight::Committing(_) => return Some(Doing::WaitsForCommit),
            Flight::Aborting(_) => return Some(Doing::WaitsForAbort),
            Flight::Idle => {}
        }
        let checks = [
            (self.dead.is_some(), Doing::Failed),
            (!self.leaving.is_empty(), Doing::WaitsForRebalance),
            (now.monotonic < self.schedule.held_until, Doing::PausesAfterAborts),
            (self.open_bytes() >= self.settings.open_state_bytes, Doing::WaitsForStateCommit),
            (self.writers_lag(), Doing::WaitsForWriter),
        ];
        checks.into_iter().find(|(holds, _)| *holds).map(|(_, doing)| doing)
    }
    /// An empty source partition that the task waits for.
    fn waits_for(&self, sources: &[SourceView]) -> Option<Doing> {
        let waits = self.settings.max_task_idle_ms >= 0;
        let empty = sources.iter().find(|s| waits && s.queued == 0 && (s.held || !s.at_end));
        empty.map(|source| Doing::WaitsForPartition(source.topic))
    }
}
