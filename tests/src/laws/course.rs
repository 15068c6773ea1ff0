//! How a case is run: guarantee, partitions, commits, and what goes wrong on the way.
use super::ran::{Ran, ran};
use crate::{conformance::Scenario, dice::Dice};
use kstreams::{Guarantee, TestDriver, Topology, worker::Settings};
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Longer than any case.
pub(super) const NEVER_MS: u64 = 1 << 40;

/// How a scenario is run.
#[derive(Clone, Debug)]
pub(super) struct Course {
    pub(super) guarantee: Guarantee,
    pub(super) partitions: u32,
    pub(super) commits: Commits,
    pub(super) pace: Pace,
    /// Steps of the input, and what happens at them.
    pub(super) accidents: Vec<(usize, Accident)>,
}
/// When is committed.
#[derive(Clone, Copy, Debug)]
pub(super) enum Commits {
    /// After every step.
    Always,
    /// Whenever a few bytes wait, so that state lies in all layers; how few, this seed says.
    Layered(u64),
}
/// How the input comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Pace {
    /// A step is worked off before the next one comes.
    Steps,
    /// Everything lies in the log before the first record is taken.
    Backlog,
}
/// What happens after a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Accident {
    Restart,
    Crash,
    /// A crash, and the disk is gone.
    LostDisk,
    /// A crash when the worker has taken this many turns of the step.
    Midway(usize),
}
impl Course {
    pub(super) fn plain() -> Course {
        Course { guarantee: Guarantee::ExactlyOnce, partitions: 1, commits: Commits::Always, pace: Pace::Steps, accidents: vec![] }
    }
    /// What the scenario does on this course.
    pub(super) fn run(&self, scenario: &Scenario) -> Result<Ran, String> {
        let said = |panic: Box<dyn std::any::Any + Send>| {
            let text = panic.downcast_ref::<String>().cloned();
            text.or_else(|| panic.downcast_ref::<&str>().map(ToString::to_string)).unwrap_or_else(|| "panics".into())
        };
        let run = || ran(scenario, self);
        catch_unwind(AssertUnwindSafe(run)).map_err(|panic| format!("{self:?}: {}", said(panic)))
    }
    pub(super) fn driver(&self, topology: Topology) -> TestDriver {
        TestDriver::with_partitions(topology, self.settings(), self.partitions)
    }
    fn settings(&self) -> Settings {
        let settings = Settings { guarantee: self.guarantee, ..Settings::default() };
        match self.commits {
            Commits::Always => Settings { commit_interval_ms: 0, ..settings },
            Commits::Layered(seed) => {
                let mut dice = Dice::new(seed);
                Settings {
                    commit_interval_ms: NEVER_MS as i64,
                    checkpoint_interval_ms: NEVER_MS as i64,
                    open_state_bytes: dice.below(400) + 1,
                    state_bytes: dice.below(1_500) + 1,
                    ..settings
                }
            }
        }
    }
}
