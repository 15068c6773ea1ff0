//! Windows behind a repartition topic: lateness judged by the fastest upstream task, as in Kafka Streams, and by the slowest.
use kstreams::{Event, Single, TimeWindows, TopicRef, prelude::*};

fn clicks() -> impl TopicRef<Key = String, Value = u64, Space = Space<String, 2>> {
    named::<Space<String, 2>, u64>("clicks")
}
/// Clicks of two partitions, counted per minute behind a repartition topic.
fn clicks_per_minute(windows: TimeWindows) -> Topology {
    let b = Topology::builder("clicks");
    let clicks = b.stream(clicks());
    let per_minute = clicks.repartition::<Single>("all", |_| All).windowed_by(windows).count("per-minute");
    per_minute.to_stream().unwindow::<Single>().present().to(named::<Single, u64>("counts"));
    b.build(())
}
/// Partition 0 runs ahead by ten minutes before anything is heard of partition 1; answers the counts of the windows from the last change on.
fn counted(windows: TimeWindows) -> (Vec<u64>, bool) {
    let mut driver = TestDriver::new(clicks_per_minute(windows));
    for minute in 0..10 {
        driver.input(clicks()).partition(0).at(minute * 60_000).send("a".to_string(), 1);
    }
    driver.take_output(named::<Single, u64>("counts"));
    for minute in 0..10 {
        driver.input(clicks()).partition(1).at(minute * 60_000).send("b".to_string(), 1);
    }
    let is_late = driver.take_events().iter().any(|e| matches!(e, Event::Dropped { dropped, .. } if dropped.late > 0));
    (driver.take_output(named::<Single, u64>("counts")).values(), is_late)
}
#[test]
fn a_window_behind_a_repartition_loses_what_a_slow_upstream_task_brings() {
    assert_eq!(counted(tumbling(minutes(1))), (vec![2], true));
}
#[test]
fn a_window_that_waits_for_its_upstream_tasks_loses_nothing() {
    assert_eq!(counted(tumbling(minutes(1)).upstream_skew(hours(1))), (vec![2; 10], false));
}
#[test]
fn upstream_tasks_are_not_waited_for_longer_than_the_skew() {
    assert_eq!(counted(tumbling(minutes(1)).upstream_skew(minutes(4))), (vec![2; 5], true));
}
#[test]
fn what_is_really_late_stays_late_beside_marks() {
    let mut driver = TestDriver::new(clicks_per_minute(tumbling(minutes(1)).upstream_skew(hours(1))));
    for (partition, minute) in [(0, 5), (1, 5), (0, 1)] {
        driver.input(clicks()).partition(partition).at(minute * 60_000).send("a".to_string(), 1);
    }
    assert_eq!(driver.output(named::<Single, u64>("counts")).values(), [1, 2]);
}
#[test]
fn marks_are_not_seen_behind_the_repartition() {
    let b = Topology::builder("marks");
    let moved = b.stream(clicks()).repartition::<Single>("all", |_| All);
    moved.clone().windowed_by(tumbling(minutes(1)).upstream_skew(hours(1))).count("per-minute").to_stream().discard();
    moved.to(named::<Single, u64>("copies"));
    let mut driver = TestDriver::new(b.build(()));
    driver.input(clicks()).at(0).header("trace", "7").send("a".to_string(), 1);
    let copies = driver.output(named::<Single, u64>("copies")).records();
    assert_eq!(copies[0].headers.iter().collect::<Vec<_>>(), [("trace", Some(&b"7"[..]))]);
}

/// Final counts of two upstream tasks, of which the second is half an hour behind; `then` happens behind the record of that number.
fn final_counts(behind: usize, then: fn(&mut TestDriver)) -> Vec<u64> {
    let b = Topology::builder("finals");
    let moved = b.stream(clicks()).repartition::<Single>("all", |_| All);
    let windows = moved.windowed_by(tumbling(minutes(10)).upstream_skew(hours(10))).emit_final();
    windows.count("counts").to_stream().unwindow::<Single>().present().to(named::<Single, u64>("finals"));
    let mut driver = TestDriver::new(b.build(()));
    let clicked = [(0, 1), (1, 1), (0, 60), (1, 2), (0, 61), (1, 70), (0, 75), (1, 90), (0, 91), (1, 92)];
    for (number, (partition, minute)) in clicked.into_iter().enumerate() {
        driver.input(clicks()).partition(partition).at(minute * 60_000).send("a".to_string(), 1);
        if number == behind {
            then(&mut driver);
        }
    }
    driver.output(named::<Single, u64>("finals")).values()
}
#[test]
fn final_results_that_wait_for_upstream_tasks_are_the_same_with_a_restart() {
    for behind in 0..7 {
        let ways: [fn(&mut TestDriver); 3] = [|_| (), |t| t.restart(), |t| t.crash_and_lose_disk()];
        for (way, then) in ways.into_iter().enumerate() {
            assert_eq!(final_counts(behind, then), [3, 2, 2], "way {way}, behind record {behind}");
        }
    }
}
