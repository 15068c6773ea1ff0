//! The driver over small topologies: what a test of a user looks like.
use super::TestDriver;
use crate::{
    Space, Timestamp, TopicRef, Topology, named,
    worker::{BadRecords, Event, Guarantee, Settings, TaskState},
};
use std::time::Duration;

fn words() -> impl TopicRef<Key = String, Value = String, Space = Space<String, 3>> {
    named::<Space<String, 3>, String>("words")
}
fn counts() -> impl TopicRef<Key = String, Value = u64, Space = Space<String, 2>> {
    named::<Space<String, 2>, u64>("counts")
}
fn loud() -> impl TopicRef<Key = String, Value = String, Space = Space<String, 3>> {
    named::<Space<String, 3>, String>("loud")
}
/// Counts values behind a repartition.
fn word_count() -> Topology {
    let b = Topology::builder("word-count");
    let words = b.stream(words());
    words.clone().map_values(|w| w.to_uppercase()).to(loud());
    words.repartition::<Space<String, 2>>("by-word", |w: &String| w.clone()).count("counts").to(counts());
    b.build(())
}
fn all_guarantees(test: impl Fn(TestDriver)) {
    for guarantee in [Guarantee::AtLeastOnce, Guarantee::ExactlyOnce] {
        test(TestDriver::with_settings(word_count(), Settings { guarantee, commit_interval_ms: 0, ..Settings::default() }));
    }
}

#[test]
fn a_send_is_processed_to_the_end() {
    all_guarantees(|mut t| {
        t.input(words()).at("2026-01-05T10:00:00Z").send("a".into(), "x".into()).send("b".into(), "y".into()).send("c".into(), "x".into());
        assert_eq!(t.output(loud()).values(), ["X", "Y", "X"]);
        assert_eq!(t.output(counts()).pairs(), [("x".into(), 1), ("y".into(), 1), ("x".into(), 2)]);
        assert_eq!(t.output(counts()).table(), [("x".into(), 2), ("y".into(), 1)]);
        let record = &t.output(counts()).records()[2];
        assert_eq!((record.time, record.partition < 2), (Timestamp(1_767_607_200_000), true));
    });
}

#[test]
fn output_can_be_taken() {
    all_guarantees(|mut t| {
        t.input(words()).send("a".into(), "x".into());
        assert_eq!(t.take_output(loud()).values(), ["X"]);
        assert!(t.take_output(loud()).is_empty());
        t.input(words()).send("a".into(), "y".into());
        assert_eq!(t.take_output(loud()).values(), ["Y"]);
        assert_eq!(t.output(loud()).values(), ["X", "Y"]);
    });
}

#[test]
fn state_outlives_a_crash_and_a_restart() {
    all_guarantees(|mut t| {
        for round in 1..=3u64 {
            t.input(words()).send("a".into(), "x".into());
            assert_eq!(t.take_output(counts()).values(), [round]);
            if round % 2 == 0 { t.restart() } else { t.crash() }
        }
        assert!(t.take_output(counts()).is_empty(), "nothing is counted twice");
        let changelog = t.changelog("counts");
        assert_eq!(changelog.iter().map(|r| r.value.clone()).collect::<Vec<_>>(), [Some(3u64.to_be_bytes().to_vec())]);
    });
}

#[test]
fn state_outlives_the_loss_of_the_disk_and_a_crash_in_the_middle() {
    all_guarantees(|mut t| {
        t.input(words()).send("a".into(), "x".into());
        t.crash_and_lose_disk();
        t.log().produce("words", Some(b"a"), Some(b"x"), 0, &crate::Headers::new()).unwrap();
        t.run_steps(1);
        assert!(!t.output(counts()).pairs().contains(&("x".into(), 2)), "one step is not the whole way");
        t.crash();
        assert_eq!(t.output(counts()).table(), [("x".into(), 2)]);
    });
}

/// A store to be restored beside a repartition: the reads begin last, after a poll that found nothing.
#[test]
fn a_worker_that_starts_over_a_backlog_works_it_off() {
    let b = Topology::builder("late");
    let words = b.stream(words());
    words.clone().count("local").to(named::<Space<String, 3>, u64>("local-counts"));
    words.repartition::<Space<String, 2>>("by-word", |w: &String| w.clone()).count("counts").to(counts());
    let settings = Settings { guarantee: Guarantee::ExactlyOnce, commit_interval_ms: 0, ..Settings::default() };
    let mut t = TestDriver::with_settings(b.build(()), settings);
    t.log().produce("words", Some(b"a"), Some(b"x"), 0, &crate::Headers::new()).unwrap();
    t.crash();
    assert_eq!(t.output(counts()).values(), [1]);
}

#[test]
fn topics_may_have_other_counts_than_declared() {
    let mut t = TestDriver::with_partitions(word_count(), Settings { commit_interval_ms: 0, ..Settings::default() }, 7);
    for word in 'a'..='z' {
        t.input(words()).send("a".into(), word.into());
    }
    assert!(t.output(counts()).records().iter().any(|r| r.partition > 2));
    assert!(t.output(counts()).pairs().iter().all(|(_, n)| *n == 1));
}

#[test]
fn headers_and_partitions_are_as_given() {
    all_guarantees(|mut t| {
        t.input(words()).header("trace", b"1".to_vec()).partition(2).send("a".into(), "x".into());
        let record = &t.output(loud()).records()[0];
        assert_eq!(record.headers.get("trace"), Some(&b"1"[..]));
        assert_eq!(t.read_bytes("words")[0].partition, 2);
    });
}

#[test]
fn the_clock_is_the_tests() {
    all_guarantees(|mut t| {
        assert_eq!(t.wall_clock(), 0);
        t.advance_wall_clock(Duration::from_secs(5));
        t.input(words()).send("a".into(), "x".into());
        assert_eq!(t.output(loud()).records()[0].time, Timestamp(5_000));
    });
}

fn numbers() -> impl TopicRef<Key = String, Value = u64, Space = Space<String, 1>> {
    named::<Space<String, 1>, u64>("numbers")
}
fn doubles() -> Topology {
    let b = Topology::builder("doubles");
    b.stream(numbers()).map_values(|n| n * 2).to(named::<Space<String, 1>, u64>("doubled"));
    b.build(())
}
fn doubled() -> impl TopicRef<Key = String, Value = u64, Space = Space<String, 1>> {
    named::<Space<String, 1>, u64>("doubled")
}

/// Two parts that nothing connects read one topic.
#[test]
fn a_topic_that_is_opened_twice_has_one_source() {
    let b = Topology::builder("twice");
    b.stream(numbers()).map_values(|n| n * 2).to(doubled());
    b.stream(numbers()).filter(|n| n % 2 == 1).to(named::<Space<String, 1>, u64>("odd"));
    let topology = b.build(());
    assert_eq!(topology.plan().sub_topologies().len(), 1);
    let mut t = TestDriver::new(topology);
    t.input(numbers()).send("k".into(), 3).send("k".into(), 4);
    assert_eq!(t.output(doubled()).values(), [6, 8]);
    assert_eq!(t.output(named::<Space<String, 1>, u64>("odd")).values(), [3]);
}

#[test]
fn a_topic_opened_as_a_stream_and_as_a_table_is_a_problem_that_names_the_way_out() {
    let b = Topology::builder("both");
    b.stream(numbers()).left_join(b.table(numbers()), |n: u64, _: Option<&u64>| n).to(doubled());
    let problems = b.build(()).problems().join("\n");
    assert!(problems.contains("topic `numbers` is opened in 2 ways: numbers-source ("), "{problems}");
    assert!(problems.contains(".to_table("), "{problems}");
}

#[test]
#[should_panic(expected = "numbers")]
fn a_bad_record_fails_the_test() {
    TestDriver::new(doubles()).send_bytes("numbers", None, Some(b"k"), Some(b"no number"), 0, &crate::Headers::new());
}

#[test]
fn a_bad_record_is_skipped_where_the_policy_says_so() {
    let mut t =
        TestDriver::with_settings(doubles(), Settings { bad_records: BadRecords::Skip, commit_interval_ms: 0, ..Settings::default() });
    t.send_bytes("numbers", None, Some(b"k"), Some(b"no number"), 0, &crate::Headers::new());
    t.input(numbers()).send("k".into(), 21);
    assert_eq!(t.output(doubled()).values(), [42]);
    assert!(t.take_events().iter().any(|e| matches!(e, crate::worker::Event::BadRecord { .. })));
}

fn kept<V: crate::Record<Present = V> + Clone + crate::KeptAs<V>>(value: fn(&String) -> V) -> Topology {
    let b = Topology::builder("kept");
    let lengths = b.table(words()).map_values(value).materialize("kept");
    lengths.to_stream().discard();
    b.build(())
}
fn is_restored(events: &[Event]) -> bool {
    events.iter().any(|event| matches!(event, Event::Task { state: TaskState::Restoring, .. }))
}

#[test]
fn a_restart_in_good_order_finds_its_state_on_disk_and_a_lost_disk_does_not() {
    let mut t = TestDriver::new(kept(|word| word.len() as u64));
    t.input(words()).send("a".into(), "tea".into());
    t.take_events();
    t.restart();
    assert!(!is_restored(&t.take_events()));
    t.crash_and_lose_disk();
    assert!(is_restored(&t.take_events()));
}

#[test]
#[should_panic(expected = "store `kept` holds rows of another type")]
fn an_upgrade_that_retypes_a_store_without_a_migration_is_refused() {
    let mut t = TestDriver::new(kept(|word| word.len() as u64));
    t.input(words()).send("a".into(), "tea".into());
    t.upgrade(kept(String::clone));
}
