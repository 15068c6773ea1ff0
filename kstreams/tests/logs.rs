//! What an application logs: each change of state is a line, under a span that says what it is about.
#![cfg(all(feature = "macros", feature = "embedded"))]
#![allow(clippy::unwrap_used, clippy::expect_used)]
use kstreams::{
    Headers,
    prelude::*,
    shell::embedded::{EmbeddedLog, create_topics},
};
use std::{
    io,
    sync::{Arc, Mutex},
};
use tracing_subscriber::fmt::MakeWriter;

#[topic(name = "visits", key = String, value = u64, partitions = 2)]
struct Visits;

#[topology(id = "visits")]
fn visits(visits: StreamOf<Visits>) -> StoreOf<String, u64> {
    visits.count("visits-by-key").store()
}

/// Lines in memory.
#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);
impl io::Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
impl MakeWriter<'_> for Lines {
    type Writer = Lines;
    fn make_writer(&self) -> Lines {
        self.clone()
    }
}
impl Lines {
    fn taken(&self) -> String {
        String::from_utf8(std::mem::take(&mut self.0.lock().unwrap())).unwrap()
    }
}
fn run(log: &EmbeddedLog) {
    let config = Config::new().embedded_log(log.clone()).bad_records(BadRecords::Skip).exactly_once();
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(App::new(visits::topology(), config).run_to_end()).unwrap();
}
/// A line with all of these.
fn says(lines: &str, words: &[&str]) {
    assert!(lines.lines().any(|line| words.iter().all(|word| line.contains(word))), "no line has {words:?}:\n{lines}");
}

#[test]
fn each_change_is_a_line_under_its_span() {
    let (lines, log) = (Lines::default(), EmbeddedLog::new());
    // Workers have threads of their own, so that this is the subscriber of the whole program; its only test is this one.
    tracing_subscriber::fmt().with_max_level(tracing::Level::DEBUG).with_writer(lines.clone()).init();
    create_topics(&log, &visits::topology().plan().declared_deployment()).unwrap();
    for (who, value) in [("ann", &7u64.to_be_bytes()[..]), ("bob", &7u64.to_be_bytes()), ("eve", b"poison")] {
        log.produce("visits", Some(who.as_bytes()), Some(value), 0, &Headers::new()).unwrap();
    }
    run(&log);
    let first = lines.taken();
    says(&first, &["INFO", "application", "from=\"CREATED\"", "to=\"REBALANCING\""]);
    says(&first, &["INFO", "rebalance{what=", "0_0 0_1"]);
    says(&first, &["INFO", "task{task_id=0_0}", "state=Running"]);
    says(&first, &["WARN", "task{task_id=0_", "bad record skipped", "topic=visits", "offset="]);
    says(&first, &["DEBUG", "commit:", "committed", "records="]);
    says(&first, &["INFO", "application", "to=\"NOT_RUNNING\""]);
    // in memory: state is read back
    run(&log);
    let second = lines.taken();
    says(&second, &["INFO", "task{task_id=0_", "state=Restoring"]);
    says(&second, &["INFO", "restore{task_id=0_", "restoring", "remaining=0"]);
}
