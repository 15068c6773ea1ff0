//! The commit walk: when it is due, what it covers, and what follows when it went through.
//!
//! All dirty tasks of a worker commit together. From the walk's first `prepare_commit` to the answer nothing is processed; inputs still queue up.
//! Exactly once and at least once differ only in what the shell does with [`Output::Commit`].
use super::{
    Commit, CommitDone, CommitFailure, Event, Now, Output,
    engine::{Engine, Flight},
    runs::Runs,
};
use crate::{
    op::Dropped,
    plan::{TaskId, TopicId},
};

/// A commit on its way: what it covers, so that its answer can be put to use.
pub(super) struct Walk {
    pub(super) began: i64,
    records: u64,
    pub(super) dirty: Vec<TaskId>,
    /// Whose changelog end offsets come with the answer, in that order.
    asked: Vec<(TaskId, TopicId)>,
    offsets: Vec<(TaskId, TopicId, i64)>,
    /// Tasks whose checkpoint is due with this commit.
    checkpoints: Vec<TaskId>,
    /// Tasks that leave with this commit.
    pub(super) leaving: Vec<TaskId>,
}

impl<T: Runs> Engine<T> {
    pub(super) fn commit_if_due(&mut self, now: Now) {
        if self.is_idle() && self.next_commit(now) <= now.monotonic {
            self.begin_commit(now);
        }
    }

    /// Monotonic time at which a commit is due: at the interval if there is something to commit, at once on request and above a limit.
    pub(super) fn next_commit(&self, now: Now) -> i64 {
        let dirty = self.produced || self.running().any(|(_, task)| task.dirty());
        if self.checkpoint_pressed() || dirty && (self.schedule.commit_requested || self.open_bytes() >= self.settings.open_state_bytes) {
            return now.monotonic;
        }
        let interval = self.schedule.commit.saturating_add(self.settings.commit_interval_ms);
        if dirty { interval } else { self.next_idle_checkpoint().map_or(i64::MAX, |at| at.max(interval)) }
    }

    pub(super) fn begin_commit(&mut self, now: Now) {
        let _span = tracing::debug_span!("commit").entered();
        self.schedule.commit = now.monotonic;
        self.schedule.commit_requested = false;
        let dirty = self.running_where(T::dirty);
        for id in &dirty {
            if !self.prepare(now, *id) {
                return;
            }
        }
        self.note_produced(now);
        let walk = self.walk(now, dirty);
        let commit = self.commit_of(&walk);
        if commit == Commit::default() {
            return self.conclude(now, walk, &[]);
        }
        self.flight = Flight::Committing(walk);
        self.emit(Output::Commit(commit));
    }

    /// Changelog records of one task go to the outbox; then its known positions are too low.
    fn prepare(&mut self, now: Now, id: TaskId) -> bool {
        let mark = self.outbox.len();
        let prepared = self.call(now, id, T::prepare_commit);
        if let Some(slot) = self.slots.get_mut(&id) {
            slot.positions.stale |= self.outbox.len() > mark;
        }
        // A task that fails without a part in the transaction aborts nothing: the walk goes on without it.
        prepared || self.is_idle()
    }

    fn walk(&self, now: Now, mut dirty: Vec<TaskId>) -> Walk {
        dirty.retain(|id| self.slots.get(id).is_some_and(|slot| slot.running().is_some()));
        let leaving = self.leaving.clone();
        let checkpoints: Vec<TaskId> = self.checkpoints_due(now).into_iter().filter(|id| !leaving.contains(id)).collect();
        let asked = checkpoints.iter().chain(&leaving).flat_map(|id| self.positions_wanted(*id)).collect();
        let offsets = dirty.iter().flat_map(|id| self.offsets_of(*id)).collect();
        let records = self.running().map(|(_, task)| task.records_since_commit()).sum();
        Walk { began: now.monotonic, records, dirty, asked, offsets, checkpoints, leaving }
    }

    /// Changelogs whose end offset has to be asked for before the task's state can be written or parked.
    fn positions_wanted(&self, id: TaskId) -> Vec<(TaskId, TopicId)> {
        let wanted = self.slots.get(&id).is_some_and(|slot| slot.running().is_some() && slot.positions.stale);
        if !wanted {
            return Vec::new();
        }
        let written = self.deployment.of(id).changelogs.iter().filter(|changelog| !changelog.is_source);
        written.map(|changelog| (id, changelog.topic)).collect()
    }

    fn offsets_of(&self, id: TaskId) -> Vec<(TaskId, TopicId, i64)> {
        let Some(slot) = self.slots.get(&id) else { return Vec::new() };
        let Some(task) = slot.running() else { return Vec::new() };
        slot.sources.iter().filter_map(|source| Some((id, source.topic, task.position(source.topic)?))).collect()
    }

    fn commit_of(&self, walk: &Walk) -> Commit {
        Commit {
            offsets: walk.offsets.iter().map(|(id, topic, offset)| (*topic, id.partition, *offset)).collect(),
            produced: self.produced,
            positions_of: walk.asked.iter().map(|(id, topic)| (*topic, id.partition)).collect(),
            notes: walk.offsets.iter().filter_map(|(id, topic, _)| Some((*topic, id.partition, self.note_of(*id)?))).collect(),
        }
    }

    /// What a task wants to read again with its committed offsets.
    fn note_of(&self, id: TaskId) -> Option<String> {
        let note = self.slots.get(&id)?.running()?.note();
        (!note.is_empty()).then_some(note)
    }

    pub(super) fn commit_answered(&mut self, now: Now, result: Result<CommitDone, CommitFailure>) {
        let _span = tracing::debug_span!("commit").entered();
        let walk = match std::mem::replace(&mut self.flight, Flight::Idle) {
            Flight::Committing(walk) => walk,
            other => {
                self.flight = other;
                return;
            }
        };
        match result {
            Ok(done) => {
                let took_ms = now.monotonic - walk.began;
                self.tell(Event::Committed { records: walk.records, took_ms });
                self.produced = false;
                self.coming.committed(now);
                self.schedule.aborts = 0;
                self.conclude(now, walk, &done.positions);
            }
            Err(failure) => self.commit_failed(now, walk.dirty, failure),
        }
    }

    /// The commit went through, or there was nothing to commit: open state becomes committed state, and what waited for that happens.
    /// Tasks that were lost meanwhile are passed over, even if they are back: nothing runs in a new life while a commit is in flight.
    fn conclude(&mut self, now: Now, walk: Walk, ends: &[i64]) {
        self.generation += 1;
        walk.dirty.iter().for_each(|id| self.task_committed(*id));
        walk.offsets.iter().for_each(|(id, topic, offset)| self.offset_committed(*id, *topic, *offset));
        self.take_positions(&walk.asked, ends);
        for id in &walk.checkpoints {
            let stays = !self.leaving.contains(id);
            if stays && self.slots.get(id).is_some_and(|slot| slot.running().is_some()) {
                self.checkpoint(now, *id);
            }
        }
        self.purge_if_due(now);
        self.let_go(walk.leaving);
    }

    fn task_committed(&mut self, id: TaskId) {
        let Some(task) = self.slots.get_mut(&id).and_then(|slot| slot.running_mut()) else { return };
        task.committed(self.generation);
        self.schedule.commit_requested |= task.take_commit_request();
        let dropped = task.take_dropped();
        if dropped != Dropped::default() {
            self.tell(Event::Dropped { task: id, dropped });
        }
    }

    fn offset_committed(&mut self, id: TaskId, topic: TopicId, offset: i64) {
        let is_changelog = self.deployment.of(id).changelogs.iter().any(|changelog| changelog.is_source && changelog.topic == topic);
        let Some(slot) = self.slots.get_mut(&id) else { return };
        let Some(task) = slot.running_mut() else { return };
        task.set_committed_offset(topic, Some(offset));
        slot.sources.iter_mut().filter(|source| source.topic == topic).for_each(|source| source.committed = offset);
        if is_changelog {
            slot.positions.set(topic, offset);
        }
    }

    fn take_positions(&mut self, asked: &[(TaskId, TopicId)], ends: &[i64]) {
        for ((id, topic), end) in asked.iter().zip(ends) {
            if let Some(slot) = self.slots.get_mut(id).filter(|slot| slot.running().is_some()) {
                slot.positions.set(*topic, *end);
                slot.positions.stale = false;
            }
        }
    }

    /// What is committed of repartition topics is not needed any more.
    fn purge_if_due(&mut self, now: Now) {
        if now.monotonic < self.schedule.purge.saturating_add(self.settings.purge_interval_ms) {
            return;
        }
        self.schedule.purge = now.monotonic;
        let mut purges = Vec::new();
        for (id, slot) in &mut self.slots {
            let repartitions = slot.sources.iter_mut().filter(|source| self.deployment.topic(source.topic).origin.is_passed_through());
            for source in repartitions.filter(|source| source.committed > source.purged) {
                source.purged = source.committed;
                purges.push(Output::Purge { topic: source.topic, partition: id.partition, before: source.committed });
            }
        }
        purges.into_iter().for_each(|purge| self.emit(purge));
    }
}
