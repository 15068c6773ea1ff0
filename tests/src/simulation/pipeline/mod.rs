//! What the simulated cluster computes, and the same by plain folds: one pipeline a seed.
mod chains;
mod joins;
mod sums;
mod windows;

use super::dice::Dice;
use kstreams::Topology;
use std::collections::BTreeMap;

/// One record of input.
#[derive(Clone, Debug)]
pub(super) struct Feed {
    pub(super) topic: &'static str,
    pub(super) key: String,
    /// `None` deletes.
    pub(super) value: Option<u64>,
}
/// A record of input with its time; times grow from record to record.
#[derive(Clone, Debug)]
pub(super) struct Fed {
    pub(super) feed: Feed,
    pub(super) time: i64,
}

/// A topology and what is known of it.
pub(super) struct Pipeline {
    pub(super) name: &'static str,
    pub(super) topology: fn() -> Topology,
    /// How many milliseconds pass for each of the scheduler's: windows take longer to fill than commits.
    pub(super) pace: i64,
    /// Input that is there before anything runs.
    pub(super) preload: fn() -> Vec<Feed>,
    /// The next record of input.
    pub(super) feed: fn(&mut Dice, u64) -> Feed,
    /// The plain fold.
    pub(super) expected: fn(&[Fed]) -> Vec<Expected>,
    pub(super) changelogs: &'static [Changelog],
    /// Whether anything can be said about it at least once.
    pub(super) at_least_once: bool,
}
pub(super) const ALL: [&Pipeline; 4] = [&chains::PIPELINE, &joins::PIPELINE, &sums::PIPELINE, &windows::PIPELINE];

/// A changelog that ends as an output topic does.
pub(super) struct Changelog {
    pub(super) store: &'static str,
    pub(super) output: &'static str,
    /// Its keys carry a sequence number that the output's do not.
    pub(super) windowed: bool,
}

/// Bytes of a key and the bytes of its values, in order.
pub(super) type ByKey = BTreeMap<Vec<u8>, Vec<Option<Vec<u8>>>>;

/// What an output topic must hold.
pub(super) struct Expected {
    pub(super) topic: &'static str,
    pub(super) what: What,
}
pub(super) enum What {
    /// The updates of each key, in order. At least once: as many at least, with such an end.
    Updates(ByKey, Ending),
    /// Of each key the last update; how many came before it is nobody's business.
    Last(ByKey, Ending),
    /// The values of each key add up to this, together with what a store still holds.
    Sums(BTreeMap<Vec<u8>, u64>, &'static str),
}
/// What at least once can promise of a key's last value.
#[derive(Clone, Copy)]
pub(super) enum Ending {
    /// The fold's, or a larger number.
    Grows,
    /// The fold's.
    Same,
    /// Any.
    Any,
}

pub(super) const KEYS: usize = 8;
fn key(dice: &mut Dice) -> String {
    format!("key-{}", dice.below(KEYS))
}
fn bytes(value: u64) -> Option<Vec<u8>> {
    Some(value.to_be_bytes().to_vec())
}
/// Remembers an update.
fn note(expected: &mut ByKey, key: &[u8], value: Option<u64>) {
    expected.entry(key.to_vec()).or_default().push(value.and_then(bytes));
}
