//! Applications on the embedded log: they end when they shall, say what they did, keep their state, and refuse what cannot run.
#![cfg(all(feature = "macros", feature = "embedded", feature = "redb"))]
#![allow(clippy::unwrap_used, clippy::expect_used)]
use kstreams::{
    App, AppError, Closed, Guarantee, Headers,
    prelude::*,
    shell::embedded::{EmbeddedLog, TopicConfig, create_topics},
};
use std::{
    collections::BTreeMap,
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

#[topic(name = "lines", key = Unkeyed, value = String, partitions = 3)]
struct Lines;
#[topic(name = "word-counts", key = String, value = u64, partitions = 2)]
struct WordCounts;

#[topology(id = "word-count")]
fn word_count(lines: StreamOf<Lines>) {
    lines
        .flat_map_values(|line| line.split(' ').map(str::to_owned).collect::<Vec<_>>())
        .repartition::<Space<String, 2>>("words", |word| word.clone())
        .peek(|_, word| assert_ne!(word, "panic"))
        .count("counts")
        .to(WordCounts);
}

fn log_with(lines: &[&str]) -> EmbeddedLog {
    let log = EmbeddedLog::new();
    create_topics(&log, &word_count::topology().plan().declared_deployment()).unwrap();
    lines.iter().for_each(|line| feed(&log, line));
    log
}
fn feed(log: &EmbeddedLog, line: &str) {
    log.produce("lines", None, Some(line.as_bytes()), 0, &Headers::new()).unwrap();
}
fn counts(log: &EmbeddedLog) -> BTreeMap<String, i64> {
    let row = |r: kstreams::shell::embedded::LogRecord| {
        (String::from_utf8(r.key.unwrap()).unwrap(), i64::from_be_bytes(r.value.unwrap().try_into().unwrap()))
    };
    log.read("word-counts").unwrap().into_iter().map(row).collect()
}
fn block_on<T>(run: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(run)
}
fn run(config: Config) -> Result<Closed, AppError> {
    block_on(App::new(word_count::topology(), config).run_to_end())
}
fn expected(rows: &[(&str, i64)]) -> BTreeMap<String, i64> {
    rows.iter().map(|(w, c)| ((*w).to_owned(), *c)).collect()
}

#[test]
fn an_application_runs_to_the_end_of_its_input_and_says_what_it_did() {
    for guarantee in [Guarantee::AtLeastOnce, Guarantee::ExactlyOnce] {
        for threads in [1, 3] {
            let log = log_with(&["a b a", "b", "c a"]);
            let config = Config::new().embedded_log(log.clone()).threads(threads);
            let config = if guarantee == Guarantee::ExactlyOnce { config.exactly_once() } else { config };
            let closed = run(config).unwrap();
            assert_eq!(counts(&log), expected(&[("a", 3), ("b", 2), ("c", 1)]));
            // three lines, six words
            assert_eq!((closed.records, closed.bad, closed.late), (9, 0, 0));
        }
    }
}

#[test]
fn from_the_latest_on_it_begins_with_what_comes_where_nothing_is_committed() {
    let log = log_with(&["a b a"]);
    let config = || Config::new().embedded_log(log.clone()).from_latest();
    run(config()).unwrap();
    assert_eq!(counts(&log), expected(&[]));
    // without a record of it nothing was committed of what was passed over
    feed(&log, "b");
    run(Config::new().embedded_log(log.clone())).unwrap();
    assert_eq!(counts(&log), expected(&[("a", 2), ("b", 2)]));
    // what is committed counts, wherever it would begin
    run(config()).unwrap();
    assert_eq!(counts(&log), expected(&[("a", 2), ("b", 2)]));
}

#[test]
fn state_on_disk_is_there_when_the_application_comes_back() {
    let folder = tempfile::tempdir().unwrap();
    let log = log_with(&["a a b"]);
    let config = || Config::new().embedded_log(log.clone()).exactly_once().state_dir(folder.path());
    run(config()).unwrap();
    feed(&log, "a c");
    let restored = Arc::new(AtomicU64::new(0));
    let seen = restored.clone();
    let hear = move |event: &kstreams::Event| {
        if let kstreams::Event::RestoreProgress { restored, .. } = event {
            seen.fetch_add(*restored, Ordering::Relaxed);
        }
    };
    block_on(App::new(word_count::topology(), config()).on_event(hear).run_to_end()).unwrap();
    assert_eq!(counts(&log), expected(&[("a", 3), ("b", 1), ("c", 1)]));
    assert_eq!(restored.load(Ordering::Relaxed), 0, "a clean end leaves nothing to be read back");
    assert!(Path::new(folder.path()).join("word-count/1_0/state.redb").is_file());
}

#[test]
fn a_token_and_a_signal_finish_it() {
    let log = log_with(&["a"]);
    let app = App::new(word_count::topology(), Config::new().embedded_log(log.clone()));
    let token = app.shutdown_token();
    let cancel = app.on_event(move |event| {
        if let kstreams::Event::Task { state: kstreams::worker::TaskState::Running, .. } = event {
            token.cancel();
        }
    });
    block_on(cancel.run_until(std::future::pending::<()>())).unwrap();
    block_on(App::new(word_count::topology(), Config::new().embedded_log(log)).run_until(async {})).unwrap();
}

#[test]
fn a_panic_in_an_operator_ends_in_an_error_that_names_the_place() {
    let log = log_with(&["a panic"]);
    let error = run(Config::new().embedded_log(log)).unwrap_err().to_string();
    for part in ["task 1_", "operator `peek", "topic `word-count-words-repartition` partition ", " offset ", "it panicked"] {
        assert!(error.contains(part), "{part} is not in: {error}");
    }
}

#[test]
fn a_record_that_cannot_be_read_has_its_policy() {
    let bad = [0xff, 0xfe];
    let with_bad = || {
        let log = log_with(&["a"]);
        log.produce("lines", None, Some(&bad), 0, &Headers::new()).unwrap();
        feed(&log, "b");
        log
    };
    let log = with_bad();
    let error = run(Config::new().embedded_log(log)).unwrap_err().to_string();
    assert!(error.contains("cannot process topic `lines` partition"), "{error}");

    let log = with_bad();
    assert_eq!(run(Config::new().embedded_log(log.clone()).bad_records(BadRecords::Skip)).unwrap().bad, 1);
    assert_eq!(counts(&log), expected(&[("a", 1), ("b", 1)]));

    let log = with_bad();
    let closed = run(Config::new().embedded_log(log.clone()).exactly_once().bad_records(BadRecords::DeadLetter("dlq".into()))).unwrap();
    assert_eq!((closed.bad, counts(&log)), (1, expected(&[("a", 1), ("b", 1)])));
    let dead = log.read("dlq").unwrap();
    assert_eq!(dead.len(), 1);
    assert_eq!(dead[0].value.as_deref(), Some(&bad[..]));
}

#[test]
fn what_cannot_run_is_refused_with_the_way_out() {
    let refused = |config| run(config).unwrap_err().to_string();
    assert!(refused(Config::new().threads(0)).contains("`Config::threads` must be above 0"));
    assert!(refused(Config::new().bootstrap_servers("localhost:1")).contains("use `App::run_until`"));
    let log = EmbeddedLog::new();
    log.create_topic("word-count-words-repartition", 7, TopicConfig::new()).unwrap();
    let text = refused(Config::new().embedded_log(log));
    assert!(text.contains("internal topic `word-count-words-repartition` has 7 partitions, 2 are needed"), "{text}");
}

#[test]
fn two_applications_do_not_share_a_state_folder() {
    let folder = tempfile::tempdir().unwrap();
    let held = kstreams::shell::StateFolder::lock(folder.path(), "word-count", 0).unwrap();
    let error = run(Config::new().state_dir(folder.path())).unwrap_err();
    assert!(matches!(&error, AppError::State(text) if text.contains("in use by another process")), "{error}");
    drop(held);
    assert!(run(Config::new().state_dir(folder.path())).is_ok());
}
