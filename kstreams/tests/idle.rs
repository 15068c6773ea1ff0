//! Windows and suppressions that go on by the wall clock when input idles.
use kstreams::{Event, TopicRef, prelude::*};

fn clicks() -> impl TopicRef<Key = String, Value = u64, Space = Space<String, 1>> {
    named::<Space<String, 1>, u64>("clicks")
}
fn counts() -> impl TopicRef<Key = String, Value = u64, Space = Space<String, 1>> {
    named::<Space<String, 1>, u64>("counts")
}
fn click(driver: &mut TestDriver, minute: i64) {
    driver.input(clicks()).at(minute * 60_000).send("a".to_string(), 1);
}
fn taken(driver: &mut TestDriver) -> Vec<u64> {
    driver.take_output(counts()).values()
}
macro_rules! counting {
    ($windows:expr) => {{
        let b = Topology::builder("idle");
        let per_window = b.stream(clicks()).windowed_by($windows).emit_final_or_idle_for(minutes(5)).count("per-window");
        per_window.to_stream().unwindow().present().to(counts());
        b.build(())
    }};
}
/// A click at minute 1; its window closes some minutes later, and only the wall clock moves.
fn closes(topology: Topology, restart: bool) {
    let mut driver = TestDriver::new(topology);
    click(&mut driver, 1);
    if restart {
        driver.restart();
    }
    driver.advance_wall_clock(minutes(4));
    assert!(taken(&mut driver).is_empty(), "input has not idled for long enough");
    for _ in 0..8 {
        driver.advance_wall_clock(minutes(5));
    }
    assert_eq!(taken(&mut driver), [1]);
}
#[test]
fn every_kind_of_window_closes() {
    for restart in [false, true] {
        closes(counting!(tumbling(minutes(10)).grace(minutes(2))), restart);
        closes(counting!(sliding(minutes(10)).grace(minutes(2))), restart);
        closes(counting!(session(minutes(10)).grace(minutes(2))), restart);
    }
}
#[test]
fn the_clock_goes_on_from_the_last_record() {
    let mut driver = TestDriver::new(counting!(tumbling(minutes(10))));
    click(&mut driver, 1);
    driver.advance_wall_clock(minutes(5));
    assert!(taken(&mut driver).is_empty(), "1 + 5 is before the window's end");
    driver.advance_wall_clock(minutes(5));
    assert_eq!(taken(&mut driver), [1], "1 + 10 is behind it");
}
#[test]
fn records_that_come_in_time_are_waited_for() {
    let mut driver = TestDriver::new(counting!(tumbling(minutes(10))));
    for minute in 1..9 {
        click(&mut driver, minute);
        driver.advance_wall_clock(minutes(4));
    }
    assert!(taken(&mut driver).is_empty());
}
#[test]
fn what_comes_after_the_pause_is_late() {
    let mut driver = TestDriver::new(counting!(tumbling(minutes(10))));
    click(&mut driver, 1);
    driver.advance_wall_clock(minutes(15));
    driver.take_events();
    click(&mut driver, 2);
    assert!(driver.take_events().iter().any(|e| matches!(e, Event::Dropped { dropped, .. } if dropped.late == 1)));
    assert_eq!(taken(&mut driver), [1]);
}
#[test]
fn where_nothing_ever_came_nothing_happens() {
    let mut driver = TestDriver::new(counting!(tumbling(minutes(10))));
    driver.advance_wall_clock(hours(5));
    assert!(taken(&mut driver).is_empty());
}

#[test]
fn a_suppressed_window_closes_by_the_wall_clock() {
    for restart in [false, true] {
        let b = Topology::builder("idle");
        let per_window = b.stream(clicks()).windowed_by(tumbling(minutes(10))).count("per-window");
        let finals = per_window.suppress("finals", until_window_closes().or_idle_for(minutes(5)));
        finals.to_stream().unwindow().present().to(counts());
        closes(b.build(()), restart);
    }
}
#[test]
fn a_suppressed_change_goes_on_by_the_wall_clock() {
    let b = Topology::builder("idle");
    let latest = b.stream(clicks()).count("counts").suppress("thin", until_time_limit(minutes(8)).or_idle_for(minutes(5)));
    latest.to_stream().present().to(counts());
    closes(b.build(()), true);
}

/// A window has closed by the wall clock, and its task starts anew: is the result told again, or a late record taken?
fn stays_closed(topology: Topology, again: fn(&mut TestDriver)) {
    let mut driver = TestDriver::new(topology);
    click(&mut driver, 1);
    for _ in 0..8 {
        driver.advance_wall_clock(minutes(5));
    }
    assert_eq!(taken(&mut driver), [1]);
    again(&mut driver);
    click(&mut driver, 2);
    for _ in 0..8 {
        driver.advance_wall_clock(minutes(5));
    }
    assert_eq!(taken(&mut driver), [0; 0]);
    let is_late = |event: &Event| matches!(event, Event::Dropped { dropped, .. } if dropped.late > 0);
    assert!(driver.take_events().iter().any(is_late), "the second click is late");
}
#[test]
fn a_window_that_the_wall_clock_has_closed_stays_closed_after_a_restart() {
    let ways: [fn(&mut TestDriver); 3] = [|t| t.restart(), |t| t.crash(), |t| t.crash_and_lose_disk()];
    for way in ways {
        stays_closed(counting!(tumbling(minutes(10))), way);
        stays_closed(counting!(sliding(minutes(10))), way);
        stays_closed(counting!(session(minutes(10))), way);
    }
}
