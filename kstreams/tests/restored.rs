//! What is restored is what was there before: rows of source topics without the records that were refused, and state in folders whose numbers an edit
//! has given to other sub-topologies.
#![cfg(all(feature = "macros", feature = "embedded"))]
use kstreams::{prelude::*, worker::Settings};
use std::time::Duration;

#[topic(name = "asks", key = String, value = String, partitions = 1)]
struct Asks;
#[topic(name = "rows", key = String, value = u64, partitions = 1)]
struct Rows;
/// Each row says when it is from.
#[topic(name = "dated", key = String, value = u64, partitions = 1, timestamp = |_key, day, _meta| Timestamp(*day as i64 * 86_400_000))]
struct Dated;
#[topic(name = "others", key = String, value = String, partitions = 1)]
struct Others;
#[topic(name = "answers", key = String, value = String, partitions = 1)]
struct Answers;

const HOUR: i64 = 3_600_000;

/// Asks for a row of a table; the answer has the time of the later of both.
fn asked(b: &Builder, table: Table<Space<String, 1>, u64>) {
    b.table(Asks).left_join(table, |_, row| format!("{row:?}")).to(Answers);
}
fn answer(t: &mut TestDriver, key: &str) -> (String, i64) {
    t.input(Asks).at(0).send(key.into(), String::new());
    let answers = t.take_output(Answers);
    let answer = &answers.records()[0];
    (answer.value.clone(), answer.time.0)
}

#[test]
fn a_row_from_the_future_that_was_refused_does_not_come_back_with_the_others() {
    let b = Topology::builder("future");
    asked(&b, b.table(Rows));
    let settings = Settings { commit_interval_ms: 0, bad_records: BadRecords::Skip, max_future_ms: Some(HOUR), ..Settings::default() };
    let mut t = TestDriver::with_settings(b.build(()), settings);
    t.input(Rows).at(1).send("a".into(), 1).send("b".into(), 1);
    t.input(Rows).at(365 * 24 * HOUR).send("a".into(), 2).delete("b".into());
    t.input(Rows).at(2).send("c".into(), 3);
    let seen = |t: &mut TestDriver| ["a", "b", "c"].map(|key| answer(t, key));
    let before = seen(&mut t);
    assert_eq!(before, [("Some(1)".into(), 1), ("Some(1)".into(), 1), ("Some(3)".into(), 2)]);
    t.crash_and_lose_disk();
    assert_eq!(seen(&mut t), before);
}

#[test]
fn rows_are_restored_with_the_time_that_their_topic_says() {
    let b = Topology::builder("dates");
    asked(&b, b.table(Dated));
    let mut t = TestDriver::new(b.build(()));
    t.input(Dated).at(5).send("a".into(), 2);
    let before = answer(&mut t, "a");
    assert_eq!(before, ("Some(2)".into(), 2 * 24 * HOUR));
    t.crash_and_lose_disk();
    assert_eq!(answer(&mut t, "a"), before);
}

/// The store `kept` in the first sub-topology, or in the second behind one that counts.
fn numbered(is_second: bool) -> Topology {
    let b = Topology::builder("numbers");
    if is_second {
        b.stream(Others).count("counted").to_stream().discard();
    }
    asked(&b, b.table(Rows).materialize("kept"));
    let topology = b.build(());
    assert!(topology.problems().is_empty(), "{:?}", topology.problems());
    topology
}

#[test]
fn state_that_another_sub_topology_left_under_this_number_does_not_wake_deleted_rows() {
    let written = |t: &mut TestDriver| t.advance_wall_clock(Duration::from_secs(16));
    let mut t = TestDriver::new(numbered(false));
    t.input(Rows).send("a".into(), 1).send("b".into(), 1);
    written(&mut t);
    // an edit gives the number to another sub-topology, which writes into the same folder
    let mut t = t.upgrade(numbered(true));
    t.input(Rows).delete("a".into());
    t.input(Rows).send("c".into(), 1);
    let compact = |t: &TestDriver| t.log().compact("numbers-kept-changelog", t.wall_clock()).unwrap();
    compact(&t);
    t.advance_wall_clock(Duration::from_millis(25 * HOUR as u64));
    compact(&t);
    t.input(Others).send("a".into(), "x".into());
    written(&mut t);
    // and the next one gives it back
    let mut t = t.upgrade(numbered(false));
    assert_eq!(["a", "b", "c"].map(|key| answer(&mut t, key).0), ["None", "Some(1)", "Some(1)"]);
}
