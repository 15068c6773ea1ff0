//! Reading changelogs back: from where, up to where, how far it has come, and when the positions cannot be right.
use super::{
    Event, Now, Output,
    engine::Engine,
    runs::Runs,
    slot::{Phase, Positions},
};
use crate::{
    plan::{Deployment, Origin, TaskId, TopicId},
    task::Batch,
};

/// Milliseconds between two words on how far it has come.
const PROGRESS_EVERY_MS: i64 = 1_000;

/// A restore on its way.
#[derive(Debug)]
pub(super) struct Restore {
    pub(super) legs: Vec<Leg>,
    /// Rows go into committed slots of this generation: one that no checkpoint in flight covers.
    pub(super) generation: u64,
    pub(super) restored: u64,
    pub(super) began: i64,
    told: i64,
    /// Too many bytes wait for the writer: the world was told to stop.
    pub(super) stopped: bool,
}

/// One changelog partition that is read back.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Leg {
    pub(super) topic: TopicId,
    pub(super) next: i64,
    pub(super) to: i64,
}

impl Restore {
    /// Which changelog is read from where to where.
    ///
    /// - An empty store is read from the changelog's first offset.
    /// - A source topic that is its own changelog is read up to the committed offset only: what is behind it is still to be processed.
    /// - A position behind the end: the topic was made anew or truncated. Refused, because nobody can say which of the two, topic or disk, is right.
    /// - A position before the first offset: records that the store has not seen were deleted. Where time retention does that (windows; sources),
    ///   they were past their retention and the restore begins at the first offset; a compacted changelog loses its head to a person only: refused.
    pub(super) fn plan(
        now: Now,
        deployment: &Deployment,
        task: TaskId,
        committed: &[(TopicId, Option<i64>)],
        ends: &[(TopicId, i64, i64)],
        positions: &Positions,
    ) -> Result<Restore, String> {
        let mut legs = Vec::new();
        for (topic, first, end) in ends {
            let place = Place { deployment, task, topic: *topic };
            let to = place.limit(committed, *first, *end);
            let next = place.begin(positions.get(*topic), *first, *end)?;
            legs.push(Leg { topic: *topic, next, to });
        }
        Ok(Restore { legs, generation: 0, restored: 0, began: now.monotonic, told: now.monotonic, stopped: false })
    }
    fn is_done(&self) -> bool {
        self.legs.iter().all(|leg| leg.next >= leg.to)
    }
    pub(super) fn remaining(&self) -> u64 {
        self.legs.iter().map(|leg| u64::try_from(leg.to - leg.next).unwrap_or(0)).sum()
    }
}

/// A changelog partition, for rules and messages.
struct Place<'a> {
    deployment: &'a Deployment,
    task: TaskId,
    topic: TopicId,
}
impl Place<'_> {
    fn is_source(&self) -> bool {
        self.deployment.of(self.task).sources.contains(&self.topic)
    }
    fn limit(&self, committed: &[(TopicId, Option<i64>)], first: i64, end: i64) -> i64 {
        if !self.is_source() {
            return end;
        }
        let offset = committed.iter().find(|(topic, _)| *topic == self.topic).and_then(|(_, offset)| *offset);
        offset.map_or(first, |offset| offset.min(end))
    }
    fn begin(&self, position: Option<i64>, first: i64, end: i64) -> Result<i64, String> {
        match position {
            None => Ok(first),
            Some(position) if position > end => Err(self.recreated(position, end)),
            Some(position) if position < first && !self.deletes() => Err(self.beheaded(position, first)),
            Some(position) => Ok(position.max(first)),
        }
    }
    /// Whether records vanish from its head by retention.
    fn deletes(&self) -> bool {
        let topic = self.deployment.topic(self.topic);
        topic.origin != Origin::Changelog || topic.config.iter().any(|(key, value)| key == "cleanup.policy" && value.contains("delete"))
    }
    fn recreated(&self, position: i64, end: i64) -> String {
        format!(
            "task {}: its state stands at offset {position} of {}, which ends at {end}: the topic was deleted and made anew, or lost records. \
             If the topic is right, delete the task's state folder and the state is rebuilt from it; if the state is right, bring the topic back",
            self.task,
            self.name()
        )
    }
    fn beheaded(&self, position: i64, first: i64) -> String {
        format!(
            "task {}: its state stands at offset {position} of {}, which begins at {first}: records that the state has not seen were deleted, \
             and a compacted topic does not do that by itself. To go on with what is left, delete the task's state folder",
            self.task,
            self.name()
        )
    }
    fn name(&self) -> String {
        format!("{}/{}", self.deployment.topic(self.topic).name, self.task.partition)
    }
}

/// Kafka's default of `delete.retention.ms`.
const DELETE_RETENTION_MS: i64 = 86_400_000;

/// How long a compacted topic keeps a tombstone.
fn tombstones_stay(deployment: &Deployment, topic: TopicId) -> i64 {
    let set = deployment.topic(topic).config.iter().find(|(key, _)| key == "delete.retention.ms");
    set.and_then(|(_, value)| value.parse().ok()).unwrap_or(DELETE_RETENTION_MS)
}

impl<T: Runs> Engine<T> {
    /// A tombstone that the state has not seen may be gone from its compacted changelog by now, and what it deleted would rise again: a state
    /// that is older than tombstones get is built anew from the beginning of its changelogs.
    pub(super) fn rebuild_if_outdated(&mut self, now: Now, id: TaskId, ends: &[(TopicId, i64, i64)]) {
        let Some(slot) = self.slots.get_mut(&id) else { return };
        let (Phase::FetchingEnds { committed }, Some(task)) = (&slot.phase, &mut slot.task) else { return };
        let outdated = |(topic, first, end): &(TopicId, i64, i64)| {
            let to = Place { deployment: &self.deployment, task: id, topic: *topic }.limit(committed, *first, *end);
            let age = now.wall.saturating_sub(task.written_at(*topic)?);
            let misses = slot.positions.get(*topic).is_some_and(|at| at < to) && age >= tombstones_stay(&self.deployment, *topic);
            misses.then_some((*topic, age))
        };
        if let Some((topic, age)) = ends.iter().find_map(outdated) {
            let topic = &self.deployment.topic(topic).name;
            tracing::info!(task = %id, age_ms = age, topic = &**topic, "the state on disk is older than tombstones stay; it is built anew");
            task.rebuild();
            slot.positions.known.clear();
        }
    }

    pub(super) fn begin_restore(&mut self, id: TaskId, mut restore: Restore) {
        if restore.is_done() {
            return self.enter(id, Phase::Ready);
        }
        self.generation += 1;
        restore.generation = self.generation;
        self.enter(id, Phase::Restoring(restore));
        self.read_changelogs(id);
    }

    /// Asks for what is still to be read.
    fn read_changelogs(&mut self, id: TaskId) {
        let Some(Phase::Restoring(restore)) = self.slots.get_mut(&id).map(|slot| &mut slot.phase) else { return };
        restore.stopped = false;
        let open = restore.legs.iter().filter(|leg| leg.next < leg.to);
        let wanted: Vec<Output> = open.map(|leg| Output::Restore { task: id, topic: leg.topic, from: leg.next, to: leg.to }).collect();
        wanted.into_iter().for_each(|output| self.emit(output));
    }

    pub(super) fn restored(&mut self, now: Now, id: TaskId, topic: TopicId, batch: &dyn Batch, next: i64) {
        let _span = tracing::debug_span!("restore", task_id = %id).entered();
        let Some(slot) = self.slots.get_mut(&id) else { return };
        let (Phase::Restoring(restore), Some(task)) = (&mut slot.phase, &mut slot.task) else { return };
        let Some(leg) = restore.legs.iter_mut().find(|leg| leg.topic == topic) else { return };
        if let Err(error) = task.restore(topic, batch, now, restore.generation) {
            return self.task_failed(now, id, error, self.outbox.len());
        }
        leg.next = leg.next.max(next);
        restore.restored += batch.len() as u64;
        slot.positions.set(topic, leg.next.min(leg.to));
        if restore.is_done() {
            return self.finish_restore(now, id);
        }
        self.tell_progress(now, id);
        self.checkpoint_restored(now, id);
    }

    fn finish_restore(&mut self, now: Now, id: TaskId) {
        if let Some(Phase::Restoring(restore)) = self.slots.get_mut(&id).map(|slot| &mut slot.phase) {
            restore.told = i64::MIN;
        }
        self.tell_progress(now, id);
        self.enter(id, Phase::Ready);
    }

    fn tell_progress(&mut self, now: Now, id: TaskId) {
        let Some(Phase::Restoring(restore)) = self.slots.get_mut(&id).map(|slot| &mut slot.phase) else { return };
        if now.monotonic.saturating_sub(restore.told) < PROGRESS_EVERY_MS {
            return;
        }
        restore.told = now.monotonic;
        let (restored, remaining, elapsed_ms) = (restore.restored, restore.remaining(), now.monotonic - restore.began);
        self.tell(Event::RestoreProgress { task: id, restored, remaining, elapsed_ms });
    }

    /// Hands what was read back to the writer when it is much, and waits when the writer lags.
    fn checkpoint_restored(&mut self, now: Now, id: TaskId) {
        if self.over_checkpoint_budget() && self.checkpoint(now, id) {
            self.generation += 1;
            let Some(Phase::Restoring(restore)) = self.slots.get_mut(&id).map(|slot| &mut slot.phase) else { return };
            restore.generation = self.generation;
        }
        if self.writers_lag() {
            self.stop_restore(id);
        }
    }

    fn stop_restore(&mut self, id: TaskId) {
        let Some(Phase::Restoring(restore)) = self.slots.get_mut(&id).map(|slot| &mut slot.phase) else { return };
        if !std::mem::replace(&mut restore.stopped, true) {
            self.emit(Output::StopRestore(id));
        }
    }

    /// The task that is restored goes away.
    pub(super) fn end_restore(&mut self, id: TaskId) {
        self.stop_restore(id);
        if let Some(slot) = self.slots.get_mut(&id).filter(|slot| matches!(slot.phase, Phase::Restoring(_))) {
            slot.phase = Phase::Ready;
        }
    }

    /// The writer has caught up: restores that were stopped go on.
    pub(super) fn go_on_restoring(&mut self) {
        let stopped = |phase: &Phase| matches!(phase, Phase::Restoring(restore) if restore.stopped);
        let ids: Vec<TaskId> = self.slots.iter().filter(|(_, slot)| stopped(&slot.phase)).map(|(id, _)| *id).collect();
        if ids.is_empty() || self.writers_lag() {
            return;
        }
        ids.into_iter().for_each(|id| self.read_changelogs(id));
    }
}
