//! Progress on standard error: a bar for work that takes long, and one for restores of an application that runs. Nothing is shown with `--json`, or
//! where standard error is no terminal.
use crate::{Event, plan::TaskId, worker::TaskState};
use indicatif::{HumanCount, HumanDuration, ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::{
    collections::BTreeMap,
    io::{self, IsTerminal},
    sync::{Mutex, PoisonError},
    time::Duration,
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
        if restores.take(event) {
            self.show(restores.sum(), shown);
        }
        trouble(event).iter().for_each(|text| self.say(shown.as_ref(), text));
    }
    fn show(&self, sum: Option<Sum>, shown: &mut Option<ProgressBar>) {
        match sum {
            Some(sum) => {
                let bar = shown.get_or_insert_with(|| bar(sum.all(), RESTORES, self.json));
                bar.set_length(sum.all());
                bar.set_position(sum.read);
                bar.set_message(sum.pace());
            }
            None => shown.take().iter().for_each(ProgressBar::finish_and_clear),
        }
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
const RESTORES: &str = "restoring {bar:40} {human_pos} of {human_len} records{msg}";

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
    /// Records a second; of one that is through 0, so that what is left goes by those that still read.
    rate: u64,
    ended: bool,
}
impl Restores {
    /// Takes an event in; whether it says anything about restores.
    fn take(&mut self, event: &Event) -> bool {
        match event {
            Event::RestoreProgress { task, restored, remaining, elapsed_ms } => {
                let rate = restored.saturating_mul(1_000) / elapsed_ms.max(&1).unsigned_abs();
                self.tasks.insert(*task, OfTask { read: *restored, left: *remaining, rate, ended: false });
            }
            Event::Task { task, state: TaskState::Restoring } => _ = self.tasks.insert(*task, OfTask::default()),
            Event::Task { task, .. } => {
                self.tasks.entry(*task).and_modify(|of| *of = OfTask { read: of.read, ended: true, ..OfTask::default() });
            }
            _ => return false,
        }
        if self.tasks.values().all(|of| of.ended) {
            self.tasks.clear();
        }
        true
    }
    /// `None`: nothing is restored, or nobody knows how much.
    fn sum(&self) -> Option<Sum> {
        let add = |sum: Sum, of: &OfTask| Sum { read: sum.read + of.read, left: sum.left + of.left, rate: sum.rate + of.rate };
        let sum = self.tasks.values().fold(Sum::default(), add);
        (sum.all() > 0).then_some(sum)
    }
}
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Sum {
    read: u64,
    left: u64,
    rate: u64,
}
impl Sum {
    fn all(self) -> u64 {
        self.read + self.left
    }
    /// Behind how many records there are.
    fn pace(self) -> String {
        let seconds = self.left.checked_div(self.rate).map(Duration::from_secs);
        seconds.map_or_else(String::new, |left| format!(", {}/s, {} left", HumanCount(self.rate), HumanDuration(left)))
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
            restores.sum().map(|sum| (sum.read, sum.all(), sum.pace()))
        };
        let seen = |read, all, pace: &str| Some((read, all, pace.to_owned()));
        assert_eq!(after(state(0, TaskState::Restoring)), None);
        assert_eq!(after(come(0, 10, 90)), seen(10, 100, ", 10/s, 9 seconds left"));
        after(state(1, TaskState::Restoring));
        assert_eq!(after(come(1, 5, 5)), seen(15, 110, ", 15/s, 6 seconds left"));
        after(come(0, 100, 0));
        assert_eq!(after(state(0, TaskState::Running)), seen(105, 110, ", 5/s, 1 second left"));
        assert!(!Restores::default().take(&Event::Committed { records: 1, took_ms: 1 }));
        assert_eq!(after(state(1, TaskState::Closed)), None);
    }
}
