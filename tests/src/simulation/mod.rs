//! A simulated cluster: workers over the embedded log, one seeded scheduler, faults at every seam, no thread and no clock.
//!
//! [`run`] plays one seed: it feeds the input, turns workers, crashes, evicts, fences and delays at random, then stops the faults, lets the
//! cluster come to rest and hands what is in the log to the oracle. Equal seeds give equal runs, down to the trace hash.
mod cluster;
mod faults;
mod plant;
mod planted;
mod trace;

pub use cluster::{Plan, Report, run};
pub use planted::Planted;
