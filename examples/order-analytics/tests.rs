//! The topology against the plain fold: on the test driver and on the embedded log, several seeds.
use super::{
    fold::{Folded, fold},
    generator::{Recipe, generate},
    input::Line,
    *,
};
use kstreams::{
    Closed, Event, Headers,
    prelude::*,
    shell::embedded::{EmbeddedLog, create_topics},
    worker::Settings,
};
use std::collections::BTreeMap;

fn hour(key: &[u8], value: &[u8]) -> (i64, u64) {
    (i64::from_be_bytes(*key.last_chunk().unwrap()), u64::from_be_bytes(value.try_into().unwrap()))
}

#[test]
fn operators_are_functions() {
    let order = |item: &str| Order { item: ItemName(item.into()), ordered_at: 0, quantity: 1 };
    let user = |address: Option<&str>| User { gender: "f".into(), address: address.map(str::to_owned), age: 30 };
    let item = Item { price: 9.0, category: "drinks".into(), origin: "Lyon".into() };
    assert!(!has_address(&with_user(order("wine"), None)));
    assert!(!has_address(&with_user(order("wine"), Some(&user(None)))));
    let at = |town| with_user(order("wine"), Some(&user(Some(town))));
    assert!(is_local(&with_item(at("Lyon"), Some(&item))));
    assert!(!is_local(&with_item(at("Graz"), Some(&item))));
    assert!(!is_local(&with_item(at("Lyon"), None)));
}

#[test]
fn record_by_record_on_the_test_driver() {
    for seed in 0..3 {
        let lines = generate(&Recipe { seed, orders: 300, step_ms: 400_000, late_one_in: 20, broken_one_in: 30, ..Recipe::default() });
        let settings = Settings { commit_interval_ms: 0, bad_records: BadRecords::Skip, ..Settings::default() };
        let mut t = TestDriver::with_settings(order_analytics::topology(), settings);
        for Line { topic, key, value, time } in &lines {
            t.send_bytes(topic, None, Some(key.as_bytes()), Some(value.as_bytes()), *time, &Headers::new());
        }
        let hours = t.read_bytes("local-buyers-per-hour").iter().map(|r| hour(r.key.as_ref().unwrap(), r.value.as_ref().unwrap()));
        let hours: BTreeMap<i64, u64> = hours.collect();
        let (mut bad, mut late) = (0, 0);
        for event in t.take_events() {
            match event {
                Event::BadRecord { .. } => bad += 1,
                Event::Dropped { dropped, .. } => late += dropped.late,
                _ => {}
            }
        }
        let expected = fold(&lines);
        assert!(expected.late > 0 && expected.bad > 0, "seed {seed} tests nothing");
        assert_eq!(Folded { hours, bad, late }, expected, "seed {seed}");
    }
}

fn run(lines: &[Line], config: Config) -> (Folded, Closed) {
    let (topology, log) = (order_analytics::topology(), EmbeddedLog::new());
    create_topics(&log, &topology.plan().declared_deployment()).unwrap();
    for Line { topic, key, value, time } in lines {
        log.produce(topic, Some(key.as_bytes()), Some(value.as_bytes()), *time, &Headers::new()).unwrap();
    }
    let app = App::new(topology, config.embedded_log(log.clone()).bad_records(BadRecords::Skip));
    let closed = tokio::runtime::Runtime::new().unwrap().block_on(app.run_to_end()).unwrap();
    let records = log.read("local-buyers-per-hour").unwrap();
    let hours = records.iter().map(|r| hour(r.key.as_ref().unwrap(), r.value.as_ref().unwrap())).collect();
    (Folded { hours, bad: closed.bad, late: closed.late }, closed)
}

#[test]
fn on_the_embedded_log_with_one_worker() {
    for seed in 0..8 {
        let lines = generate(&Recipe { seed, ..Recipe::default() });
        assert_eq!(run(&lines, Config::new()).0, fold(&lines), "seed {seed}, at least once");
        assert_eq!(run(&lines, Config::new().exactly_once()).0, fold(&lines), "seed {seed}, exactly once");
    }
}

/// Several workers come to the partitions in any order, so nothing may be late in any of them.
#[test]
fn on_the_embedded_log_with_several_workers_and_state_on_disk() {
    for seed in 0..4 {
        let lines = generate(&Recipe { seed, orders: 3_000, step_ms: 2_000, late_one_in: 0, ..Recipe::default() });
        let disk = tempfile::tempdir().unwrap();
        let config = Config::new().exactly_once().threads(3).state_dir(disk.path());
        assert_eq!(run(&lines, config).0, fold(&lines), "seed {seed}");
    }
}
