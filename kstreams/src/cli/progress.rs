//! Progress on standard error: a bar for work that takes long, and one for restores of an application that runs. Nothing is shown with `--json`, or
//! where standard error is no terminal.
use crate::{Event, plan::TaskId, worker::TaskState};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::{
    collections::BTreeMap,
    io::{self, IsTerminal},
    sync::{Mutex, PoisonError},
};

fn bar(all: u64, template: &str, json: bool) -> ProgressBar {
    // Standard error, and hidden if that is no terminal.
    let target = if json { ProgressDrawTarget::hidden() } else { ProgressDrawTarget::stderr() };
    let style = ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar());
    ProgressBar::with_draw_target(Some(all), target).with_style(style)
}

/// Work of which every part is told; the bar goes when it is dropped.
#[cfg(feature = "kafka")]
pub(super) struct Progress(ProgressBar);
#[cfg(feature = "kafka")]
impl Progress {
    /// Of so many: `topics created`.
    pub(super) fn of(all: usize, done: &'static str, json: bool) -> Progress {
        let bar = bar(all as u64, "{bar:40} {human_pos} of {human_len} {msg}, {eta} left", json).with_message(done);
        bar.tick();
        Progress(bar)
    }
    /// So many more are done.
    pub(super) fn more(&self, done: usize) {
        self.0.inc(done as u64);
    }
}
#[cfg(feature = "kafka")]
impl Drop for Progress {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}

/// What people at a terminal see of an application that runs: how far restores are, and what stands still.
pub(super) struct Watched {
    json: bool,
    seen: Mutex<(Restores, Option<ProgressBar>)>,
}
impl Watched {
    pub(super) fn new(json: bool) -> Watched {
        Watched { json, seen: Mutex::default() }
    }
    pub(super) fn hear(&self, event: &Event) {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        let (restores, shown) = &mut *seen;
        restores.take(event);
        match restores.sum() {
            Some((read, all)) => {
                let bar = shown.get_or_insert_with(|| bar(all, RESTORES, self.json));
                bar.set_length(all);
                bar.set_position(read);
            }
            None => shown.take().iter().for_each(ProgressBar::finish_and_clear),
        }
        trouble(event).iter().for_each(|text| self.say(shown.as_ref(), text));
    }
    /// A line above the bar.
    fn say(&self, bar: Option<&ProgressBar>, text: &str) {
        let print = || {
            if !self.json && io::stderr().is_terminal() {
                eprintln!("{text}")
            }
        };
        bar.map_or_else(print, |bar| bar.suspend(print));
    }
}
const RESTORES: &str = "restoring {bar:40} {human_pos} of {human_len} records, {per_sec}, {eta} left";

/// What somebody has to look at.
fn trouble(event: &Event) -> Option<String> {
    match event {
        Event::TaskFailed { task, reason, retry_in_ms: None } => Some(format!("task {task} stands still: {reason}")),
        Event::TaskFailed { task, reason, retry_in_ms: Some(ms) } => Some(format!("task {task} failed, again in {ms} ms: {reason}")),
        Event::Held { waiting_for } => Some(format!("tasks are held, another layout of the topology is in the group: {waiting_for}")),
        Event::TopicFound { pattern, topic } => Some(format!("the topic {topic} matches {pattern}: restart all instances, and it is read")),
        _ => None,
    }
}

/// Restores under way, all tasks together.
#[derive(Debug, Default)]
struct Restores {
    /// A task that is through stays until all are, or the bar would jump back.
    tasks: BTreeMap<TaskId, OfTask>,
}
#[derive(Debug, Default)]
struct OfTask {
    read: u64,
    left: u64,
    ended: bool,
}
impl Restores {
    fn take(&mut self, event: &Event) {
        match event {
            Event::RestoreProgress { task, restored, remaining, .. } => {
                self.tasks.insert(*task, OfTask { read: *restored, left: *remaining, ended: false });
            }
            Event::Task { task, state: TaskState::Restoring } => _ = self.tasks.insert(*task, OfTask::default()),
            Event::Task { task, .. } => {
                self.tasks.entry(*task).and_modify(|of| *of = OfTask { read: of.read, left: 0, ended: true });
            }
            _ => {}
        }
        if self.tasks.values().all(|of| of.ended) {
            self.tasks.clear();
        }
    }
    /// Records read back, and how many there are; `None`: nothing is restored.
    fn sum(&self) -> Option<(u64, u64)> {
        let read = self.tasks.values().map(|of| of.read).sum::<u64>();
        let all = read + self.tasks.values().map(|of| of.left).sum::<u64>();
        (all > 0).then_some((read, all))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bar_is_that_of_all_tasks_and_never_jumps_back() {
        let mut restores = Restores::default();
        let task = |partition| TaskId { sub_topology: 0, partition };
        let state = |partition, state| Event::Task { task: task(partition), state };
        let come =
            |partition, restored, remaining| Event::RestoreProgress { task: task(partition), restored, remaining, elapsed_ms: 1_000 };
        let mut after = |event: Event| {
            restores.take(&event);
            restores.sum()
        };
        assert_eq!(after(state(0, TaskState::Restoring)), None);
        assert_eq!(after(come(0, 10, 90)), Some((10, 100)));
        after(state(1, TaskState::Restoring));
        assert_eq!(after(come(1, 5, 5)), Some((15, 110)));
        after(come(0, 100, 0));
        assert_eq!(after(state(0, TaskState::Running)), Some((105, 110)));
        assert_eq!(after(Event::Committed { records: 1, took_ms: 1 }), Some((105, 110)));
        assert_eq!(after(state(1, TaskState::Closed)), None);
    }
}
