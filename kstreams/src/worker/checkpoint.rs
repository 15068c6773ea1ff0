//! When committed state goes to disk: by bytes (largest first), by time, and never more than one writing per task.
//!
//! A checkpoint needs to know where its rows stand in their changelogs, so it follows a commit that asked for the ends. A Kafka commit itself never
//! touches the disk. When the writers cannot keep up and the budget is full, nothing is processed until one is done.
use super::{Now, Output, engine::Engine, runs::Runs, slot::Slot};
use crate::{
    plan::TaskId,
    task::{TaskError, TaskErrorKind},
};
use kstreams_store::Snapshot;
use std::sync::Arc;

impl<T: Runs> Engine<T> {
    /// Tasks that can be written now: on disk, with committed rows, no writing in flight; the largest first.
    fn writable(&self) -> Vec<(TaskId, usize)> {
        let bytes = |slot: &Slot<T>| slot.task.as_ref().filter(|task| task.backend().is_some()).map(T::committed_bytes);
        let idle = self.slots.iter().filter(|(_, slot)| slot.checkpoint.in_flight.is_none());
        let mut tasks: Vec<(TaskId, usize)> = idle.filter_map(|(id, slot)| Some((*id, bytes(slot)?))).collect();
        tasks.retain(|(_, bytes)| *bytes > 0);
        tasks.sort_by_key(|(id, bytes)| (std::cmp::Reverse(*bytes), *id));
        tasks
    }

    /// The largest tasks, until the rest fits into half of the budget: the other half is for what is committed while they are written.
    fn pressing(&self) -> Vec<TaskId> {
        let tasks = self.writable();
        let mut waiting: usize = tasks.iter().map(|(_, bytes)| bytes).sum();
        let mut pressing = Vec::new();
        for (id, bytes) in tasks {
            if waiting <= self.settings.state_bytes / 2 {
                break;
            }
            waiting -= bytes;
            pressing.push(id);
        }
        pressing
    }

    /// Whether a commit should come early, because checkpoints wait for it.
    pub(super) fn checkpoint_pressed(&self) -> bool {
        self.over_checkpoint_budget() && self.pressing().iter().any(|id| self.slots.get(id).is_some_and(|slot| slot.running().is_some()))
    }

    pub(super) fn over_checkpoint_budget(&self) -> bool {
        self.committed_bytes() > self.settings.state_bytes / 2
    }

    pub(super) fn committed_bytes(&self) -> usize {
        self.slots.values().filter_map(|slot| slot.task.as_ref()).map(T::committed_bytes).sum()
    }

    /// The budget is full and a writer is at work: wait for it.
    pub(super) fn writers_lag(&self) -> bool {
        let writing = self.slots.values().any(|slot| slot.checkpoint.in_flight.is_some());
        writing && self.committed_bytes() > self.settings.state_bytes
    }

    /// Running tasks whose checkpoint shall follow the commit that is about to begin.
    pub(super) fn checkpoints_due(&self, now: Now) -> Vec<TaskId> {
        let pressing = self.pressing();
        let timely = |slot: &Slot<T>| slot.checkpoint.last.saturating_add(self.settings.checkpoint_interval_ms) <= now.monotonic;
        let due = |id: &TaskId, slot: &Slot<T>| slot.running().is_some() && writes(slot) && (timely(slot) || pressing.contains(id));
        self.slots.iter().filter(|(id, slot)| due(id, slot)).map(|(id, _)| *id).collect()
    }

    /// When a task that has nothing to commit wants a checkpoint of what it committed before.
    pub(super) fn next_idle_checkpoint(&self) -> Option<i64> {
        let waits = |slot: &&Slot<T>| slot.running().is_some_and(|task| task.committed_bytes() > 0) && writes(slot);
        let due = |slot: &Slot<T>| slot.checkpoint.last.saturating_add(self.settings.checkpoint_interval_ms);
        self.slots.values().filter(waits).map(due).min()
    }

    /// Hands rows to the writer. Answers whether there was anything to hand over.
    pub(super) fn checkpoint(&mut self, now: Now, id: TaskId) -> bool {
        let generation = self.generation;
        let Some(slot) = self.slots.get_mut(&id).filter(|slot| slot.checkpoint.in_flight.is_none()) else { return false };
        let Some(task) = slot.task.as_mut().filter(|task| task.committed_bytes() > 0) else { return false };
        let Some(backend) = task.backend() else { return false };
        let rows = task.checkpoint(generation, now, &slot.positions.known);
        slot.checkpoint.in_flight = Some(generation);
        slot.checkpoint.last = now.monotonic;
        self.emit(Output::Checkpoint { task: id, generation, backend, rows });
        true
    }

    /// An answer for a task that was closed or opened again meanwhile is no answer to it.
    pub(super) fn checkpointed(&mut self, now: Now, id: TaskId, generation: u64, snapshot: Result<Arc<dyn Snapshot>, String>) {
        let Some(slot) = self.slots.get_mut(&id).filter(|slot| slot.checkpoint.in_flight == Some(generation)) else { return };
        slot.checkpoint.in_flight = None;
        let Some(task) = &mut slot.task else { return };
        let taken = match snapshot {
            Ok(snapshot) => task.checkpointed(generation, snapshot),
            Err(reason) => {
                Err(TaskError { kind: TaskErrorKind::Store, text: format!("task {id}: its state could not be written: {reason}") })
            }
        };
        if let Err(error) = taken {
            self.task_failed(now, id, error, self.outbox.len());
        }
    }
}

/// Whether a checkpoint may be begun for it.
fn writes<T: Runs>(slot: &Slot<T>) -> bool {
    slot.checkpoint.in_flight.is_none() && slot.task.as_ref().is_some_and(|task| task.backend().is_some())
}
