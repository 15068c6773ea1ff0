//! The worker: many tasks, inputs in, outputs out. It decides order, time, commit, restore and back-pressure, and touches nothing.
mod input;
mod output;
mod settings;

pub use input::{CommitDone, CommitFailure, Input, Now, OpenedState, ParkedTask};
pub use output::{Commit, Event, Output, TaskState};
pub use settings::{BadRecords, Guarantee, Settings};

use crate::{plan::Deployment, task::Outbox, topology::Blueprint};
use std::sync::Arc;

/// Runs the tasks that it is given.
pub struct Worker {
    outbox: Outbox,
}
impl Worker {
    /// A worker without tasks.
    pub fn new(_blueprint: Arc<Blueprint>, _deployment: Arc<Deployment>, _settings: Settings) -> Worker {
        Worker { outbox: Outbox::default() }
    }
    /// Takes in what happened. Outputs may follow.
    pub fn handle(&mut self, _now: Now, _input: Input) {}
    /// Processes up to `records_per_step` records, fires timers, begins a commit when it is due.
    pub fn step(&mut self, _now: Now) {}
    /// The next thing that the world shall do.
    pub fn poll_output(&mut self) -> Option<Output> {
        None
    }
    /// Monotonic milliseconds at which [`Worker::step`] has something to do even if nothing happens; `now` if it has work left.
    pub fn next_wake(&self, now: Now) -> i64 {
        now.monotonic
    }
    /// Records to be produced before the next output is performed.
    pub fn outbox(&self) -> &Outbox {
        &self.outbox
    }
    /// To clear it.
    pub fn outbox_mut(&mut self) -> &mut Outbox {
        &mut self.outbox
    }
}
