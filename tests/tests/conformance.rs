//! Judges kstreams by Kafka Streams: every golden vector in `tests/vectors`, or in the folder that `KSTREAMS_VECTORS` names.
//!
//! `cargo test --release -p kstreams-tests --test conformance -- --nocapture`; words behind it pick the kinds whose names hold one of them.
//! The same scenarios also run with state in all layers of the stores, and exactly once with a crash: what a crash shows is what Kafka Streams put
//! out; of kinds whose operators have clocks or timers of their own, which Kafka Streams too forgets at a restart, what a planned restart shows.
//! At last each runs as an `App`, which starts and ends for every step.
use kstreams_tests::conformance::{Kind, Report, Scenario, Way, kinds};
use std::{env, io, path::PathBuf, process::ExitCode};

/// Kinds whose operators are not there yet; one that passes must be taken off.
const NOT_YET: &str = include_str!("../vectors/not-yet.txt");
/// Kinds and scenarios of the project's own copy.
const OURS: (usize, usize) = (87, 696);

fn main() -> io::Result<ExitCode> {
    let folder = env::var_os("KSTREAMS_VECTORS").map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("vectors"), PathBuf::from);
    let wanted: Vec<String> = env::args().skip(1).filter(|word| !word.starts_with('-')).collect();
    let is_wanted = |name: &str| wanted.is_empty() || wanted.iter().any(|word| name.contains(word));
    // A scenario that panics is a failure with its text, once.
    std::panic::set_hook(Box::new(|_| ()));
    let kinds: Vec<(String, Vec<Scenario>)> = kinds(&folder)?.into_iter().filter(|(name, _)| is_wanted(name)).collect();
    let scenarios: usize = kinds.iter().map(|(_, scenarios)| scenarios.len()).sum();
    let own = wanted.is_empty() && env::var_os("KSTREAMS_VECTORS").is_none();
    if scenarios == 0 || own && (kinds.len(), scenarios) != OURS {
        println!("{} kinds with {scenarios} scenarios in {}: there should be others", kinds.len(), folder.display());
        return Ok(ExitCode::FAILURE);
    }
    let report = |way| Report(kinds.iter().map(|(name, scenarios)| Kind::of(name, scenarios, way)).collect());
    let (plain, layered) = (report(Way::Plain), report(Way::Layered));
    let (forgetful, others): (Vec<_>, Vec<_>) = kinds.iter().partition(|(_, scenarios)| scenarios.iter().any(Scenario::forgets));
    let crashed = Report(others.iter().map(|(name, scenarios)| Kind::of(name, scenarios, Way::Crashed)).collect());
    let restarted = Report(forgetful.iter().map(|(name, scenarios)| Kind::of_crashes(name, scenarios)).collect());
    let applications = Report::of_applications(&kinds);
    println!("{}", layered.line("state in all layers"));
    println!("{}", crashed.line("a crash, against Kafka Streams"));
    println!("clocks and timers start anew after a restart in: {}", restarted.names());
    println!("{}", restarted.line("a crash, against a planned restart"));
    println!("{}", applications.line("an application a step"));
    let all = [&plain, &layered, &crashed, &restarted, &applications];
    let surprises: Vec<String> = all.iter().flat_map(|report| &report.0).filter_map(surprise).collect();
    for surprise in &surprises {
        println!("{surprise}");
    }
    println!("{plain}");
    Ok(if surprises.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
/// A kind that does not do what the list of missing operators says.
fn surprise(kind: &Kind) -> Option<String> {
    match (kind.passes(), NOT_YET.lines().any(|line| line == kind.name)) {
        (true, true) => Some(format!("{} passes: take it off tests/vectors/not-yet.txt", kind.name)),
        (false, false) => Some(format!("{} fails", kind.name)),
        _ => None,
    }
}
