//! What a run leaves behind: the records of the sinks and the changelogs.
use super::course::{Accident, Commits, Course, NEVER_MS, Pace};
use crate::conformance::{Scenario, Step, topology};
use kstreams::{Headers, TestDriver, shell::embedded::LogRecord};
use std::{collections::BTreeMap, fmt, time::Duration};

/// More internal topics in a row than a case has genes.
const HOPS_MAX: usize = 10;

/// Sinks and changelogs behind the last step.
#[derive(Clone, Debug, Default)]
pub(super) struct Ran {
    /// Records of each sink, in the order of the steps, then of the partitions.
    pub(super) sinks: BTreeMap<String, Vec<Seen>>,
    /// Changelogs, compacted.
    pub(super) stores: BTreeMap<String, Vec<Seen>>,
    /// Changelogs as they were written.
    pub(super) logs: BTreeMap<String, Vec<Seen>>,
}
/// A record that was written.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Seen {
    pub(super) step: usize,
    pub(super) partition: u32,
    pub(super) key: Option<Vec<u8>>,
    pub(super) value: Option<Vec<u8>>,
    pub(super) time: i64,
}
impl fmt::Debug for Seen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = |bytes: &Option<Vec<u8>>| bytes.as_deref().map_or("null".into(), |b| b.escape_ascii().to_string());
        write!(f, "[{}|{}] {}={}@{}", self.step, self.partition, text(&self.key), text(&self.value), self.time)
    }
}
impl Seen {
    fn new(step: usize, record: &LogRecord) -> Seen {
        Seen { step, partition: record.partition, key: record.key.clone(), value: record.value.clone(), time: record.time }
    }
    /// Without what a step or a partition count changes.
    pub(super) fn bare(&self) -> Seen {
        Seen { step: 0, partition: 0, ..self.clone() }
    }
}

/// # Panics
/// If a task fails.
pub(super) fn ran(scenario: &Scenario, course: &Course) -> Ran {
    let topology = topology(scenario).unwrap_or_else(|missing| panic!("{missing}"));
    let mut driver = course.driver(topology);
    let mut ran = Ran::default();
    for (step, input) in scenario.inputs.iter().enumerate() {
        take(&mut driver, input, midway(course, step), course.pace);
        disturb(&mut driver, course, step);
        ran.read(&driver, scenario, step);
    }
    driver.run();
    if matches!(course.commits, Commits::Layered(_)) {
        // What waits for its commit is committed, and what that sets free behind a repartition; not by restarts, which make clocks forget.
        (0..HOPS_MAX).for_each(|_| driver.advance_wall_clock(Duration::from_millis(2 * NEVER_MS)));
    }
    ran.read(&driver, scenario, scenario.inputs.len());
    ran.read_stores(&driver);
    ran
}
impl Ran {
    /// Without stores that no node names: those of a foreign-key join say in which partition the left side lies, those of records that wait at which
    /// offset, and a transaction's marker takes one.
    pub(super) fn of_named(mut self, scenario: &Scenario) -> Ran {
        self.stores.retain(|store, _| scenario.nodes.iter().any(|node| node.store.as_ref() == Some(store)));
        self
    }
    fn read(&mut self, driver: &TestDriver, scenario: &Scenario, step: usize) {
        for topic in scenario.sinks() {
            let seen = self.sinks.entry(topic.into()).or_default();
            let records = &driver.read_bytes(topic)[seen.len()..];
            seen.extend(records.iter().map(|record| Seen::new(step, record)));
        }
    }
    fn read_stores(&mut self, driver: &TestDriver) {
        for changelog in driver.deployment().sub_topologies.iter().flat_map(|sub| &sub.changelogs) {
            let rows = driver.changelog(&changelog.store);
            self.stores.insert(changelog.store.to_string(), rows.iter().map(|r| Seen::new(0, r)).collect());
            let log = driver.read_bytes(&driver.deployment().topic(changelog.topic).name);
            self.logs.insert(changelog.store.to_string(), log.iter().map(|r| Seen::new(0, r)).collect());
        }
    }
}
/// Turns of the worker after which a step is cut short.
fn midway(course: &Course, step: usize) -> Option<usize> {
    course.accidents.iter().find_map(|(at, accident)| match accident {
        Accident::Midway(turns) if *at == step => Some(*turns),
        _ => None,
    })
}
fn take(driver: &mut TestDriver, step: &Step, midway: Option<usize>, pace: Pace) {
    match step {
        Step::Record { topic, key, value, ts } => {
            let (key, value) = (key.as_deref().map(str::as_bytes), value.as_deref().map(str::as_bytes));
            driver.log().produce(topic, key, value, *ts, &Headers::new()).unwrap_or_else(|error| panic!("{error}"));
            match midway {
                _ if pace == Pace::Backlog => {}
                Some(turns) => driver.run_steps(turns),
                None => driver.run(),
            }
        }
        Step::Clock { advance_wall_clock_ms } => driver.advance_wall_clock(Duration::from_millis(*advance_wall_clock_ms)),
    }
}
fn disturb(driver: &mut TestDriver, course: &Course, step: usize) {
    for (_, accident) in course.accidents.iter().filter(|(at, _)| *at == step) {
        match accident {
            Accident::Restart => driver.restart(),
            Accident::Crash | Accident::Midway(_) => driver.crash(),
            Accident::LostDisk => driver.crash_and_lose_disk(),
        }
    }
}
