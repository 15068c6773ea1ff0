//! What a worker knows of one task: its phase, its sources, its changelog positions, its next try.
use super::{TaskState, restore::Restore};
use crate::plan::TopicId;

/// Longest pause between two tries, milliseconds. A task that ran longer than this starts with the first pause again.
const PAUSE_MAX_MS: i64 = 60_000;

/// A task of this worker.
pub(super) struct Slot<T> {
    pub(super) phase: Phase,
    /// What people were told of the phase.
    pub(super) told: TaskState,
    /// From `Opened` on; gone while the task is quarantined.
    pub(super) task: Option<T>,
    pub(super) sources: Vec<Source>,
    pub(super) positions: Positions,
    pub(super) checkpoint: Checkpoints,
    pub(super) tries: Tries,
}
impl<T> Slot<T> {
    pub(super) fn new(sources: impl Iterator<Item = TopicId>) -> Self {
        Slot {
            phase: Phase::Opening,
            told: TaskState::Opening,
            task: None,
            sources: sources.map(Source::new).collect(),
            positions: Positions::default(),
            checkpoint: Checkpoints::default(),
            tries: Tries::default(),
        }
    }
    /// The task, if it processes records.
    pub(super) fn running(&self) -> Option<&T> {
        if matches!(self.phase, Phase::Running { .. }) { self.task.as_ref() } else { None }
    }
    /// Something came of a source, if only its end.
    pub(super) fn show(&mut self, topic: TopicId) {
        self.sources.iter_mut().filter(|source| source.topic == topic).for_each(|source| source.shown = true);
    }
    /// The task, if it processes records.
    pub(super) fn running_mut(&mut self) -> Option<&mut T> {
        if matches!(self.phase, Phase::Running { .. }) { self.task.as_mut() } else { None }
    }
}

/// Where a task stands on its way from the group to records. The order of the first four is the restore barrier (design §5).
pub(super) enum Phase {
    /// Waits for its database.
    Opening,
    /// Waits for the stable committed offsets of its sources.
    FetchingCommitted,
    /// Waits for the ends of its changelogs, which are asked for only when the committed offsets are known: the other order lets offsets outrun state.
    FetchingEnds {
        /// As the group told them.
        committed: Vec<(TopicId, Option<i64>)>,
    },
    /// Reads its changelogs back.
    Restoring(Restore),
    /// State and offsets agree; it starts as soon as no commit is in flight, because starting may produce.
    Ready,
    /// Processes records since this monotonic time.
    Running { since: i64 },
    /// Failed; see [`Tries::at`].
    Quarantined,
}
impl Phase {
    /// What people see of it, where they see a difference.
    pub(super) fn state(&self) -> Option<TaskState> {
        match self {
            Phase::Opening | Phase::FetchingCommitted | Phase::FetchingEnds { .. } => Some(TaskState::Opening),
            Phase::Restoring(_) => Some(TaskState::Restoring),
            Phase::Ready => None,
            Phase::Running { .. } => Some(TaskState::Running),
            Phase::Quarantined => Some(TaskState::Quarantined),
        }
    }
}

/// A source partition of a task (its number is the task's).
pub(super) struct Source {
    pub(super) topic: TopicId,
    /// The world was told to read it.
    pub(super) reading: bool,
    /// The world was told to hold it back.
    pub(super) paused: bool,
    /// A record of it came, or its end.
    pub(super) shown: bool,
    /// Offset that the group knows, of commits in this life.
    pub(super) committed: i64,
    /// Offset below which records were purged (repartition topics).
    pub(super) purged: i64,
}
impl Source {
    fn new(topic: TopicId) -> Self {
        Source { topic, reading: false, paused: false, shown: false, committed: 0, purged: 0 }
    }
}

/// Where the committed slots of a task stand in its changelogs.
#[derive(Default)]
pub(super) struct Positions {
    /// Each is at most the true one: to restore from it replays rows that are there already, which changes nothing.
    pub(super) known: Vec<(TopicId, i64)>,
    /// A commit wrote changelog records since: `known` is too low.
    pub(super) stale: bool,
}
impl Positions {
    pub(super) fn get(&self, topic: TopicId) -> Option<i64> {
        self.known.iter().find(|(t, _)| *t == topic).map(|(_, p)| *p)
    }
    pub(super) fn set(&mut self, topic: TopicId, position: i64) {
        match self.known.iter_mut().find(|(t, _)| *t == topic) {
            Some(known) => known.1 = position,
            None => self.known.push((topic, position)),
        }
    }
}

/// Checkpoints of a task.
#[derive(Default)]
pub(super) struct Checkpoints {
    /// Monotonic time of the last one begun, or of the start.
    pub(super) last: i64,
    /// The generation that the writer is writing.
    pub(super) in_flight: Option<u64>,
}

/// Pauses between tries: each twice the one before, up to a minute.
#[derive(Default)]
pub(super) struct Tries {
    pause_ms: i64,
    /// When to try again, monotonic; `None`: nothing failed, or it is for good.
    pub(super) at: Option<i64>,
}
impl Tries {
    /// Sets the next try and answers its pause.
    pub(super) fn again(&mut self, now: i64, first_ms: i64) -> i64 {
        let pause = if self.pause_ms == 0 { first_ms } else { self.pause_ms };
        self.pause_ms = pause.saturating_mul(2).min(PAUSE_MAX_MS);
        self.at = Some(now + pause);
        pause
    }
    /// It worked for long enough that the next failure is a new one.
    pub(super) fn forget_if_long_ago(&mut self, now: i64, since: i64) {
        if now - since > PAUSE_MAX_MS {
            self.pause_ms = 0;
        }
    }
}
