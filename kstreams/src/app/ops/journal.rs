//! What went wrong lately: the last errors and aborts, bad records counted by where they were, with samples. Bounded, whatever happens.
use crate::Event;
use serde::Serialize;
use std::{
    collections::{BTreeMap, VecDeque},
    sync::{Mutex, PoisonError},
    time::{SystemTime, UNIX_EPOCH},
};

/// Errors and samples that are kept; the oldest go.
const KEPT: usize = 30;
/// Places (topic and operator) that bad records are counted by.
const PLACES_MAX: usize = 200;

/// What went wrong.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Noted {
    /// Epoch milliseconds.
    pub(super) at: i64,
    pub(super) task: Option<String>,
    pub(super) text: String,
    pub(super) retry_in_ms: Option<i64>,
}
/// A bad record; not its contents.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Sample {
    at: i64,
    task: String,
    topic: String,
    partition: u32,
    offset: i64,
    operator: String,
    reason: String,
    dead_letter: Option<String>,
}
/// Bad records of one operator and topic.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Bad {
    pub(super) topic: String,
    pub(super) operator: String,
    pub(super) skipped: u64,
    pub(super) dead_lettered: u64,
}
/// What tasks dropped or skipped.
#[derive(Clone, Copy, Debug, Default, Serialize)]
pub(super) struct Lost {
    pub(super) late: u64,
    pub(super) unmatched: u64,
    pub(super) bad: u64,
}
/// The journal at one moment.
#[derive(Clone, Debug, Default, Serialize)]
pub(super) struct Pages {
    /// The last one first.
    pub(super) errors: Vec<Noted>,
    pub(super) samples: Vec<Sample>,
    pub(super) bad: Vec<Bad>,
    #[serde(skip)]
    pub(super) lost: BTreeMap<String, Lost>,
    /// Members with another layout that hold this one up.
    pub(super) waiting_for: Option<String>,
}

/// Takes events in.
#[derive(Default)]
pub(in crate::app) struct Journal {
    written: Mutex<Written>,
}
#[derive(Default)]
struct Written {
    errors: VecDeque<Noted>,
    samples: VecDeque<Sample>,
    bad: BTreeMap<(String, String), (u64, u64)>,
    lost: BTreeMap<String, Lost>,
    waiting_for: Option<String>,
}
impl Journal {
    pub(in crate::app) fn take(&self, event: &Event) {
        // Most events are commits: they need no lock.
        if matches!(event, Event::Committed { .. } | Event::RestoreProgress { .. }) {
            return;
        }
        self.written.lock().unwrap_or_else(PoisonError::into_inner).take(event);
    }
    pub(super) fn read(&self) -> Pages {
        let written = self.written.lock().unwrap_or_else(PoisonError::into_inner);
        let bad = |((topic, operator), (skipped, dead)): (&(String, String), &(u64, u64))| Bad {
            topic: topic.clone(),
            operator: operator.clone(),
            skipped: *skipped,
            dead_lettered: *dead,
        };
        Pages {
            errors: written.errors.iter().rev().cloned().collect(),
            samples: written.samples.iter().rev().cloned().collect(),
            bad: written.bad.iter().map(bad).collect(),
            lost: written.lost.clone(),
            waiting_for: written.waiting_for.clone(),
        }
    }
}
impl Written {
    fn take(&mut self, event: &Event) {
        match event {
            Event::TaskFailed { task, reason, retry_in_ms } => self.error(Some(task.to_string()), reason, *retry_in_ms),
            Event::Aborted { reason } => self.aborted(reason),
            Event::Held { waiting_for } => self.waiting_for = Some(waiting_for.clone()),
            Event::Task { .. } => self.waiting_for = None,
            Event::Dropped { task, dropped } => {
                let lost = self.lost.entry(task.to_string()).or_default();
                lost.late += dropped.late;
                lost.unmatched += dropped.unmatched;
            }
            Event::BadRecord { .. } => self.bad(event),
            Event::Assigned { .. } | Event::Committed { .. } | Event::RestoreProgress { .. } | Event::TopicFound { .. } => {}
        }
    }
    fn error(&mut self, task: Option<String>, text: &str, retry_in_ms: Option<i64>) {
        keep(&mut self.errors, Noted { at: now(), task, text: without_contents(text), retry_in_ms });
    }
    fn aborted(&mut self, reason: &str) {
        // What made the task fail stands there already.
        if self.errors.back().is_none_or(|last| last.text != without_contents(reason)) {
            self.error(None, &format!("a transaction was aborted: {reason}"), None);
        }
    }
    fn bad(&mut self, event: &Event) {
        let Event::BadRecord { task, topic, partition, offset, operator, reason, dead_letter } = event else { return };
        self.lost.entry(task.to_string()).or_default().bad += 1;
        let place = (topic.to_string(), operator.clone());
        if self.bad.len() < PLACES_MAX || self.bad.contains_key(&place) {
            let (skipped, dead) = self.bad.entry(place).or_default();
            *(if dead_letter.is_some() { dead } else { skipped }) += 1;
        }
        let sample = Sample {
            at: now(),
            task: task.to_string(),
            topic: topic.to_string(),
            partition: *partition,
            offset: *offset,
            operator: operator.clone(),
            reason: without_contents(reason),
            dead_letter: dead_letter.as_ref().map(ToString::to_string),
        };
        keep(&mut self.samples, sample);
    }
}
fn keep<T>(all: &mut VecDeque<T>, one: T) {
    if all.len() == KEPT {
        all.pop_front();
    }
    all.push_back(one);
}
/// Formats of the user's own may quote what they found in a record (`invalid type: string "…"`): that goes to the log, whose readers may see it, and not to the page.
fn without_contents(text: &str) -> String {
    let (mut kept, mut quoted, mut escaped) = (String::new(), false, false);
    for c in text.chars() {
        let ends = c == '"' && !(quoted && escaped);
        match (ends, quoted) {
            (true, false) => kept.push_str("\"…\""),
            (false, false) => kept.push(c),
            _ => {}
        }
        quoted ^= ends;
        escaped = quoted && c == '\\' && !escaped;
    }
    // What an error says about the way out is ours.
    kept.replace(r#"DeadLetter("…".into())"#, r#"DeadLetter("topic".into())"#)
}
fn now() -> i64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_millis() as i64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_record_holds_is_not_shown() {
        assert_eq!(
            without_contents(r#"value: invalid type: string "ann@home", expected u32"#),
            "value: invalid type: string \"…\", expected u32"
        );
        assert_eq!(without_contents(r#"found "x\"ann@home\"y" there"#), "found \"…\" there");
        assert_eq!(without_contents("operator `has-address` failed"), "operator `has-address` failed");
        assert_eq!(without_contents(r#"`DeadLetter("topic".into())`"#), r#"`DeadLetter("topic".into())`"#);
    }

    #[test]
    fn an_abort_because_of_a_task_is_not_told_twice() {
        let (journal, task) = (Journal::default(), crate::plan::TaskId { sub_topology: 0, partition: 1 });
        journal.take(&Event::TaskFailed { task, reason: r#"found "poison""#.into(), retry_in_ms: None });
        journal.take(&Event::Aborted { reason: r#"found "poison""#.into() });
        journal.take(&Event::Aborted { reason: "the coordinator has moved".into() });
        let texts: Vec<String> = journal.read().errors.into_iter().map(|noted| noted.text).collect();
        assert_eq!(texts, ["a transaction was aborted: the coordinator has moved", "found \"…\""]);
    }

    #[test]
    fn only_the_last_ones_are_kept() {
        let (journal, task) = (Journal::default(), crate::plan::TaskId { sub_topology: 0, partition: 1 });
        for i in 0..100 {
            journal.take(&Event::TaskFailed { task, reason: format!("number {i}"), retry_in_ms: None });
        }
        let pages = journal.read();
        assert_eq!((pages.errors.len(), pages.errors[0].text.as_str()), (KEPT, "number 99"));
    }
}
