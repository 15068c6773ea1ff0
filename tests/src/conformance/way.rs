//! Ways to run a scenario: as Kafka Streams' own driver does, with a crash on the way, and with its state spread over all layers of the stores.
use super::scenario::Scenario;
use crate::dice::Dice;
use kstreams::{Guarantee, TestDriver, Topology, worker::Settings};

/// How a scenario is run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// Every step is committed, nothing happens besides.
    Plain,
    /// Exactly once, every step is one transaction; after one of them the worker is gone, and another one starts from disks and changelogs.
    Crashed,
    /// The same as a planned restart: what both forget, the clocks of operators and the grids of timers, they forget alike.
    Restarted,
    /// A planned restart after every step.
    RestartedAlways,
    /// Commits and checkpoints come whenever a few bytes wait, so that rows lie in open slots, in committed ones and in the database.
    Layered,
}
impl Way {
    pub(super) fn driver(self, topology: Topology, scenario: &Scenario) -> TestDriver {
        let never = 1 << 40;
        let mut dice = dice(scenario);
        let settings = match self {
            Way::Plain => return TestDriver::new(topology),
            Way::Crashed | Way::Restarted | Way::RestartedAlways => {
                Settings { guarantee: Guarantee::ExactlyOnce, commit_interval_ms: 0, ..Settings::default() }
            }
            Way::Layered => Settings {
                commit_interval_ms: never,
                checkpoint_interval_ms: never,
                open_state_bytes: dice.below(400) + 1,
                state_bytes: dice.below(1_500) + 1,
                ..Settings::default()
            },
        };
        TestDriver::with_settings(topology, settings)
    }
    /// What happens after a step, besides the next one.
    pub(super) fn disturb(self, driver: &mut TestDriver, scenario: &Scenario, step: usize) {
        let is_now = || dice(scenario).below(scenario.inputs.len()) == step;
        match self {
            Way::Crashed if is_now() => driver.crash(),
            Way::Restarted if is_now() => driver.restart(),
            Way::RestartedAlways => driver.restart(),
            _ => {}
        }
    }
}
/// The same numbers in every run of a scenario.
fn dice(scenario: &Scenario) -> Dice {
    Dice::new(scenario.name.bytes().fold(7, |seed, byte| seed.wrapping_mul(31).wrapping_add(u64::from(byte))))
}
