//! Nothing starts on a topology that would leave its state behind or read it as what it is not.
#![allow(clippy::unwrap_used, clippy::expect_used)]
use kstreams::{AppError, prelude::*};

/// What was said.
#[topic(name = "words", key = String, value = u64, partitions = 3)]
struct Words;
#[topic(name = "counts", key = String, value = u64, partitions = 3)]
struct Counts;

/// The lock says that the store holds windows. A topology with settings has no generated test, which would fail here.
#[topology(id = "locked", lock = "tests/locked.lock")]
fn locked(words: StreamOf<Words>, least: u64) {
    words.filter(move |n| *n > least).count("counts").to(Counts);
}
/// Fits its lock, so that the generated test passes.
///
/// It is counted by key.
#[topology(id = "fitting", lock = "tests/fitting.lock")]
fn fitting(words: StreamOf<Words>) {
    words.count("counts").to(Counts);
}

#[test]
#[should_panic(expected = "store `counts`: kind was window and is kv; its state is unreadable")]
fn the_test_driver_does_not_start() {
    TestDriver::new(locked::topology(0));
}
#[test]
fn an_application_does_not_start() {
    let app = App::new(locked::topology(0), Config::new());
    let refused = tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(app.run_to_end());
    let Err(AppError::Topology(problems)) = refused else { panic!("it ran: {refused:?}") };
    assert!(problems[0].contains("`cargo kstreams lock --forget counts`"), "{problems:?}");
}
#[test]
fn a_topology_that_fits_its_lock_starts() {
    let mut driver = TestDriver::new(fitting::topology());
    driver.input(Words).send("a".into(), 1);
    assert_eq!(driver.output(Counts).values(), [1]);
}
#[test]
fn documentation_is_in_the_plan() {
    let topology = fitting::topology();
    assert_eq!(topology.plan().doc, "Fits its lock, so that the generated test passes.\n\nIt is counted by key.");
    let docs: Vec<&str> = topology.plan().topics.iter().map(|topic| topic.doc).collect();
    assert_eq!(docs, ["What was said.", ""]);
}
