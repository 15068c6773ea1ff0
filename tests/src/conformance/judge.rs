//! Runs a scenario on the TestDriver and says where it differs from what Kafka Streams put out.
use super::{
    application, build,
    scenario::{Output, Row, Scenario, Step},
    way::Way,
};
use kstreams::{Headers, TestDriver, shell::embedded::LogRecord};
use std::{
    collections::BTreeSet,
    fmt::Write,
    panic::{AssertUnwindSafe, catch_unwind},
    time::Duration,
};

/// # Errors
/// The first difference, or what stopped the scenario.
pub fn judge(scenario: &Scenario, way: Way) -> Result<(), String> {
    match catch_unwind(AssertUnwindSafe(|| run(scenario, way))) {
        Ok(verdict) => verdict,
        Err(panic) => Err(format!("panics: {}", said(&*panic))),
    }
}
fn said(panic: &(dyn std::any::Any + Send)) -> &str {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    text.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("of another type")
}
fn run(scenario: &Scenario, way: Way) -> Result<(), String> {
    let (mut driver, seen) = ran(scenario, way)?;
    compare_outputs(scenario, &scenario.outputs, &seen)?;
    if way == Way::Layered {
        // What waits for its commit goes to the changelogs.
        driver.restart();
    }
    scenario.changelogs.iter().try_for_each(|(store, rows)| compare_rows(store, rows, &changelog(&driver, store)))
}
/// Whether a crash shows what a planned restart at the same step shows.
///
/// # Errors
/// The first difference, or what stopped the scenario.
pub fn judge_crash(scenario: &Scenario) -> Result<(), String> {
    let compare = || {
        let (restarted, expected) = ran(scenario, Way::Restarted)?;
        let (crashed, seen) = ran(scenario, Way::Crashed)?;
        compare_outputs(scenario, &expected, &seen)?;
        scenario.changelogs.keys().try_for_each(|store| compare_rows(store, &changelog(&restarted, store), &changelog(&crashed, store)))
    };
    catch_unwind(AssertUnwindSafe(compare)).unwrap_or_else(|panic| Err(format!("panics: {}", said(&*panic))))
}
/// Whether an `App` that is started and ended for every step puts out the same: what Kafka Streams did, or, where that forgets clocks and timers
/// at a restart, what a TestDriver with a planned restart after every step does.
///
/// # Errors
/// The first difference, or what stopped the scenario.
pub fn judge_application(scenario: &Scenario) -> Result<(), String> {
    let compare = || {
        let seen = application::outputs(scenario)?;
        if !scenario.forgets() {
            return compare_outputs(scenario, &scenario.outputs, &seen);
        }
        let (_, expected) = ran(scenario, Way::RestartedAlways)?;
        compare_outputs(scenario, &expected, &seen)
    };
    catch_unwind(AssertUnwindSafe(compare)).unwrap_or_else(|panic| Err(format!("panics: {}", said(&*panic))))
}
/// The driver behind the last step, and what reached the sinks.
fn ran(scenario: &Scenario, way: Way) -> Result<(TestDriver, Vec<Output>), String> {
    let topology = build::topology(scenario)?;
    let problems = topology.problems();
    if !problems.is_empty() {
        return Err(format!("the topology has problems: {problems:?}"));
    }
    let mut driver = way.driver(topology, scenario);
    let seen = outputs(&mut driver, scenario, way);
    Ok((driver, seen))
}
/// What reaches the sinks, step by step.
fn outputs(driver: &mut TestDriver, scenario: &Scenario, way: Way) -> Vec<Output> {
    let mut seen = vec![];
    let mut read = std::collections::BTreeMap::<&str, usize>::new();
    for (step, input) in scenario.inputs.iter().enumerate() {
        take(driver, input);
        way.disturb(driver, scenario, step);
        for topic in scenario.sinks() {
            let records = driver.read_bytes(topic);
            let from = std::mem::replace(read.entry(topic).or_default(), records.len());
            seen.extend(records[from..].iter().map(|record| output(step, topic, record)));
        }
    }
    seen
}
fn take(driver: &mut TestDriver, step: &Step) {
    match step {
        Step::Record { topic, key, value, ts } => {
            driver.send_bytes(topic, None, bytes(key).as_deref(), bytes(value).as_deref(), *ts, &Headers::new());
        }
        Step::Clock { advance_wall_clock_ms } => driver.advance_wall_clock(Duration::from_millis(*advance_wall_clock_ms)),
    }
}
pub(super) fn bytes(text: &Option<String>) -> Option<Vec<u8>> {
    text.as_ref().map(|text| text.as_bytes().to_vec())
}
pub(super) fn output(step: usize, topic: &str, record: &LogRecord) -> Output {
    let text = |bytes: &Option<Vec<u8>>| bytes.as_deref().map(|b| String::from_utf8_lossy(b).into_owned());
    Output { step, topic: topic.into(), key: text(&record.key), value: text(&record.value), ts: record.time }
}
impl Scenario {
    /// Topics that records are sent to.
    #[must_use]
    pub fn sinks(&self) -> BTreeSet<&str> {
        self.nodes.iter().filter(|n| n.op == "to").map(|n| n.sink()).collect()
    }
}

/// Order counts within one step and topic; not between topics.
fn compare_outputs(scenario: &Scenario, expected: &[Output], seen: &[Output]) -> Result<(), String> {
    let sinks = scenario.sinks();
    if let Some(stray) = expected.iter().find(|o| o.step >= scenario.inputs.len() || !sinks.contains(&&*o.topic)) {
        return Err(format!("step {}, topic `{}`: the scenario has no such step or sink", stray.step, stray.topic));
    }
    for step in 0..scenario.inputs.len() {
        for topic in sinks.iter().copied() {
            let of = |all: &[Output]| all.iter().filter(|o| o.step == step && o.topic == topic).cloned().collect::<Vec<_>>();
            let (expected, seen) = (of(expected), of(seen));
            if expected != seen {
                return Err(format!("step {step}, topic `{topic}`:\n    expected {}\n    seen     {}", shown(&expected), shown(&seen)));
            }
        }
    }
    Ok(())
}
fn shown(records: &[Output]) -> String {
    let null = || "null".to_string();
    let one = |o: &Output| format!("{}={}@{}", o.key.clone().unwrap_or_else(null), o.value.clone().unwrap_or_else(null), o.ts);
    if records.is_empty() { "nothing".into() } else { records.iter().map(one).collect::<Vec<_>>().join("  ") }
}
fn changelog(driver: &TestDriver, store: &str) -> Vec<Row> {
    let row = |r: LogRecord| Row { key: hex(&r.key), value: hex(&r.value), ts: r.time };
    driver.changelog(store).into_iter().map(row).collect()
}
fn hex(bytes: &Option<Vec<u8>>) -> String {
    let mut text = String::new();
    for byte in bytes.iter().flatten() {
        _ = write!(text, "{byte:02x}");
    }
    text
}
fn compare_rows(store: &str, expected: &[Row], seen: &[Row]) -> Result<(), String> {
    let different = (0..expected.len().max(seen.len())).find(|i| expected.get(*i) != seen.get(*i));
    match different {
        None => Ok(()),
        Some(i) => {
            let row = |rows: &[Row]| rows.get(i).map_or("nothing".into(), |r| format!("{}={}@{}", r.key, r.value, r.ts));
            Err(format!("changelog of `{store}`, row {i}:\n    expected {}\n    seen     {}", row(expected), row(seen)))
        }
    }
}
