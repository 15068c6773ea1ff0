//! The simulated cluster over many seeds: exactly once holds record for record, runs repeat, and planted bugs are found.
#![allow(clippy::unwrap_used, clippy::expect_used)]
use kstreams_tests::simulation::{Plan, Planted, run};
use std::{
    sync::atomic::{AtomicU64, Ordering},
    thread,
};

/// More or fewer by the environment: `KSTREAMS_SEEDS=20000`; one seed, printed: `KSTREAMS_SEED=17`.
const SEEDS: u64 = 1_000;

fn plan(seed: u64) -> Plan {
    Plan { seed, planted: None, spoken: false }
}
fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}

#[test]
fn every_seed_ends_as_the_plain_fold_says() {
    if let Some(seed) = number("KSTREAMS_SEED") {
        let report = run(Plan { spoken: true, ..plan(seed) });
        return assert!(report.is_ok(), "seed {seed}: {report:?}");
    }
    let seeds = number("KSTREAMS_SEEDS").unwrap_or(SEEDS);
    let failures = failures(seeds);
    println!("{seeds} seeds, {} failed", failures.len());
    assert!(failures.is_empty(), "replay one with KSTREAMS_SEED=<seed>:\n{}", failures.join("\n"));
}
/// All seeds, on all cores.
fn failures(seeds: u64) -> Vec<String> {
    let next = AtomicU64::new(0);
    let take = || Some(next.fetch_add(1, Ordering::Relaxed)).filter(|seed| *seed < seeds);
    let fail = |seed: u64| run(plan(seed)).err().map(|e| format!("seed {seed}: {e}"));
    let work = || std::iter::from_fn(take).filter_map(fail).collect::<Vec<_>>();
    let cores = thread::available_parallelism().map_or(1, usize::from);
    thread::scope(|s| {
        let threads: Vec<_> = (0..cores).map(|_| s.spawn(work)).collect();
        threads.into_iter().flat_map(|t| t.join().unwrap()).collect()
    })
}

#[test]
fn a_seed_gives_the_same_run_twice() {
    let mut traces = vec![];
    for seed in 0..20 {
        let (once, twice) = (run(plan(seed)), run(plan(seed)));
        assert_eq!(once, twice, "seed {seed}");
        traces.push(once.unwrap().trace);
    }
    traces.sort_unstable();
    traces.dedup();
    assert_eq!(traces.len(), 20, "another seed is another run");
}

#[test]
fn planted_bugs_are_found() {
    for bug in Planted::ALL {
        let found = (0..300).find(|seed| run(Plan { planted: Some(bug), ..plan(*seed) }).is_err());
        assert!(found.is_some(), "{bug:?} was not found within 300 seeds");
        println!("{bug:?} was found at seed {}", found.unwrap());
    }
}

#[test]
fn faults_do_strike() {
    let reports: Vec<_> = (0..50).map(|seed| run(plan(seed)).unwrap()).collect();
    let (faults, records): (u32, usize) = (reports.iter().map(|r| r.faults).sum(), reports.iter().map(|r| r.records).sum());
    println!("50 seeds: {records} records, {faults} faults");
    assert!(faults > 500, "{faults}");
}
