//! What an application as a whole does, for those who do not want every event: its state, and its restores from begin to end.
use crate::{Event, plan::TaskId, worker::TaskState};
use std::collections::{BTreeMap, BTreeSet};

/// States of an application (Kafka Streams: `KafkaStreams.State`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum AppState {
    /// It does not run yet.
    Created,
    /// Tasks come and are opened or restored.
    Rebalancing,
    /// All its tasks process records.
    Running,
    /// A task has failed for good; the others go on.
    Error,
    /// It was asked to finish.
    PendingShutdown,
    /// It has finished.
    NotRunning,
}
impl AppState {
    /// As Kafka Streams writes it.
    pub fn name(self) -> &'static str {
        match self {
            AppState::Created => "CREATED",
            AppState::Rebalancing => "REBALANCING",
            AppState::Running => "RUNNING",
            AppState::Error => "ERROR",
            AppState::PendingShutdown => "PENDING_SHUTDOWN",
            AppState::NotRunning => "NOT_RUNNING",
        }
    }
}

/// What happens to a restore (Kafka Streams: `StateRestoreListener`).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Restore {
    /// A task begins to read its state back.
    Begins {
        /// As `1_4`.
        task: String,
    },
    /// It has come so far; at most once a second, and at the end.
    Continues {
        /// As `1_4`.
        task: String,
        /// Records read back.
        restored: u64,
        /// Offsets still to go.
        remaining: u64,
        /// Milliseconds since it began.
        elapsed_ms: i64,
    },
    /// It is through; records are processed from here.
    Ends {
        /// As `1_4`.
        task: String,
    },
    /// The task left or failed before it was through.
    IsSuspended {
        /// As `1_4`.
        task: String,
    },
}

/// Follows tasks and says when the whole changes.
#[derive(Debug, Default)]
pub(super) struct Follower {
    tasks: BTreeMap<TaskId, TaskState>,
    failed: BTreeSet<TaskId>,
    /// The group has answered, if only with nothing to do.
    joined: bool,
    phase: Phase,
}
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Phase {
    #[default]
    Created,
    Started,
    Finishing,
    Finished,
}
impl Follower {
    pub(super) fn enter(&mut self, phase: Phase) {
        self.phase = phase;
    }
    /// Takes an event in; answers what it says about a restore.
    pub(super) fn take(&mut self, event: &Event) -> Option<Restore> {
        match event {
            Event::Task { task, state } => self.task(*task, *state),
            Event::Assigned { .. } => {
                self.joined = true;
                None
            }
            Event::TaskFailed { task, retry_in_ms: None, .. } => {
                self.failed.insert(*task);
                None
            }
            Event::RestoreProgress { task, restored, remaining, elapsed_ms } => {
                Some(Restore::Continues { task: task.to_string(), restored: *restored, remaining: *remaining, elapsed_ms: *elapsed_ms })
            }
            _ => None,
        }
    }
    fn task(&mut self, task: TaskId, state: TaskState) -> Option<Restore> {
        let before = if state == TaskState::Closed { self.tasks.remove(&task) } else { self.tasks.insert(task, state) };
        if matches!(state, TaskState::Running | TaskState::Closed) {
            self.failed.remove(&task);
        }
        let name = task.to_string();
        match (before, state) {
            (_, TaskState::Restoring) => Some(Restore::Begins { task: name }),
            (Some(TaskState::Restoring), TaskState::Running) => Some(Restore::Ends { task: name }),
            (Some(TaskState::Restoring), _) => Some(Restore::IsSuspended { task: name }),
            _ => None,
        }
    }
    pub(super) fn state(&self) -> AppState {
        match self.phase {
            Phase::Created => AppState::Created,
            Phase::Finishing => AppState::PendingShutdown,
            Phase::Finished => AppState::NotRunning,
            Phase::Started if !self.failed.is_empty() => AppState::Error,
            Phase::Started if self.tasks.is_empty() && !self.joined => AppState::Rebalancing,
            Phase::Started if self.tasks.values().all(|state| *state == TaskState::Running) => AppState::Running,
            Phase::Started => AppState::Rebalancing,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Else a spare instance would never be ready, and a rolling update would stop there.
    #[test]
    fn an_instance_without_tasks_runs_once_the_group_has_said_so() {
        let mut follower = Follower::default();
        follower.enter(Phase::Started);
        assert_eq!(follower.state(), AppState::Rebalancing);
        follower.take(&Event::Assigned { tasks: 0 });
        assert_eq!(follower.state(), AppState::Running);
    }

    #[test]
    fn the_whole_runs_when_every_task_does() {
        let mut follower = Follower::default();
        let task = |partition| TaskId { sub_topology: 0, partition };
        let mut take = |partition, state| {
            let restore = follower.take(&Event::Task { task: task(partition), state });
            (restore, follower.state())
        };
        assert_eq!(take(0, TaskState::Running), (None, AppState::Created));
        follower.enter(Phase::Started);
        let mut take = |partition, state| {
            let restore = follower.take(&Event::Task { task: task(partition), state });
            (restore, follower.state())
        };
        assert_eq!(take(1, TaskState::Opening), (None, AppState::Rebalancing));
        assert_eq!(take(1, TaskState::Restoring), (Some(Restore::Begins { task: "0_1".into() }), AppState::Rebalancing));
        assert_eq!(take(1, TaskState::Running), (Some(Restore::Ends { task: "0_1".into() }), AppState::Running));
        follower.take(&Event::TaskFailed { task: task(1), reason: "bad".into(), retry_in_ms: None });
        assert_eq!(follower.state(), AppState::Error);
        follower.take(&Event::Task { task: task(1), state: TaskState::Closed });
        assert_eq!(follower.state(), AppState::Running);
        follower.enter(Phase::Finishing);
        assert_eq!(follower.state(), AppState::PendingShutdown);
    }
}
