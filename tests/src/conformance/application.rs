//! A scenario run by an `App` on the embedded log, from its configuration to its end: every step is a program that starts, restores its state,
//! processes one record exactly once, commits and ends.
use super::{
    build,
    judge::{bytes, output},
    scenario::{Output, Scenario, Step},
};
use kstreams::{
    App, Config, Headers,
    shell::embedded::{EmbeddedLog, create_topics},
};
use std::{collections::BTreeMap, time::Duration};

/// What a read-committed reader finds in the sinks after each step.
///
/// # Errors
/// The scenario moves the wall clock, which is the system's here; or the application's own error.
pub(super) fn outputs(scenario: &Scenario) -> Result<Vec<Output>, String> {
    let runtime = tokio::runtime::Builder::new_current_thread().build().map_err(said)?;
    let log = EmbeddedLog::new();
    create_topics(&log, &build::topology(scenario)?.plan().declared_deployment()).map_err(said)?;
    let (mut seen, mut read) = (vec![], BTreeMap::<&str, Vec<i64>>::new());
    for (step, input) in scenario.inputs.iter().enumerate() {
        let Step::Record { topic, key, value, ts } = input else { return Err("the wall clock cannot be moved".to_owned()) };
        log.produce(topic, bytes(key).as_deref(), bytes(value).as_deref(), *ts, &Headers::new()).map_err(said)?;
        let app = App::new(build::topology(scenario)?, config(&log));
        runtime.block_on(app.run_to_end()).map_err(said)?;
        for topic in scenario.sinks() {
            let records = log.read_new(topic, read.entry(topic).or_default()).map_err(said)?;
            seen.extend(records.iter().map(|record| output(step, topic, record)));
        }
    }
    Ok(seen)
}
/// Commits as soon as it can: an application ends behind a commit.
fn config(log: &EmbeddedLog) -> Config {
    Config::new().embedded_log(log.clone()).exactly_once().commit_interval(Duration::from_millis(1))
}
fn said(error: impl std::fmt::Display) -> String {
    error.to_string()
}
