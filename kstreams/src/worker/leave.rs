//! Letting go: revoked tasks after a commit, lost ones without, all of them at the close. What is committed is parked; the shell writes it later.
use super::{
    Event, Now, Output, TaskState,
    abort::Outcome,
    asked::Question,
    engine::{Closing, Engine, Flight},
    runs::Runs,
    slot::Slot,
};
use crate::plan::TaskId;
use std::sync::Arc;

impl<T: Runs> Engine<T> {
    /// The group waits inside its callback, so nothing is processed from here to the release, and nothing is written to disk.
    /// What is not here (let go of by a fencing, say) is released at once: by the time an abort is over it may have been assigned again.
    pub(super) fn revoking(&mut self, tasks: Vec<TaskId>) {
        self.again.retain(|id| !tasks.contains(id));
        let (here, gone): (Vec<TaskId>, Vec<TaskId>) = tasks.into_iter().partition(|id| self.slots.contains_key(id));
        self.leaving.extend(here.into_iter().filter(|id| !self.leaving.contains(id)).collect::<Vec<_>>());
        if !gone.is_empty() {
            self.emit(Output::Release(gone));
        }
    }

    /// Gone without notice. The state of the last commit is valid still and is parked with the positions known of it; they may be too low, and
    /// whoever claims it reads the changelog from there. What was not committed is dropped, and with it the transaction that it is part of.
    pub(super) fn lost(&mut self, tasks: Vec<TaskId>) {
        let took_part = tasks.iter().any(|id| self.slots.get(id).and_then(Slot::running).is_some_and(T::dirty));
        self.leaving.retain(|id| !tasks.contains(id));
        self.again.retain(|id| !tasks.contains(id));
        if let Flight::Committing(walk) = &mut self.flight {
            walk.leaving.retain(|id| !tasks.contains(id));
        }
        for id in &tasks {
            self.remove(*id);
        }
        if took_part && self.is_idle() {
            let dirty = self.running_where(T::dirty);
            self.abort("tasks with uncommitted records were lost".to_owned(), dirty, false, Outcome::NotCommitted);
        }
    }

    /// Whether a task was revoked and is not released yet.
    pub(super) fn is_leaving(&self, id: TaskId) -> bool {
        self.leaving.contains(&id) || matches!(&self.flight, Flight::Committing(walk) if walk.leaving.contains(&id))
    }

    /// Takes in tasks that were given again before they were released.
    pub(super) fn take_again(&mut self, now: Now) {
        let (back, wait): (Vec<TaskId>, Vec<TaskId>) = std::mem::take(&mut self.again).into_iter().partition(|id| !self.is_leaving(*id));
        self.again = wait;
        self.assigned(now, back);
    }

    pub(super) fn close(&mut self) {
        if self.closing == Closing::No {
            self.closing = Closing::Asked;
            self.revoking(self.slots.keys().copied().collect());
        }
    }

    /// Lets go of the tasks that leave, as soon as the producer is idle: commit first, unless this worker can commit no more.
    pub(super) fn leave(&mut self, now: Now) {
        if self.dead.is_some() {
            let leaving = std::mem::take(&mut self.leaving);
            self.let_go(leaving);
        } else if self.is_idle() && !self.leaving.is_empty() {
            self.begin_commit(now);
        }
        // A database that is still on its way comes with parked state, which nobody else would put back.
        let nothing_left = self.slots.is_empty() && !self.asked.any(Question::Open);
        let closed = self.closing == Closing::Asked && nothing_left && (self.is_idle() || self.dead.is_some());
        if closed {
            self.closing = Closing::Done;
            self.emit(Output::Closed);
        }
    }

    /// Parks and gives back. Whoever calls it has seen to the transaction.
    pub(super) fn let_go(&mut self, tasks: Vec<TaskId>) {
        if tasks.is_empty() {
            return;
        }
        self.leaving.retain(|id| !tasks.contains(id));
        for id in &tasks {
            self.remove(*id);
        }
        self.emit(Output::Release(tasks));
    }

    fn remove(&mut self, id: TaskId) {
        self.park(id);
        if self.slots.remove(&id).is_some() {
            self.tell(Event::Task { task: id, state: TaskState::Closed });
        }
    }

    /// Leaves a task's committed state to the process. A task in the middle of its restore leaves what it has, with the positions that it has come to.
    pub(super) fn park(&mut self, id: TaskId) {
        let Some(slot) = self.slots.get_mut(&id) else { return };
        let positions: Vec<_> = slot.positions.known.drain(..).collect();
        let Some(task) = slot.task.take() else { return };
        self.end_restore(id);
        let positions: Vec<(Arc<str>, i64)> = positions.into_iter().map(|(topic, at)| (self.topic_name(topic), at)).collect();
        let state = task.park(self.generation, positions);
        self.emit(Output::Park { task: id, state });
    }
}
