//! Stores that are never on disk: read back from their changelogs at every start, beside a store of the same task that is on disk and is not.
#![cfg(all(feature = "macros", feature = "embedded", feature = "redb"))]
#![allow(clippy::unwrap_used, clippy::expect_used)]
use kstreams::{
    App, Event, Headers,
    prelude::*,
    shell::embedded::{EmbeddedLog, create_topics},
};
use kstreams_store::{Backend, RedbBackend, Snapshot};
use std::{
    collections::BTreeMap,
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

#[topic(name = "words", key = String, value = String, partitions = 1)]
struct Words;
#[topic(name = "hot-counts", key = String, value = u64, partitions = 1)]
struct HotCounts;
#[topic(name = "hot-hours", key = TimeWindowed<String>, value = u64, partitions = 1, window = hours(1))]
struct HotHours;
#[topic(name = "cold-counts", key = String, value = u64, partitions = 1)]
struct ColdCounts;

#[topology(id = "temperatures")]
fn temperatures(words: StreamOf<Words>) {
    words.clone().count(stored("hot").in_memory()).to(HotCounts);
    words.clone().windowed_by(tumbling(hours(1))).count(stored("hot-hours").in_memory()).to(HotHours);
    words.count("cold").to(ColdCounts);
}

fn feed(log: &EmbeddedLog, word: &str) {
    log.produce("words", Some(word.as_bytes()), Some(b"x"), 0, &Headers::new()).unwrap();
}
fn counts(log: &EmbeddedLog, topic: &str) -> BTreeMap<String, i64> {
    let row = |r: kstreams::shell::embedded::LogRecord| {
        (String::from_utf8_lossy(&r.key.unwrap()).into_owned(), i64::from_be_bytes(r.value.unwrap().try_into().unwrap()))
    };
    log.read(topic).unwrap().into_iter().map(row).collect()
}
/// Runs to the end of the input; answers how many changelog records were read back.
fn run(log: &EmbeddedLog, folder: &Path) -> u64 {
    run_of(temperatures::topology(), log, folder)
}
fn run_of<Q: 'static>(topology: Topology<Q>, log: &EmbeddedLog, folder: &Path) -> u64 {
    let restored = Arc::new(AtomicU64::new(0));
    let seen = restored.clone();
    let hear = move |event: &Event| {
        if let Event::RestoreProgress { restored, remaining: 0, .. } = event {
            seen.fetch_add(*restored, Ordering::Relaxed);
        }
    };
    let config = Config::new().embedded_log(log.clone()).exactly_once().state_dir(folder);
    let app = App::new(topology, config).on_event(hear);
    tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(app.run_to_end()).unwrap();
    restored.load(Ordering::Relaxed)
}

fn disk(folder: &Path) -> Arc<dyn Snapshot> {
    RedbBackend::open(folder.join("temperatures/0_0/state.redb"), 1 << 20).unwrap().snapshot().unwrap()
}
/// The same, with its stores where they were before: on disk.
fn all_cold() -> Topology {
    let b = Topology::builder("temperatures");
    let words = b.stream(Words);
    words.clone().count("hot").to(HotCounts);
    words.clone().windowed_by(tumbling(hours(1))).count("hot-hours").to(HotHours);
    words.count("cold").to(ColdCounts);
    b.build(())
}

/// Else, when it goes back to disk, it would go on from rows that missed tombstones which are gone by then.
#[test]
fn what_a_store_left_on_disk_goes_when_it_moves_into_memory() {
    let (log, folder) = (EmbeddedLog::new(), tempfile::tempdir().unwrap());
    create_topics(&log, &all_cold().plan().declared_deployment()).unwrap();
    feed(&log, "tea");
    run_of(all_cold(), &log, folder.path());
    assert!(disk(folder.path()).position("temperatures-hot-changelog", 0).is_some());
    feed(&log, "tea");
    assert_eq!(run(&log, folder.path()), 3, "this once the store on disk is read back too");
    assert_eq!(disk(folder.path()).position("temperatures-hot-changelog", 0), None);
    feed(&log, "tea");
    assert!(run_of(all_cold(), &log, folder.path()) > 0);
    assert_eq!(counts(&log, "hot-counts"), BTreeMap::from([("tea".to_owned(), 3)]));
    assert_eq!(run_of(all_cold(), &log, folder.path()), 0, "all of it is on disk again");
}

#[test]
fn a_store_in_memory_is_read_back_at_every_start_and_its_neighbour_on_disk_is_not() {
    let (log, folder) = (EmbeddedLog::new(), tempfile::tempdir().unwrap());
    create_topics(&log, &temperatures::topology().plan().declared_deployment()).unwrap();
    ["tea", "tea", "ale"].iter().for_each(|word| feed(&log, word));
    assert_eq!(run(&log, folder.path()), 0, "an empty log");
    for round in 1..=2 {
        feed(&log, "tea");
        // Changelogs are coalesced a commit: two keys in each of two stores, and one more row of each for every run since.
        assert_eq!(run(&log, folder.path()), 4 + 2 * (round - 1), "the changelogs of the two stores in memory");
        assert_eq!(counts(&log, "hot-counts"), BTreeMap::from([("tea".to_owned(), 2 + round as i64), ("ale".to_owned(), 1)]));
        assert_eq!(counts(&log, "cold-counts"), counts(&log, "hot-counts"));
        assert_eq!(counts(&log, "hot-hours").into_values().max(), Some(2 + round as i64));
    }
    let disk = disk(folder.path());
    assert_eq!((disk.tables("cold").unwrap().len(), disk.tables("hot").unwrap().len()), (1, 0), "the only one on disk");
    assert!(disk.position("temperatures-cold-changelog", 0).is_some());
    assert_eq!(disk.position("temperatures-hot-changelog", 0), None);
}
