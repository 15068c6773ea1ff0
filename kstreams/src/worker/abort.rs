//! Ways back: a refused or uncertain commit, a lost record, a fenced producer. The transaction goes, and its tasks return to what is committed.
use super::{
    CommitFailure, Event, Now, Output,
    engine::{Engine, Flight},
    runs::Runs,
    slot::Phase,
};
use crate::plan::{TaskId, TopicId};
use std::sync::Arc;

/// Longest pause after aborts in a row, milliseconds: a record that the broker refuses for ever must not make a busy loop, and a group that
/// settles must not be kept waiting.
const PAUSE_MAX_MS: i64 = 1_000;

/// An abort on its way.
pub(super) struct Rollback {
    reason: String,
    /// Tasks with a part in the transaction.
    rewind: Vec<TaskId>,
    outcome: Outcome,
    /// The producer is replaced: if that fails too there is nothing left to try.
    replaces: bool,
}

/// What is known of the transaction that is gone.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Outcome {
    /// Nothing of it is committed.
    NotCommitted,
    /// It may be committed: offsets and changelogs must be asked.
    Unknown,
}

impl<T: Runs> Engine<T> {
    pub(super) fn commit_failed(&mut self, now: Now, dirty: Vec<TaskId>, failure: CommitFailure) {
        match failure {
            CommitFailure::Refused(reason) => self.abort(reason, dirty, false, Outcome::NotCommitted),
            CommitFailure::Indefinite(reason) => self.abort(reason, dirty, true, Outcome::Unknown),
            CommitFailure::Fenced(reason) => self.fenced(reason),
            CommitFailure::Fatal(reason) => self.give_up(now, &reason),
        }
    }

    /// A record is lost, so the transaction must not be committed; and after a failed delivery the producer is not trusted (librdkafka).
    /// While a commit is in flight its answer says the same.
    pub(super) fn delivery_failed(&mut self, topic: TopicId, reason: &str) {
        if self.is_idle() {
            let reason = format!(
                "a record to {} was refused: {reason}",
                self.deployment.topics.get(topic.0 as usize).map_or("a topic named by a record", |t| &t.name)
            );
            let dirty = self.running_where(T::dirty);
            self.abort(reason, dirty, true, Outcome::NotCommitted);
        }
    }

    /// A record names a topic that cannot be written. It was not produced, so what it belongs to must not be committed; when it is processed
    /// again its task knows of the topic, and it is a bad record.
    pub(super) fn unwritable(&mut self, now: Now, name: &Arc<str>, reason: &Arc<str>) {
        let until = now.wall.saturating_add(self.settings.unwritable_ms);
        self.slots.values_mut().filter_map(|slot| slot.task.as_mut()).for_each(|task| task.unwritable(name, reason, until));
        if self.is_idle() {
            let reason = format!("a record names topic `{name}`: {reason}. It is processed again, as a bad record");
            let dirty = self.running_where(T::dirty);
            self.abort(reason, dirty, false, Outcome::NotCommitted);
        }
    }

    /// Begins the way back. Sources of the tasks that rewind are paused first, so that no record read before the abort is taken for one read after it.
    pub(super) fn abort(&mut self, reason: String, rewind: Vec<TaskId>, replace_producer: bool, outcome: Outcome) {
        self.outbox.clear();
        self.coming.aborted();
        self.produced = false;
        rewind.iter().for_each(|id| self.pause_sources(*id));
        self.flight = Flight::Aborting(Rollback { reason, rewind, outcome, replaces: replace_producer });
        self.emit(Output::Abort { replace_producer });
    }

    pub(super) fn abort_answered(&mut self, now: Now, result: Result<(), String>) {
        let rollback = match std::mem::replace(&mut self.flight, Flight::Idle) {
            Flight::Aborting(rollback) => rollback,
            other => {
                self.flight = other;
                return;
            }
        };
        match result {
            Ok(()) => self.roll_back(now, rollback),
            // The transaction timed out, say, and its producer is fenced: a new one ends what is left of it.
            Err(why) if !rollback.replaces => {
                let reason = format!("{}; then the abort failed: {why}", rollback.reason);
                self.flight = Flight::Aborting(Rollback { reason, outcome: Outcome::Unknown, replaces: true, ..rollback });
                self.emit(Output::Abort { replace_producer: true });
            }
            Err(reason) => self.give_up(now, &format!("{}; then the abort failed: {reason}", rollback.reason)),
        }
    }

    fn roll_back(&mut self, now: Now, rollback: Rollback) {
        self.tell(Event::Aborted { reason: rollback.reason });
        self.pause_after_aborts(now);
        let leaving = std::mem::take(&mut self.leaving);
        self.let_go(leaving);
        for id in rollback.rewind {
            self.rewind(now, id, rollback.outcome);
        }
    }

    /// The first abort is followed by the next try at once, those in a row after it by growing pauses.
    fn pause_after_aborts(&mut self, now: Now) {
        self.schedule.aborts += 1;
        if let Some(doublings) = self.schedule.aborts.checked_sub(2) {
            let pause = self.settings.retry_ms.saturating_mul(1 << doublings.min(20));
            self.schedule.held_until = now.monotonic + pause.min(PAUSE_MAX_MS);
        }
    }

    /// Back to the last commit. If the lost commit may have gone through, the way leads over committed offsets and changelogs once more,
    /// in the order of the restore barrier: state can be behind its changelog.
    fn rewind(&mut self, now: Now, id: TaskId, outcome: Outcome) {
        let Some(slot) = self.slots.get_mut(&id) else { return };
        let Some(task) = slot.running_mut() else { return };
        if let Err(error) = task.rewind() {
            return self.task_failed(now, id, error, self.outbox.len());
        }
        match outcome {
            Outcome::NotCommitted => self.enter(id, Phase::Ready),
            Outcome::Unknown => self.fetch_committed(id),
        }
    }

    /// Another producer has this worker's transactional id: everything is let go of, without a commit.
    fn fenced(&mut self, reason: String) {
        self.abort(reason, Vec::new(), true, Outcome::Unknown);
        self.leaving.clear();
        let all = self.slots.keys().copied().collect();
        self.let_go(all);
    }

    /// This worker cannot go on. Its committed state is kept; its tasks wait for the group to take them.
    pub(super) fn give_up(&mut self, now: Now, reason: &str) {
        self.dead = Some(reason.to_owned());
        self.outbox.clear();
        self.coming.aborted();
        let ids: Vec<TaskId> = self.slots.keys().copied().collect();
        for id in ids {
            self.park(id);
            self.quarantine(now, id, reason.to_owned(), None);
        }
    }
}
