//! The moves by which a topology grows, and which of them a language has.
mod groups;
mod joins;
mod sources;
mod streams;
mod tables;
mod timers;
mod windows;

pub(super) use sources::stream;

use super::{
    case::{Gene, Language},
    grower::Grower,
    shape::Stem,
};
use serde_json::{Value, json};

/// What grew, if the move found something to stand on.
type Move = fn(&mut Grower, &Gene) -> Option<Stem>;

const STATELESS: &[Move] = &[
    sources::stream_again,
    streams::filter,
    streams::filter,
    streams::map_values,
    streams::flat_map_values,
    streams::change_key,
    streams::change_key,
    streams::repartition,
    streams::branch,
    streams::merge,
];
const PATIENT: &[Move] = &[
    sources::stream_again,
    sources::table,
    sources::versioned,
    sources::global,
    streams::filter,
    streams::map_values,
    streams::flat_map_values,
    streams::change_key,
    streams::repartition,
    streams::branch,
    streams::merge,
    groups::aggregate,
    groups::aggregate,
    groups::cogroup,
    tables::to_table,
    tables::work,
    tables::work,
    tables::to_stream,
    tables::to_stream,
    tables::group,
    joins::with_table,
    joins::with_global,
    joins::of_tables,
    joins::of_tables,
    joins::foreign,
    joins::of_streams,
    windows::aggregate,
    windows::aggregate,
    windows::to_stream,
];
/// Those that ask how far time has come.
const TIMED: &[Move] = &[windows::suppress, timers::process, timers::suppress];

pub(super) fn of(language: Language) -> Vec<Move> {
    match language {
        Language::Stateless => STATELESS.to_vec(),
        Language::Patient => PATIENT.to_vec(),
        Language::All => [PATIENT, TIMED].concat(),
    }
}
fn one_of(choices: &[&'static str], n: usize) -> &'static str {
    choices[n % choices.len()]
}
/// A key that every value has.
fn key(gene: &Gene) -> Value {
    if gene.how.is_multiple_of(2) { json!({"first": true}) } else { json!({"bucket": gene.number % 4 + 1}) }
}
/// A key that some values do not have.
fn key_of_some(gene: &Gene) -> Value {
    if gene.number.is_multiple_of(3) { key(gene) } else { json!({"afterHash": true}) }
}
/// How long windows wait: for everything, where no operator may ask how far time has come.
fn grace(language: Language, gene: &Gene) -> u64 {
    if language == Language::Patient { 100_000 } else { gene.number % 40 }
}
