//! `deduplicate` and `select_key_in_place`: what they let through, and what they say of the rest.
use kstreams::{BadRecords, Event, Guarantee, TopicRef, prelude::*, worker::Settings};

fn payments() -> impl TopicRef<Key = String, Value = u64, Space = Space<String, 2>> {
    named::<Space<String, 2>, u64>("payments")
}
fn booked() -> impl TopicRef<Key = String, Value = u64, Space = Space<String, 2>> {
    named::<Space<String, 2>, u64>("booked")
}
/// Payments of five minutes count once.
fn once() -> Topology {
    let b = Topology::builder("once");
    b.stream(payments()).deduplicate("seen", minutes(5), |number| *number).to(booked());
    b.build(())
}
fn exactly_once(topology: Topology) -> TestDriver {
    TestDriver::with_settings(topology, Settings { guarantee: Guarantee::ExactlyOnce, commit_interval_ms: 0, ..Settings::default() })
}
fn send(driver: &mut TestDriver, minute: i64, key: &str, number: u64) {
    driver.input(payments()).at(minute * 60_000).send(key.to_string(), number);
}
fn dropped(driver: &mut TestDriver) -> (u64, u64) {
    let events = driver.take_events();
    let dropped = events.iter().filter_map(|e| if let Event::Dropped { dropped, .. } = e { Some(*dropped) } else { None });
    dropped.fold((0, 0), |(duplicates, late), d| (duplicates + d.duplicates, late + d.late))
}

#[test]
fn of_one_id_the_first_goes_on() {
    let mut driver = exactly_once(once());
    for (minute, number) in [(0, 1), (5, 1), (6, 1), (3, 2), (4, 2)] {
        send(&mut driver, minute, "ann", number);
    }
    assert_eq!(driver.output(booked()).values(), [1, 1, 2]);
    assert_eq!(dropped(&mut driver), (2, 0));
}
#[test]
fn one_id_under_two_keys_is_two() {
    let mut driver = exactly_once(once());
    for key in ["a", "ab", "b", "a"] {
        send(&mut driver, 0, key, 1);
    }
    assert_eq!(driver.output(booked()).values().len(), 3);
}
#[test]
fn an_earlier_record_that_comes_later_is_a_duplicate_too() {
    let mut driver = exactly_once(once());
    send(&mut driver, 4, "ann", 1);
    send(&mut driver, 0, "ann", 1);
    assert_eq!(driver.output(booked()).values(), [1]);
}
#[test]
fn what_nobody_remembers_is_late() {
    let mut driver = exactly_once(once());
    send(&mut driver, 0, "ann", 1);
    send(&mut driver, 20, "ann", 2);
    send(&mut driver, 0, "ann", 1);
    send(&mut driver, 16, "ann", 3);
    assert_eq!(driver.output(booked()).values(), [1, 2, 3]);
    assert_eq!(dropped(&mut driver), (0, 1));
}
#[test]
fn a_crash_lets_nothing_through_twice() {
    let mut driver = exactly_once(once());
    for round in 0..4 {
        send(&mut driver, round, "ann", 1);
        if round % 2 == 0 { driver.crash() } else { driver.restart() }
    }
    assert_eq!(driver.output(booked()).values(), [1]);
}
#[test]
fn a_retention_that_forgets_too_early_is_a_problem() {
    let b = Topology::builder("once");
    b.stream(payments()).deduplicate(stored("seen").retention(minutes(9)), minutes(5), |number| *number).to(booked());
    let problems = b.build(()).problems().join("\n");
    assert!(problems.contains("`seen`") && problems.contains("needed for 600s"), "{problems}");
}

#[test]
fn a_new_key_of_another_partition_is_a_bad_record() {
    let b = Topology::builder("place");
    let counts = named::<Space<String, 2>, u64>("counts");
    b.stream(payments()).select_key_in_place(|key: &String, _: &u64| key.replace("wrong", "")).count("counts").to(counts);
    let settings = Settings { bad_records: BadRecords::Skip, commit_interval_ms: 0, ..Settings::default() };
    let mut driver = TestDriver::with_settings(b.build(()), settings);
    driver.input(payments()).send("a".to_string(), 1);
    // Keys whose partition changes with the word that is cut out of them, and those where it stays.
    for i in 0..20 {
        driver.input(payments()).send(format!("{i}wrong"), 1);
    }
    let bad: Vec<String> = driver
        .take_events()
        .iter()
        .filter_map(|e| if let Event::BadRecord { reason, .. } = e { Some(reason.clone()) } else { None })
        .collect();
    assert_eq!(bad.len() + driver.output(named::<Space<String, 2>, u64>("counts")).values().len(), 21);
    assert!(!bad.is_empty() && bad.len() < 20, "{bad:?}");
    assert!(bad[0].contains("the new key belongs to partition") && bad[0].contains(".repartition("), "{}", bad[0]);
}
