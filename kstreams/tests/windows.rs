//! Windowed aggregations through the driver: final results over restarts, results that are refused, and times at the end of time.
#![allow(clippy::unwrap_used, clippy::expect_used)]
#![cfg(all(feature = "embedded", feature = "redb"))]
use kstreams::{
    App, Guarantee, Headers, RuntimeTopic, Slot, TestDriver,
    prelude::*,
    shell::embedded::{EmbeddedLog, create_topics},
    worker::{BadRecords, Settings},
};

type One = Space<String, 1>;
fn numbers() -> RuntimeTopic<One, u64> {
    named("numbers")
}
fn finals() -> RuntimeTopic<One, u64> {
    named("finals")
}
/// Adds numbers up; a 0 deletes the row.
fn add(sum: &mut u64, n: &u64) -> Slot {
    *sum += n;
    if *n == 0 { Slot::Delete } else { Slot::Keep }
}
macro_rules! summed {
    ($windows:expr, $($aggregate:tt)*) => {{
        let b = Topology::builder("finals");
        let windows = b.stream(numbers()).windowed_by($windows).emit_final();
        windows.$($aggregate)*.to_stream().unwindow().present().to(finals());
        b.build(())
    }};
}
fn kinds() -> [Topology; 3] {
    [
        summed!(tumbling(minutes(10)).grace(minutes(2)), aggregate(stored("sums").retention(hours(24)), || 0, add)),
        summed!(sliding(minutes(10)).grace(minutes(2)), aggregate(stored("sums").retention(hours(24)), || 0, add)),
        summed!(
            session(minutes(10)).grace(minutes(2)),
            aggregate_merging(stored("sums").retention(hours(24)), || 0, add, |a: &mut u64, b: u64| *a += b)
        ),
    ]
}
/// Minutes, keys and numbers; after each one it is what `then` does.
fn finals_of(topology: Topology, guarantee: Guarantee, then: impl Fn(&mut TestDriver)) -> Vec<u64> {
    let settings = Settings { guarantee, commit_interval_ms: 0, ..Settings::default() };
    let mut driver = TestDriver::with_settings(topology, settings);
    for (minute, key, n) in [(61, "a", 5), (120, "b", 0), (60, "a", 7), (121, "b", 0), (122, "a", 3), (300, "b", 0), (301, "b", 0)] {
        driver.input(numbers()).at(minute * 60_000).send(key.to_string(), n);
        then(&mut driver);
    }
    driver.output(finals()).values()
}
#[test]
fn final_results_come_once_whatever_happens_between_two_records() {
    for guarantee in [Guarantee::AtLeastOnce, Guarantee::ExactlyOnce] {
        let ways: [fn(&mut TestDriver); 4] = [|_| (), |t| t.restart(), |t| t.crash(), |t| t.crash_and_lose_disk()];
        for way in ways {
            assert_eq!(kinds().map(|topology| finals_of(topology, guarantee, way)), [vec![5, 3], vec![5, 3], vec![5, 3]]);
        }
    }
}
#[test]
fn what_closed_before_results_became_final_does_not_come_again() {
    let b = Topology::builder("finals");
    b.stream(numbers())
        .windowed_by(tumbling(minutes(10)))
        .count("counts")
        .to_stream()
        .unwindow()
        .present()
        .to(named::<One, u64>("counted"));
    let (log, before) = (EmbeddedLog::new(), b.build(()));
    create_topics(&log, &before.plan().declared_deployment()).unwrap();
    for time in [3_000_000, 3_600_000] {
        log.produce("numbers", Some(b"a"), Some(&1_u64.to_be_bytes()), time, &Headers::new()).unwrap();
    }
    let through = async {
        while log.read("counted").unwrap().len() < 2 {
            tokio::task::yield_now().await;
        }
    };
    let app = App::new(before, Config::new().embedded_log(log.clone()));
    tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(app.run_until(through)).unwrap();
    let settings = Settings { commit_interval_ms: 0, ..Settings::default() };
    let mut after = TestDriver::over(log, summed!(tumbling(minutes(10)), count("counts")), settings);
    after.input(numbers()).at(3_700_000).send("b".into(), 1);
    assert_eq!(after.output(finals()).values(), [0; 0]);
    after.input(numbers()).at(4_400_000).send("b".into(), 1);
    assert_eq!(after.output(finals()).values(), [1, 1]);
}
#[test]
fn a_final_result_that_is_refused_takes_no_other_with_it() {
    let b = Topology::builder("refused");
    let counts =
        b.stream(numbers()).windowed_by(tumbling(minutes(10))).emit_final().reduce(stored("sums").retention(hours(24)), |sum, n| *sum += n);
    let refused = |n: u64| if n == 2 { Err("two") } else { Ok(n) };
    counts.to_stream().unwindow::<One>().present().try_map_values(refused).to(finals());
    let settings = Settings { bad_records: BadRecords::Skip, commit_interval_ms: 0, ..Settings::default() };
    let mut driver = TestDriver::with_settings(b.build(()), settings);
    for (key, n) in [("a", 1), ("b", 2), ("c", 3)] {
        driver.input(numbers()).at(60_000).send(key.into(), n);
    }
    driver.input(numbers()).at(3_600_000).send("a".into(), 9);
    assert_eq!(driver.output(finals()).values(), [1, 3]);
    driver.restart();
    driver.input(numbers()).at(3_600_000).send("a".into(), 9);
    assert_eq!(driver.output(finals()).values(), [1, 3]);
}
#[test]
fn records_at_the_end_of_time_are_counted() {
    macro_rules! largest {
        ($windows:expr) => {{
            let b = Topology::builder("end");
            b.stream(numbers()).windowed_by($windows).count("counts").to_stream().unwindow().present().to(finals());
            let mut driver = TestDriver::new(b.build(()));
            // Of a window whose end no number can say, the last millisecond is late.
            for time in [i64::MAX - 2, i64::MAX - 1, i64::MAX] {
                driver.input(numbers()).at(time).send("a".into(), 1);
            }
            driver.output(finals()).values().into_iter().max()
        }};
    }
    let counts = [largest!(tumbling(minutes(10))), largest!(hopping(minutes(10), minutes(3))), largest!(sliding(minutes(10)))];
    assert_eq!((counts, largest!(session(minutes(10)))), ([Some(2); 3], Some(3)));
}
#[test]
fn a_time_that_is_too_long_is_the_longest() {
    assert_eq!(days(u64::MAX), seconds(u64::MAX));
    assert_eq!((minutes(u64::MAX), hours(u64::MAX)), (seconds(u64::MAX), seconds(u64::MAX)));
}
