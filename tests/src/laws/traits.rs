//! What a topology is like, as far as laws ask: where its records may meet in another order.
use kstreams::{Topology, plan::Deployment};

/// What laws ask about a topology.
#[derive(Clone, Copy, Debug)]
pub(super) struct Traits {
    /// Two internal topics lead into one sub-topology: which record of theirs comes first is not promised.
    pub(super) crosses: bool,
    /// Every sub-topology reads one topic: with one partition each, nothing meets anything.
    pub(super) is_straight: bool,
    pub(super) is_one_part: bool,
}
impl Traits {
    pub(super) fn of(topology: &Topology) -> Traits {
        let deployment: Deployment = topology.plan().declared_deployment();
        let subs = &deployment.sub_topologies;
        let passed = |sub: &&kstreams::plan::SubTopology| {
            sub.sources.iter().filter(|topic| deployment.topic(**topic).origin.is_passed_through()).count() > 1
        };
        Traits {
            crosses: subs.iter().any(|sub| passed(&sub)),
            is_straight: subs.iter().all(|sub| sub.sources.len() < 2) && deployment.globals.is_empty(),
            is_one_part: subs.len() < 2,
        }
    }
}
