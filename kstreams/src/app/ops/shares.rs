//! What shares of its time a worker's thread spends on what, over the last seconds: between two readings of its sums.
use crate::shell::Loads;
use serde::Serialize;
use std::{
    collections::BTreeMap,
    sync::{Mutex, PoisonError},
};

/// A reading serves as the one before for so long: two pages that ask at once see the same stretch.
const STRETCH_MS: i64 = 2_000;

/// Shares of a worker's time, each from 0 to 1.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub(super) struct Share {
    /// Waiting for records, for the most part asleep.
    pub(super) poll: f64,
    /// Processing.
    pub(super) process: f64,
    /// Committing.
    pub(super) commit: f64,
}

/// Remembers the readings of each worker.
#[derive(Default)]
pub(in crate::app) struct Shares {
    readings: Mutex<BTreeMap<String, (Reading, Reading)>>,
}
#[derive(Clone, Copy, Default)]
struct Reading {
    at: i64,
    sums: Loads,
}
impl Shares {
    /// The shares since the reading before, which is at least [`STRETCH_MS`] old where there is one.
    pub(super) fn of(&self, worker: &str, at: i64, sums: Loads) -> Share {
        let mut readings = self.readings.lock().unwrap_or_else(PoisonError::into_inner);
        let (older, newer) = readings.entry(worker.to_owned()).or_default();
        if at - newer.at >= STRETCH_MS {
            *older = std::mem::replace(newer, Reading { at, sums });
        }
        share(older.sums, sums)
    }
}
fn share(before: Loads, now: Loads) -> Share {
    let parts = [(before.poll, now.poll), (before.process, now.process), (before.commit, now.commit)];
    let [poll, process, commit] = parts.map(|(before, now)| now.saturating_sub(before).as_secs_f64());
    let all = (poll + process + commit).max(f64::MIN_POSITIVE);
    Share { poll: poll / all, process: process / all, commit: commit / all }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn shares_are_those_of_the_last_stretch() {
        let sums = |poll, process, commit| Loads {
            poll: Duration::from_secs(poll),
            process: Duration::from_secs(process),
            commit: Duration::from_secs(commit),
            ..Loads::default()
        };
        let shares = Shares::default();
        assert_eq!(shares.of("w", 10_000, sums(9, 0, 1)), Share { poll: 0.9, process: 0.0, commit: 0.1 });
        assert_eq!(shares.of("w", 13_000, sums(9, 3, 2)), Share { poll: 0.0, process: 0.75, commit: 0.25 });
        // too soon for a new stretch: still since the first reading
        assert_eq!(shares.of("w", 13_500, sums(10, 3, 2)), Share { poll: 0.2, process: 0.6, commit: 0.2 });
    }
}
