//! From "the group gave us this task" to "it processes records": open, committed offsets, changelog ends, restore, start.
//!
//! The order is an invariant (design §5): committed offsets first, and only stable ones; then the changelogs' ends. A changelog that is read to an
//! end taken before the offsets were known can lack what a straggling commit has just made visible, and offsets would outrun state.
use super::{
    Event, Now, OpenedState, Output,
    asked::Question,
    engine::{Closing, Engine},
    restore::Restore,
    runs::Runs,
    slot::{Phase, Slot},
};
use crate::plan::{TaskId, TopicId};

impl<T: Runs> Engine<T> {
    pub(super) fn assigned(&mut self, now: Now, tasks: Vec<TaskId>) {
        for id in tasks {
            if self.is_leaving(id) {
                self.again.push(id);
            }
            if self.slots.contains_key(&id) || self.closing != Closing::No {
                continue;
            }
            let slot = Slot::new(self.deployment.partitions_of(id).map(|(topic, _)| topic));
            self.slots.insert(id, slot);
            self.tell(Event::Task { task: id, state: super::TaskState::Opening });
            match self.dead.clone() {
                Some(reason) => self.quarantine(now, id, reason, None),
                None => self.open(id),
            }
        }
    }

    /// Asks for the task's database. A question from an earlier assignment serves this one too.
    pub(super) fn open(&mut self, id: TaskId) {
        self.enter(id, Phase::Opening);
        if !self.asked.waits(id, Question::Open) {
            self.asked.ask(id, Question::Open);
            self.emit(Output::OpenState(id));
        }
    }

    pub(super) fn opened(&mut self, now: Now, id: TaskId, state: Result<OpenedState, String>) {
        self.asked.answered(id, Question::Open);
        let wanted = self.slots.get(&id).is_some_and(|slot| matches!(slot.phase, Phase::Opening));
        match state {
            Ok(state) if wanted => self.build(now, id, state),
            Ok(state) => self.give_back(id, state),
            Err(reason) if wanted => self.ask_later(now, id, format!("the state of task {id} could not be opened: {reason}")),
            Err(_) => {}
        }
    }

    fn build(&mut self, now: Now, id: TaskId, state: OpenedState) {
        let parked = state.parked.as_ref().map_or(0, |parked| parked.generation);
        self.generation = self.generation.max(parked);
        match T::build(&self.blueprint, &self.deployment, id, &self.settings, state) {
            Ok(task) => self.built(id, task),
            Err(error) => self.task_failed(now, id, error, self.outbox.len()),
        }
    }

    fn built(&mut self, id: TaskId, mut task: T) {
        Self::tell_globals(&self.globals, &mut task);
        let Some(slot) = self.slots.get_mut(&id) else { return };
        slot.positions.known = task.restore_positions().into_iter().filter_map(|(topic, at)| Some((topic, at?))).collect();
        slot.positions.stale = false;
        slot.task = Some(task);
        self.fetch_committed(id);
    }

    /// State that came too late for its task goes to the parked ones; a database with nothing beside it is just closed.
    fn give_back(&mut self, task: TaskId, state: OpenedState) {
        if let Some(state) = state.parked {
            self.emit(Output::Park { task, state });
        }
    }

    pub(super) fn fetch_committed(&mut self, id: TaskId) {
        self.enter(id, Phase::FetchingCommitted);
        self.asked.ask(id, Question::Committed);
        self.emit(Output::FetchCommitted(id));
    }

    pub(super) fn committed_offsets(
        &mut self,
        now: Now,
        id: TaskId,
        offsets: Result<Vec<(TopicId, Option<i64>)>, String>,
        notes: &[String],
    ) {
        let latest = self.asked.answered(id, Question::Committed);
        let Some(slot) = self.slots.get_mut(&id) else { return };
        let (true, Phase::FetchingCommitted, Some(task)) = (latest, &slot.phase, &mut slot.task) else { return };
        match offsets {
            Ok(offsets) => {
                offsets.iter().for_each(|(topic, offset)| task.set_committed_offset(*topic, *offset));
                task.recall(notes);
                self.fetch_ends(id, offsets);
            }
            Err(reason) => self.ask_later(now, id, format!("committed offsets of task {id} could not be fetched: {reason}")),
        }
    }

    fn fetch_ends(&mut self, id: TaskId, committed: Vec<(TopicId, Option<i64>)>) {
        let topics = self.changelog_topics(id);
        if topics.is_empty() {
            return self.enter(id, Phase::Ready);
        }
        self.enter(id, Phase::FetchingEnds { committed });
        self.asked.ask(id, Question::Ends);
        self.emit(Output::FetchEnds { task: id, topics });
    }

    /// Topics that a task's stores are restored from, each once.
    fn changelog_topics(&self, id: TaskId) -> Vec<TopicId> {
        let Some(task) = self.slots.get(&id).and_then(|slot| slot.task.as_ref()) else { return Vec::new() };
        let mut topics: Vec<TopicId> = task.restore_positions().into_iter().map(|(topic, _)| topic).collect();
        topics.sort_unstable();
        topics.dedup();
        topics
    }

    pub(super) fn changelog_ends(&mut self, now: Now, id: TaskId, ends: Result<Vec<(TopicId, i64, i64)>, String>) {
        let latest = self.asked.answered(id, Question::Ends);
        let ends = ends.and_then(|ends| self.all_answered(id, ends));
        if let Ok(ends) = &ends
            && latest
        {
            self.rebuild_if_outdated(now, id, ends);
        }
        let Some(slot) = self.slots.get(&id) else { return };
        let (true, Phase::FetchingEnds { committed }) = (latest, &slot.phase) else { return };
        match ends {
            Ok(ends) => match Restore::plan(now, &self.deployment, id, committed, &ends, &slot.positions) {
                Ok(restore) => self.begin_restore(id, restore),
                Err(refusal) => self.quarantine(now, id, refusal, None),
            },
            Err(reason) => self.ask_later(now, id, format!("the ends of the changelogs of task {id} could not be fetched: {reason}")),
        }
    }

    fn all_answered(&self, id: TaskId, ends: Vec<(TopicId, i64, i64)>) -> Result<Vec<(TopicId, i64, i64)>, String> {
        let missing = self.changelog_topics(id).into_iter().find(|topic| !ends.iter().any(|(t, _, _)| t == topic));
        match missing {
            None => Ok(ends),
            Some(topic) => Err(format!("no answer for {}", self.topic_name(topic))),
        }
    }

    /// The question could not be answered: the same again, later.
    fn ask_later(&mut self, now: Now, id: TaskId, reason: String) {
        let Some(slot) = self.slots.get_mut(&id) else { return };
        let pause = slot.tries.again(now.monotonic, self.settings.retry_ms);
        self.tell(Event::TaskFailed { task: id, reason, retry_in_ms: Some(pause) });
    }

    /// Asks again, or opens again, where the pause is over.
    pub(super) fn try_again(&mut self, now: Now) {
        let due = |slot: &Slot<T>| slot.tries.at.is_some_and(|at| at <= now.monotonic);
        let ids: Vec<TaskId> = self.slots.iter().filter(|(_, slot)| due(slot)).map(|(id, _)| *id).collect();
        for id in ids {
            let Some(slot) = self.slots.get_mut(&id) else { continue };
            slot.tries.at = None;
            match &mut slot.phase {
                Phase::Opening | Phase::Quarantined => self.open(id),
                Phase::FetchingCommitted => self.fetch_committed(id),
                Phase::FetchingEnds { committed } => {
                    let committed = std::mem::take(committed);
                    self.fetch_ends(id, committed);
                }
                Phase::Restoring(_) | Phase::Ready | Phase::Running { .. } => {}
            }
        }
    }

    /// Starts the tasks whose state is there. Starting may produce, so it waits for an idle producer.
    pub(super) fn start_ready(&mut self, now: Now) {
        if !self.knows_globals() {
            return;
        }
        let ids: Vec<TaskId> = self.slots.iter().filter(|(_, s)| matches!(s.phase, Phase::Ready)).map(|(id, _)| *id).collect();
        for id in ids {
            if self.is_idle() && self.call(now, id, T::start) {
                self.run(now, id);
            }
        }
    }

    fn run(&mut self, now: Now, id: TaskId) {
        self.enter(id, Phase::Running { since: now.monotonic });
        if let Some(slot) = self.slots.get_mut(&id) {
            slot.checkpoint.last = now.monotonic;
        }
        self.read_sources(id);
    }
}
