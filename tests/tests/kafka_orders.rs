//! Order analytics on a real broker: the counts, the bad and the late records are those of the plain fold.
#![allow(clippy::unwrap_used, clippy::expect_used)]
use kstreams::{App, Config, Event, prelude::*};
use kstreams_examples::order_analytics::{
    fold::{Folded, fold},
    generator::{Recipe, generate},
    input::Line,
    order_analytics,
};
use kstreams_tests::kafka::{Client, Running, fresh_broker};
use std::{
    collections::BTreeMap,
    sync::{Mutex, PoisonError},
    thread,
    time::{Duration, Instant},
};

const PATIENCE: Duration = Duration::from_secs(60);

fn load(client: &Client, lines: &[Line]) {
    for (topic, partitions) in [("orders", 3), ("users", 3), ("items", 6), ("local-buyers-per-hour", 1)] {
        client.create(topic, partitions);
    }
    let writer = client.writer();
    lines.iter().for_each(|l| writer.write(l.topic, Some(l.key.as_bytes()), Some(l.value.as_bytes()), l.time));
    writer.flush();
}
fn hours(client: &Client) -> BTreeMap<i64, u64> {
    let row = |r: kstreams_tests::kafka::Read| {
        let (key, value) = (r.key.unwrap(), r.value.unwrap());
        (i64::from_be_bytes(*key.last_chunk().unwrap()), u64::from_be_bytes(value.try_into().unwrap()))
    };
    client.read("local-buyers-per-hour").into_iter().map(row).collect()
}
fn check(recipe: &Recipe, guarantee: fn(Config) -> Config, processes: usize) {
    // One broker at a time: each is a JVM.
    static ONE: Mutex<()> = Mutex::new(());
    let _one = ONE.lock().unwrap_or_else(PoisonError::into_inner);
    let Some(broker) = fresh_broker() else { return };
    let (client, disk, lines) = (broker.client(), tempfile::tempdir().unwrap(), generate(recipe));
    load(&client, &lines);
    let expected = fold(&lines);
    let start = |process: usize| {
        let config = Config::new().bootstrap_servers(broker.bootstrap()).state_dir(disk.path().join(process.to_string()));
        let config = guarantee(config).commit_interval(Duration::from_millis(100)).bad_records(BadRecords::Skip);
        Running::start(App::new(order_analytics::topology(), config))
    };
    let apps: Vec<Running> = (0..processes).map(start).collect();
    let since = Instant::now();
    while hours(&client) != expected.hours && since.elapsed() < PATIENCE {
        thread::sleep(Duration::from_millis(200));
    }
    let aborts: Vec<_> = apps.iter().flat_map(Running::events).filter(|e| matches!(e, Event::Aborted { .. })).collect();
    let closed: Vec<_> = apps.into_iter().map(|app| app.finish().unwrap()).collect();
    let (bad, late) = (closed.iter().map(|c| c.bad).sum(), closed.iter().map(|c| c.late).sum());
    assert_eq!(Folded { hours: hours(&client), bad, late }, expected, "after {aborts:?}");
}

/// Within an hour and its grace: workers of several processes are not ordered among each other, and then the fold says something else.
fn recipe(seed: u64) -> Recipe {
    Recipe { seed, orders: 3_000, step_ms: 2_000, late_one_in: 0, ..Recipe::default() }
}

#[test]
fn one_worker_at_least_once_counts_as_the_fold() {
    check(&recipe(7), Config::at_least_once, 1);
}
#[test]
fn one_worker_exactly_once_counts_as_the_fold() {
    check(&recipe(11), Config::exactly_once, 1);
}
#[test]
fn two_processes_exactly_once_count_as_the_fold() {
    check(&recipe(12), Config::exactly_once, 2);
}
#[test]
fn two_processes_at_least_once_count_as_the_fold() {
    check(&recipe(13), Config::at_least_once, 2);
}
#[test]
fn one_worker_finds_the_late_records_of_the_fold() {
    check(&Recipe { seed: 21, orders: 3_000, ..Recipe::default() }, Config::exactly_once, 1);
}
