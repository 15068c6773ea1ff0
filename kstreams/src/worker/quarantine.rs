//! A failed task is closed alone: its neighbours lose at most the open transaction, never their place.
use super::{
    Event, Now,
    abort::Outcome,
    engine::Engine,
    runs::Runs,
    slot::{Phase, Slot},
};
use crate::{
    plan::TaskId,
    task::{TaskError, TaskErrorKind},
};

impl<T: Runs> Engine<T> {
    /// `mark`: how much was in the outbox before the call that failed.
    pub(super) fn task_failed(&mut self, now: Now, id: TaskId, error: TaskError, mark: usize) {
        let slot = self.slots.get(&id);
        let took_part = self.outbox.len() > mark || slot.and_then(Slot::running).is_some_and(T::dirty);
        self.drop_task(id);
        let reason = error.text.clone();
        let pause = self.pause_before_retry(now, id, error.kind);
        self.quarantine(now, id, error.text, pause);
        if took_part && self.is_idle() {
            let dirty = self.running_where(T::dirty);
            self.abort(reason, dirty, false, Outcome::NotCommitted);
        }
    }

    /// A record that is bad stays bad; a store may be readable again once it is opened afresh (disk full, for one).
    fn pause_before_retry(&mut self, now: Now, id: TaskId, kind: TaskErrorKind) -> Option<i64> {
        let slot = self.slots.get_mut(&id)?;
        if let Phase::Running { since } = slot.phase {
            slot.tries.forget_if_long_ago(now.monotonic, since);
        }
        match kind {
            TaskErrorKind::BadRecord => None,
            TaskErrorKind::Store => Some(slot.tries.again(now.monotonic, self.settings.retry_ms)),
        }
    }

    /// Marks a task as failed; `retry_in_ms` is for people, [`super::slot::Tries::at`] is what counts.
    pub(super) fn quarantine(&mut self, now: Now, id: TaskId, reason: String, retry_in_ms: Option<i64>) {
        self.drop_task(id);
        let Some(slot) = self.slots.get_mut(&id) else { return };
        slot.tries.at = retry_in_ms.map(|pause| now.monotonic + pause);
        self.tell(Event::TaskFailed { task: id, reason, retry_in_ms });
        self.enter(id, Phase::Quarantined);
    }

    /// Closes a task without keeping its state: what failed is not trusted, and the changelog has all of it.
    fn drop_task(&mut self, id: TaskId) {
        self.pause_sources(id);
        let Some(slot) = self.slots.get_mut(&id) else { return };
        slot.task = None;
        slot.checkpoint.in_flight = None;
        self.end_restore(id);
    }
}
