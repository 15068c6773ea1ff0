//! The worker's state and its doors: an input comes in, a step is made, outputs go out.
use super::{
    Event, Input, Now, Output, Settings,
    abort::Rollback,
    asked::Asked,
    choose::Rest,
    coming::Coming,
    commit::Walk,
    first_heads::FirstHeads,
    globals::Moments,
    runs::Runs,
    slot::{Phase, Slot},
};
use crate::{
    plan::{Deployment, TaskId, TopicId},
    task::{Outbox, TaskError},
};
use std::{
    collections::{BTreeMap, VecDeque},
    sync::Arc,
};

/// A worker over any kind of task. Each concern adds its methods in its own file.
pub(super) struct Engine<T: Runs> {
    pub(super) blueprint: Arc<T::Blueprint>,
    pub(super) deployment: Arc<Deployment>,
    pub(super) settings: Settings,
    /// Ordered, so that equal inputs give equal outputs.
    pub(super) slots: BTreeMap<TaskId, Slot<T>>,
    pub(super) globals: Moments,
    pub(super) asked: Asked,
    pub(super) outbox: Outbox,
    /// Records on their way back to this worker.
    pub(super) coming: Coming,
    pub(super) first_heads: FirstHeads,
    outputs: VecDeque<Output>,
    pub(super) flight: Flight,
    /// Number of the last commit or restore; never goes back.
    pub(super) generation: u64,
    /// Whether anything was produced since the last commit.
    pub(super) produced: bool,
    pub(super) schedule: Schedule,
    /// Tasks that the group wants back.
    pub(super) leaving: Vec<TaskId>,
    /// Tasks that the group gave again before they were released.
    pub(super) again: Vec<TaskId>,
    pub(super) closing: Closing,
    /// Why this worker cannot go on, if it cannot.
    pub(super) dead: Option<String>,
    /// When `step` has something to do next, monotonic. An input sets it to the past.
    wake: i64,
}

/// What the producer is busy with. While it is, no task is called that could produce.
pub(super) enum Flight {
    Idle,
    Committing(Walk),
    Aborting(Rollback),
}

/// Whether the worker was told to finish.
#[derive(PartialEq, Eq)]
pub(super) enum Closing {
    No,
    Asked,
    Done,
}

/// Monotonic times of what happens at intervals.
#[derive(Default)]
pub(super) struct Schedule {
    /// When the last commit began.
    pub(super) commit: i64,
    /// A processor asked for a commit.
    pub(super) commit_requested: bool,
    pub(super) purge: i64,
    /// Aborts without a commit between them, and the time until which nothing is processed because of them.
    pub(super) aborts: u32,
    pub(super) held_until: i64,
}

impl<T: Runs> Engine<T> {
    pub(super) fn new(blueprint: Arc<T::Blueprint>, deployment: Arc<Deployment>, settings: Settings) -> Self {
        Engine {
            blueprint,
            coming: Coming::new(&deployment),
            first_heads: FirstHeads::Unasked,
            deployment,
            settings,
            slots: BTreeMap::new(),
            globals: Moments::new(),
            asked: Asked::default(),
            outbox: Outbox::default(),
            outputs: VecDeque::new(),
            flight: Flight::Idle,
            generation: 0,
            produced: false,
            schedule: Schedule::default(),
            leaving: Vec::new(),
            again: Vec::new(),
            closing: Closing::No,
            dead: None,
            wake: i64::MIN,
        }
    }

    pub(super) fn handle(&mut self, now: Now, input: Input) {
        match input {
            Input::Assigned(tasks) => in_rebalance(&tasks, "assigned", || self.assigned(now, tasks.clone())),
            Input::Revoking(tasks) => in_rebalance(&tasks, "revoking", || self.revoking(tasks.clone())),
            Input::Lost(tasks) => in_rebalance(&tasks, "lost", || self.lost(tasks.clone())),
            Input::Opened { task, state } => self.opened(now, task, state),
            Input::CommittedOffsets { task, offsets, notes } => self.committed_offsets(now, task, offsets, &notes),
            Input::ChangelogEnds { task, ends } => self.changelog_ends(now, task, ends),
            Input::Restored { task, topic, batch, next } => self.restored(now, task, topic, &*batch, next),
            Input::Records { topic, partition, batch } => self.records(topic, partition, batch),
            Input::EndOfPartition { topic, partition, offset } => self.end_of_partition(topic, partition, offset),
            Input::Global { topic, rows } => self.global(topic, rows),
            Input::Committed(result) => self.commit_answered(now, result),
            Input::Aborted(result) => self.abort_answered(now, result),
            Input::DeliveryFailed { topic, reason } => self.delivery_failed(topic, &reason),
            Input::Unwritable { name, reason } => self.unwritable(now, &name, &reason),
            Input::Checkpointed { task, generation, snapshot } => self.checkpointed(now, task, generation, snapshot),
            Input::Query(query) => self.query(now, query),
            Input::Look => self.look(now),
            Input::Close => self.close(),
        }
        self.settle(now);
        self.wake = i64::MIN;
    }

    pub(super) fn step(&mut self, now: Now) {
        self.try_again(now);
        self.settle(now);
        self.commit_if_due(now);
        self.punctuate(now);
        let rest = self.process(now);
        // What was held back may be needed to go on: after the next look at the world it is known.
        let rest = if self.resume_sources() { Rest::Work } else { rest };
        self.tell_skipped();
        self.note_produced(now);
        self.wake = self.wake_after(now, rest);
    }

    /// What waits for an idle producer: letting go of tasks, then starting restored ones.
    fn settle(&mut self, now: Now) {
        self.leave(now);
        self.take_again(now);
        self.go_on_restoring();
        self.start_ready(now);
        self.note_produced(now);
    }

    pub(super) fn poll_output(&mut self) -> Option<Output> {
        self.outputs.pop_front()
    }
    pub(super) fn next_wake(&self, now: Now) -> i64 {
        self.wake.max(now.monotonic)
    }

    // ---- small things that every concern needs
    pub(super) fn emit(&mut self, output: Output) {
        self.outputs.push_back(output);
    }
    pub(super) fn tell(&mut self, event: Event) {
        self.emit(Output::Event(event));
    }
    pub(super) fn is_idle(&self) -> bool {
        matches!(self.flight, Flight::Idle) && self.dead.is_none()
    }
    /// Remembers that a transaction is open, before the shell empties the outbox.
    pub(super) fn note_produced(&mut self, now: Now) {
        self.note_coming(now);
        self.produced |= !self.outbox.is_empty();
    }
    /// Moves a task on; people hear of it when it looks different to them.
    pub(super) fn enter(&mut self, task: TaskId, phase: Phase) {
        let Some(slot) = self.slots.get_mut(&task) else { return };
        let state = phase.state().unwrap_or(slot.told);
        slot.phase = phase;
        if std::mem::replace(&mut slot.told, state) != state {
            self.tell(Event::Task { task, state });
        }
    }
    pub(super) fn topic_name(&self, topic: TopicId) -> Arc<str> {
        self.deployment.topic(topic).name.clone()
    }
    /// Running tasks, in order.
    pub(super) fn running(&self) -> impl Iterator<Item = (TaskId, &T)> {
        self.slots.iter().filter_map(|(id, slot)| Some((*id, slot.running()?)))
    }
    /// Running tasks for which something holds, in order.
    pub(super) fn running_where(&self, holds: impl Fn(&T) -> bool) -> Vec<TaskId> {
        self.running().filter(|(_, task)| holds(task)).map(|(id, _)| id).collect()
    }
    /// Calls a task with the outbox. If it fails it is quarantined, and the open transaction is aborted if the task had a part in it.
    pub(super) fn call(&mut self, now: Now, id: TaskId, f: impl FnOnce(&mut T, Now, &mut Outbox) -> Result<(), TaskError>) -> bool {
        let mark = self.outbox.len();
        let Some(task) = self.slots.get_mut(&id).and_then(|slot| slot.task.as_mut()) else { return false };
        match f(task, now, &mut self.outbox) {
            Ok(()) => true,
            Err(error) => {
                self.task_failed(now, id, error, mark);
                false
            }
        }
    }
}

/// What happens in a rebalance is logged with what it is about.
fn in_rebalance(tasks: &[TaskId], what: &'static str, work: impl FnOnce()) {
    tracing::info_span!("rebalance", what, tasks = tasks.len()).in_scope(|| {
        tracing::info!(tasks = %tasks.iter().map(ToString::to_string).collect::<Vec<_>>().join(" "), "{what}");
        work();
    });
}
