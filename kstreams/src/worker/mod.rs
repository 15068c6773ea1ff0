//! The worker: many tasks, inputs in, outputs out. It decides order, time, commit, restore and back-pressure, and touches nothing.
//!
//! A task's way: `lifecycle` (open, offsets, ends) → `restore` → `choose` and `flow` (records) → `commit` → `checkpoint`; ways back: `abort`,
//! `quarantine`; the way out: `leave`.
mod abort;
mod asked;
mod checkpoint;
mod choose;
mod coming;
mod commit;
mod engine;
mod first_heads;
mod flow;
mod globals;
mod input;
mod leave;
mod lifecycle;
mod output;
mod quarantine;
mod query;
mod restore;
mod runs;
mod settings;
mod slot;
#[cfg(test)]
mod tests;
mod view;

pub use crate::state::{GlobalRow, GlobalRows, Only, Page, PageLimits, StoredRow, Wanted};
pub use input::{CommitDone, CommitFailure, Input, Now, OpenedState, ParkedTask};
pub use output::{Commit, Event, Output, TaskState};
pub use query::{Answer, Query, Refusal};
pub use settings::{BadRecords, Guarantee, Settings};
pub use view::{Doing, RestoreView, SourceView, TaskView, View, Work};

use crate::{
    plan::Deployment,
    task::{Outbox, Task},
    topology::Blueprint,
};
use std::sync::Arc;

/// Runs the tasks that it is given.
///
/// What it asks of a world: every question (`OpenState`, `FetchCommitted`, `FetchEnds`, `Commit`, `Abort`, `Checkpoint`) is answered once, questions of
/// one kind about one task in the order of asking, also when the task has left meanwhile; after `Pause`, `StopRestore` and
/// `Release` were performed nothing more comes of what they stop.
pub struct Worker {
    engine: engine::Engine<Task>,
}
impl Worker {
    /// A worker without tasks.
    pub fn new(blueprint: Arc<Blueprint>, deployment: Arc<Deployment>, settings: Settings) -> Worker {
        Worker { engine: engine::Engine::new(blueprint, deployment, settings) }
    }
    /// Takes in what happened. Outputs may follow.
    pub fn handle(&mut self, now: Now, input: Input) {
        self.engine.handle(now, input);
    }
    /// Processes up to `records_per_step` records, fires timers, begins a commit when it is due.
    pub fn step(&mut self, now: Now) {
        self.engine.step(now);
    }
    /// The next thing that the world shall do.
    pub fn poll_output(&mut self) -> Option<Output> {
        self.engine.poll_output()
    }
    /// Monotonic milliseconds at which [`Worker::step`] has something to do even if nothing happens; `now` if it has work left.
    pub fn next_wake(&self, now: Now) -> i64 {
        self.engine.next_wake(now)
    }
    /// Records to be produced before the next output is performed.
    pub fn outbox(&self) -> &Outbox {
        &self.engine.outbox
    }
    /// To clear it.
    pub fn outbox_mut(&mut self) -> &mut Outbox {
        self.engine.coming.outbox_emptied();
        &mut self.engine.outbox
    }
}
