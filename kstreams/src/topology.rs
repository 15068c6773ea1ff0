//! Topologies.

/// What tasks are built from: the plan and the factories of its operators.
pub struct Blueprint {}
