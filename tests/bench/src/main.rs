//! Benchmarks on a real broker: `cargo run --release -p kstreams-bench -- passthrough`. Every run is a process of its own, so that its CPU time and
//! its memory are its own; runs alternate with those of a bare librdkafka loop (pipe, ours, ours, pipe), because machines have moods.
mod latency;
mod measure;
mod ours;
mod pipe;
mod plan;
mod raw;
mod restore;
mod steady;
mod watched;

use clap::{Parser, ValueEnum};
use plan::{Kind, Run};
use serde_json::json;

/// Benchmarks of kstreams against a bare librdkafka loop.
#[derive(Debug, Parser)]
struct Args {
    /// What is measured
    workload: Workload,
    /// Alternations of pipe, ours, ours, pipe
    #[arg(long, default_value_t = 5)]
    blocks: usize,
    /// Records a run
    #[arg(long, default_value_t = 1_000_000)]
    records: u64,
    /// Different keys
    #[arg(long, default_value_t = 10_000)]
    keys: u64,
    /// Exactly once, commits each 100 ms; else at least once
    #[arg(long)]
    exactly_once: bool,
    /// Records a second, written while they are processed: measures the time from a record to its result
    #[arg(long)]
    rate: Option<u64>,
    /// Compares kstreams with kstreams whose metrics and page are looked at each second; with --rate within one run
    #[arg(long)]
    watched: bool,
    /// With --watched: looks a second; many of them tell what one costs
    #[arg(long, default_value_t = 1)]
    looks: u32,
    /// Brokers; default: one of our own
    #[arg(long)]
    brokers: Option<String>,
    /// One run in this process, described in JSON
    #[arg(long, hide = true)]
    run: Option<String>,
}
#[derive(Clone, Copy, Debug, ValueEnum)]
enum Workload {
    /// Records in, the same records out
    Passthrough,
    /// Counts a key, every update written
    KeyedCount,
    /// Counts a key, updates coalesced to one a commit
    KeyedCountCoalesced,
    /// A store read back from its changelog onto an empty disk
    Restore,
}
impl Workload {
    fn kinds(self) -> (Kind, Kind) {
        match self {
            Workload::Passthrough => (Kind::Pipe, Kind::Passthrough),
            Workload::KeyedCount => (Kind::StatefulPipe, Kind::KeyedCount),
            Workload::KeyedCountCoalesced => (Kind::StatefulPipeCoalesced, Kind::KeyedCountCoalesced),
            Workload::Restore => (Kind::RestorePipe, Kind::Restore),
        }
    }
}

fn main() -> kstreams::Result<()> {
    let args = Args::parse();
    if let Some(run) = &args.run {
        let run: Run = serde_json::from_str(run)?;
        println!("{}", serde_json::to_string(&run.measured()?)?);
        return Ok(());
    }
    let broker = if args.brokers.is_none() { kstreams_tests::kafka::fresh_broker() } else { None };
    let own = broker.as_ref().map(|broker| broker.bootstrap());
    let brokers = args.brokers.clone().or(own).ok_or("there is no broker: give one with --brokers")?;
    let summary = match (args.workload, args.rate) {
        (Workload::Restore, _) => restore::alternate(&args, &brokers)?,
        (_, None) if args.watched => watched::alternate(&args, &brokers)?,
        (_, Some(rate)) if args.watched => steady::alternate(&args, rate, &brokers)?,
        (_, Some(rate)) => latency::alternate(&args, rate, &brokers)?,
        (_, None) => plan::alternate(&args, &brokers)?,
    };
    println!("{}", json!({ "summary": summary }));
    Ok(())
}
