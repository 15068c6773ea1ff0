//! Tasks that moved away and that no worker of this process took up again: their committed state goes to disk, and their database is closed.
use crate::{
    Blueprint,
    plan::{Deployment, TaskId, TopicId},
    shell::{Clock, Parking},
    task::Task,
    worker::{OpenedState, ParkedTask, Settings},
};
use std::sync::Arc;

/// What is needed to write a parked task.
pub(crate) struct Unclaimed<C> {
    pub(crate) blueprint: Arc<Blueprint>,
    pub(crate) deployment: Arc<Deployment>,
    pub(crate) settings: Settings,
    pub(crate) parking: Parking,
    pub(crate) clock: C,
}
/// A rebalance that gives a task back does so within seconds.
const CLAIMED_WITHIN_MS: i64 = 10_000;

impl<C: Clock> Unclaimed<C> {
    /// Those that have waited long enough.
    pub(crate) fn close_old(&self) {
        self.close_since(self.clock.now().monotonic.saturating_sub(CLAIMED_WITHIN_MS));
    }
    /// All.
    pub(crate) fn close_all(&self) {
        self.close_since(i64::MAX);
    }
    fn close_since(&self, since: i64) {
        while let Some((task, parked)) = self.parking.take_unclaimed(since) {
            match self.write(task, parked) {
                Ok(()) => tracing::info!(%task, "its state is on disk"),
                // The changelog has it: whoever opens the database restores from the position that it holds.
                Err(reason) => tracing::warn!(%task, reason, "its state was not written"),
            }
            self.parking.closed(task);
        }
    }
    fn write(&self, id: TaskId, parked: ParkedTask) -> Result<(), String> {
        let (backend, generation) = (parked.backend.clone(), parked.generation);
        let known = |(name, offset): &(Arc<str>, i64)| Some((self.deployment.topic_named(name)?, *offset));
        let positions: Vec<(TopicId, i64)> = parked.positions.iter().filter_map(known).collect();
        let state = OpenedState { backend: backend.clone(), parked: Some(parked) };
        let mut task = Task::build(&self.blueprint, &self.deployment, id, &self.settings, state).map_err(|e| e.text)?;
        if task.committed_bytes() == 0 {
            return Ok(());
        }
        backend.write(&task.checkpoint(generation, self.clock.now(), &positions)).map_err(|e| e.to_string())
    }
}
