//! What workers tell: logged, counted, and handed to whoever listens.
use super::listeners::{AppState, Follower, Phase, Restore};
use crate::{Event, plan::TaskId, worker::TaskState};
use std::{
    collections::BTreeMap,
    sync::{Mutex, MutexGuard, PoisonError, RwLock},
};

/// What an application did until it was closed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Closed {
    /// Source records that were processed and committed, those of repartition topics too.
    pub records: u64,
    /// Commits that went through.
    pub commits: u64,
    /// Transactions that were aborted and processed again.
    pub aborts: u64,
    /// Bad records that were skipped or sent to the dead-letter topic. Those that an abort brought back count again.
    pub bad: u64,
    /// Records that came behind the end of their window and its grace.
    pub late: u64,
    /// Records that no arm of a `split` took.
    pub unmatched: u64,
    /// Records that a `deduplicate` had seen before.
    pub duplicates: u64,
}
impl Closed {
    fn count(&mut self, event: &Event) {
        match event {
            Event::Committed { records, .. } => {
                self.records += records;
                self.commits += 1;
            }
            Event::Aborted { .. } => self.aborts += 1,
            Event::BadRecord { .. } => self.bad += 1,
            Event::Dropped { dropped, .. } => {
                self.late += dropped.late;
                self.unmatched += dropped.unmatched;
                self.duplicates += dropped.duplicates;
            }
            Event::Task { .. }
            | Event::RestoreProgress { .. }
            | Event::TaskFailed { .. }
            | Event::Assigned { .. }
            | Event::Held { .. }
            | Event::TopicFound { .. } => {}
        }
    }
}

type Listener = Box<dyn Fn(&Event) + Send + Sync>;

/// Who listens to what.
#[derive(Default)]
struct Listeners {
    events: Vec<Listener>,
    states: Vec<Box<dyn Fn(AppState, AppState) + Send + Sync>>,
    restores: Vec<Box<dyn Fn(&Restore) + Send + Sync>>,
}

/// What was told so far.
#[derive(Default)]
pub(super) struct Told {
    listeners: RwLock<Listeners>,
    state: Mutex<State>,
    #[cfg(feature = "ops-http")]
    pub(super) journal: super::ops::Journal,
}
#[derive(Default)]
struct State {
    follower: Follower,
    counts: Closed,
    /// Tasks that stand still until the program is changed.
    failed: BTreeMap<TaskId, String>,
}
impl Told {
    pub(super) fn on_event(&self, listener: impl Fn(&Event) + Send + Sync + 'static) {
        self.change(|all| all.events.push(Box::new(listener)));
    }
    pub(super) fn on_state(&self, listener: impl Fn(AppState, AppState) + Send + Sync + 'static) {
        self.change(|all| all.states.push(Box::new(listener)));
    }
    pub(super) fn on_restore(&self, listener: impl Fn(&Restore) + Send + Sync + 'static) {
        self.change(|all| all.restores.push(Box::new(listener)));
    }
    fn change(&self, change: impl FnOnce(&mut Listeners)) {
        change(&mut self.listeners.write().unwrap_or_else(PoisonError::into_inner));
    }
    /// The application as a whole goes on to its next phase.
    pub(super) fn enter(&self, phase: Phase) {
        let mut state = self.state();
        let before = state.follower.state();
        state.follower.enter(phase);
        let now = state.follower.state();
        drop(state);
        self.tell_state(before, now);
    }
    fn tell_state(&self, before: AppState, now: AppState) {
        if before != now {
            tracing::info!(from = before.name(), to = now.name(), "application");
            let listeners = self.listeners.read().unwrap_or_else(PoisonError::into_inner);
            listeners.states.iter().for_each(|listener| listener(before, now));
        }
    }
    /// What the application as a whole does.
    #[cfg(feature = "ops-http")]
    pub(super) fn app_state(&self) -> AppState {
        self.state().follower.state()
    }
    pub(super) fn tell(&self, event: &Event) {
        log(event);
        #[cfg(feature = "ops-http")]
        self.journal.take(event);
        let mut state = self.state();
        state.counts.count(event);
        let before = state.follower.state();
        let restore = state.follower.take(event);
        let now = state.follower.state();
        match event {
            Event::TaskFailed { task, reason, retry_in_ms: None } => _ = state.failed.insert(*task, reason.clone()),
            Event::Task { task, state: TaskState::Running } => _ = state.failed.remove(task),
            _ => {}
        }
        drop(state);
        self.tell_state(before, now);
        let listeners = self.listeners.read().unwrap_or_else(PoisonError::into_inner);
        listeners.restores.iter().for_each(|listener| restore.iter().for_each(listener));
        listeners.events.iter().for_each(|listener| listener(event));
    }
    pub(super) fn counts(&self) -> Closed {
        self.state().counts
    }
    /// A task that stands still for good, and why.
    pub(super) fn failed(&self) -> Option<(TaskId, String)> {
        self.state().failed.iter().next().map(|(task, reason)| (*task, reason.clone()))
    }
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn log(event: &Event) {
    span(event).in_scope(|| write(event));
}
/// What it is about; those of the worker are left when events are told.
fn span(event: &Event) -> tracing::Span {
    match event {
        Event::Task { task, .. } | Event::BadRecord { task, .. } | Event::TaskFailed { task, .. } => {
            tracing::info_span!("task", task_id = %task)
        }
        Event::Dropped { task, .. } => tracing::debug_span!("task", task_id = %task),
        Event::RestoreProgress { task, .. } => tracing::info_span!("restore", task_id = %task),
        Event::Committed { .. } => tracing::debug_span!("commit"),
        Event::Aborted { .. } => tracing::info_span!("commit"),
        Event::Held { .. } => tracing::info_span!("rebalance"),
        Event::Assigned { .. } => tracing::debug_span!("rebalance"),
        Event::TopicFound { .. } => tracing::Span::none(),
    }
}
fn write(event: &Event) {
    match event {
        Event::Task { task, state } => tracing::info!(%task, ?state, "task"),
        Event::RestoreProgress { task, restored, remaining, elapsed_ms } => {
            let (rate, seconds_left) = pace(*restored, *remaining, *elapsed_ms);
            tracing::info!(%task, restored, remaining, rate, seconds_left, "restoring");
        }
        Event::BadRecord { task, topic, partition, offset, operator, reason, dead_letter } => {
            tracing::warn!(%task, %topic, partition, offset, operator, reason, dead_letter = dead_letter.as_deref(), "bad record skipped");
        }
        Event::TaskFailed { task, reason, retry_in_ms } => tracing::error!(%task, reason, retry_in_ms, "task failed"),
        Event::Committed { records, took_ms } => tracing::debug!(records, took_ms, "committed"),
        Event::Dropped { task, dropped } => {
            tracing::debug!(%task, late = dropped.late, unmatched = dropped.unmatched, duplicates = dropped.duplicates, "records dropped")
        }
        Event::TopicFound { pattern, topic } => {
            tracing::warn!(pattern, %topic, "a new topic matches a pattern: restart all instances, and it is read");
        }
        Event::Aborted { reason } => tracing::warn!(reason, "transaction aborted"),
        Event::Assigned { tasks } => tracing::debug!(tasks, "the group has answered"),
        Event::Held { waiting_for } => tracing::warn!(waiting_for, "tasks are held: another layout is in the group"),
    }
}
/// Records a second, and seconds left at that rate.
fn pace(restored: u64, remaining: u64, elapsed_ms: i64) -> (u64, Option<u64>) {
    let rate = restored.saturating_mul(1_000) / elapsed_ms.max(1).unsigned_abs();
    (rate, remaining.checked_div(rate))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_restore_says_how_long_it_will_take() {
        assert_eq!(pace(10_000, 5_000, 500), (20_000, Some(0)));
        assert_eq!(pace(10_000, 90_000, 2_000), (5_000, Some(18)));
        assert_eq!(pace(0, 90_000, 2_000), (0, None));
    }

    #[test]
    fn a_task_that_runs_again_has_not_failed() {
        let (told, task) = (Told::default(), TaskId { sub_topology: 0, partition: 1 });
        told.tell(&Event::TaskFailed { task, reason: "bad".into(), retry_in_ms: None });
        assert_eq!(told.failed(), Some((task, "bad".to_owned())));
        told.tell(&Event::Task { task, state: TaskState::Running });
        assert_eq!(told.failed(), None);
    }
}
