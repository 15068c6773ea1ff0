//! Pipelines, and the same by plain folds: what the simulated cluster computes, one a seed, and what the embedded log must get right.
mod chains;
mod foreign;
mod joins;
mod sums;
mod windows;

use crate::dice::Dice;
use kstreams::Topology;
use std::collections::BTreeMap;

/// One record of input.
#[derive(Clone, Debug)]
pub struct Feed {
    pub topic: &'static str,
    pub key: String,
    /// `None` deletes.
    pub value: Option<u64>,
}
/// A record of input with its time; times grow from record to record.
#[derive(Clone, Debug)]
pub struct Fed {
    pub feed: Feed,
    pub time: i64,
}

/// A topology and what is known of it.
pub struct Pipeline {
    pub name: &'static str,
    /// By its application id.
    pub topology: fn(&str) -> Topology,
    /// How many milliseconds pass for each of the scheduler's: windows take longer to fill than commits.
    pub pace: i64,
    /// Input that is there before anything runs.
    pub preload: fn() -> Vec<Feed>,
    /// The next record of input.
    pub feed: fn(&mut Dice, u64) -> Feed,
    /// The plain fold.
    pub expected: fn(&[Fed]) -> Vec<Expected>,
    pub changelogs: &'static [Changelog],
    /// Whether anything can be said about it at least once.
    pub at_least_once: bool,
}
pub const ALL: [&Pipeline; 5] = [&chains::PIPELINE, &foreign::PIPELINE, &joins::PIPELINE, &sums::PIPELINE, &windows::PIPELINE];

/// A changelog that ends as an output topic does.
pub struct Changelog {
    pub store: &'static str,
    pub output: &'static str,
    /// Its keys carry a sequence number that the output's do not.
    pub windowed: bool,
}

/// Bytes of a key and the bytes of its values, in order.
pub type ByKey = BTreeMap<Vec<u8>, Vec<Option<Vec<u8>>>>;

/// What an output topic must hold.
pub struct Expected {
    pub topic: &'static str,
    pub what: What,
}
pub enum What {
    /// The updates of each key, in order. At least once: as many at least, with such an end.
    Updates(ByKey, Ending),
    /// Of each key the last update; how many came before it is nobody's business.
    Last(ByKey, Ending),
    /// The values of each key add up to this, together with what a store still holds.
    Sums(BTreeMap<Vec<u8>, u64>, &'static str),
}
/// What at least once can promise of a key's last value.
#[derive(Clone, Copy)]
pub enum Ending {
    /// The fold's, or a larger number.
    Grows,
    /// The fold's.
    Same,
    /// Any.
    Any,
}

/// `delete.retention.ms` of changelogs: nobody is away for so long while faults are injected.
const DELETE_RETENTION_MS: &str = "3600000";
/// `retention.ms` of windowed changelogs.
const WINDOW_RETENTION_MS: &str = "600000";

pub const KEYS: usize = 8;
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
