//! What a topology is like, as far as laws ask: where its records may meet in another order.
use crate::conformance::{Scenario, topology};
use kstreams::plan::{Deployment, SubTopology};
use std::collections::BTreeMap;

/// What laws ask about a topology.
#[derive(Clone, Copy, Debug)]
pub(super) struct Traits {
    /// Two internal topics lead into one sub-topology: which record of theirs comes first is not promised.
    pub(super) crosses: bool,
    /// Records of one step that were apart come together: a record became several, their keys led them to several partitions, and a second change of
    /// key from there to one.
    pub(super) meets_again: bool,
    /// Every sub-topology reads one topic: with one partition each, nothing meets anything.
    pub(super) is_straight: bool,
    pub(super) is_one_part: bool,
}
impl Traits {
    /// # Errors
    /// If an operator is missing.
    pub(super) fn of(scenario: &Scenario) -> Result<Traits, String> {
        let deployment = topology(scenario)?.plan().declared_deployment();
        let subs = &deployment.sub_topologies;
        Ok(Traits {
            crosses: subs.iter().any(|sub| internal_sources(&deployment, sub) > 1),
            meets_again: journeys(scenario).values().any(|journey| *journey == Journey::ChangedAgain),
            is_straight: subs.iter().all(|sub| sub.sources.len() < 2) && deployment.globals.is_empty(),
            is_one_part: subs.len() < 2,
        })
    }
}
fn internal_sources(deployment: &Deployment, sub: &SubTopology) -> usize {
    sub.sources.iter().filter(|topic| deployment.topic(**topic).origin.is_passed_through()).count()
}

/// What has become of a record's key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Journey {
    Home,
    Changed,
    /// It was changed and lies where the new key belongs: what one record became may lie apart.
    Moved,
    /// And was changed once more: what lay apart may meet.
    ChangedAgain,
}
impl Journey {
    fn changed(self) -> Journey {
        if self >= Journey::Moved { Journey::ChangedAgain } else { Journey::Changed }
    }
    fn placed(self) -> Journey {
        if self == Journey::Changed { Journey::Moved } else { self }
    }
    fn through(self, op: &str) -> Journey {
        match op {
            "map" | "selectKey" => self.changed(),
            "groupBy" | "groupByTable" | "fkJoin" => self.changed().placed(),
            "repartition" | "groupByKey" | "toTable" | "joinTable" | "joinStream" => self.placed(),
            _ => self,
        }
    }
}
/// The journeys of the records that nodes put out.
fn journeys(scenario: &Scenario) -> BTreeMap<&str, Journey> {
    let mut journeys: BTreeMap<&str, Journey> = BTreeMap::new();
    for node in &scenario.nodes {
        let from = node.reads().filter_map(|id| journeys.get(without_branch(id))).max();
        let journey = from.copied().unwrap_or(Journey::Home).through(&node.op);
        journeys.insert(node.id.as_deref().unwrap_or_default(), journey);
    }
    journeys
}
fn without_branch(id: &str) -> &str {
    id.split('.').next().unwrap_or(id)
}
