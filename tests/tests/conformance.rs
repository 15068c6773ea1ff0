//! Judges kstreams by Kafka Streams: every golden vector in `tests/vectors`, or in the folder that `KSTREAMS_VECTORS` names.
//!
//! `cargo test --release -p kstreams-tests --test conformance -- --nocapture`; words behind it pick the kinds whose names hold one of them.
use kstreams_tests::conformance::{Kind, Report, kinds};
use std::{env, io, path::PathBuf, process::ExitCode};

/// Kinds whose operators are not there yet; one that passes must be taken off.
const NOT_YET: &str = include_str!("../vectors/not-yet.txt");

fn main() -> io::Result<ExitCode> {
    let folder = env::var_os("KSTREAMS_VECTORS").map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("vectors"), PathBuf::from);
    let wanted: Vec<String> = env::args().skip(1).filter(|word| !word.starts_with('-')).collect();
    let is_wanted = |name: &str| wanted.is_empty() || wanted.iter().any(|word| name.contains(word));
    // A scenario that panics is a failure with its text, once.
    std::panic::set_hook(Box::new(|_| ()));
    let judged = kinds(&folder)?.into_iter().filter(|(name, _)| is_wanted(name)).map(|(name, scenarios)| Kind::of(name, &scenarios));
    let report = Report(judged.collect());
    let surprises: Vec<String> = report.0.iter().filter_map(surprise).collect();
    for surprise in &surprises {
        println!("{surprise}");
    }
    println!("{report}");
    Ok(if surprises.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
/// A kind that does not do what the list of missing operators says.
fn surprise(kind: &Kind) -> Option<String> {
    let is_not_yet = NOT_YET.lines().any(|line| line == kind.name);
    match (kind.passes(), is_not_yet) {
        (true, true) => Some(format!("{} passes: take it off tests/vectors/not-yet.txt", kind.name)),
        (false, false) => Some(format!("{} fails", kind.name)),
        _ => None,
    }
}
