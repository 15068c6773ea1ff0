//! Records and topics that do not fit, on a real broker: each gets its policy or its clear error, and the rest goes on.
#![allow(clippy::unwrap_used, clippy::expect_used)]
use kstreams::{App, AppError, Config, Event, Topology, prelude::*};
use kstreams_tests::kafka::{Broker, Client, Running, broker};
use std::{
    thread,
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};
use tempfile::TempDir;

const DAY_MS: i64 = 86_400_000;
const PATIENCE: Duration = Duration::from_secs(30);

/// Writes as many bytes as each record says.
#[topic(name = "in", key = String, value = u64, partitions = 2)]
struct In;
#[topic(name = "out", key = String, value = String, partitions = 2)]
struct Out;
fn topology(id: &str) -> Topology {
    let b = Topology::builder(id);
    b.stream(In).map_values(|bytes| "x".repeat(bytes as usize)).to(Out);
    b.build(())
}

struct Case {
    id: &'static str,
    broker: &'static Broker,
    client: Client,
    disk: TempDir,
}
impl Case {
    fn new(id: &'static str, broker: &'static Broker) -> Case {
        let case = Case { id, broker, client: broker.client(), disk: tempfile::tempdir().unwrap() };
        case.client.create(&case.topic("in"), 2);
        case
    }
    fn topic(&self, name: &str) -> String {
        format!("{}.{name}", self.id)
    }
    fn config(&self) -> Config {
        let config = Config::new().bootstrap_servers(self.broker.bootstrap()).topic_prefix(format!("{}.", self.id));
        config.state_dir(self.disk.path()).exactly_once().commit_interval(Duration::from_millis(50))
    }
    fn start(&self, config: Config) -> Running {
        Running::start(App::new(topology(self.id), config))
    }
    fn write(&self, key: &str, bytes: u64, time: i64) {
        self.write_raw(key, &bytes.to_be_bytes(), time);
    }
    fn write_raw(&self, key: &str, value: &[u8], time: i64) {
        let writer = self.client.writer();
        writer.write(&self.topic("in"), Some(key.as_bytes()), Some(value), time);
        writer.flush();
    }
    /// Waits until the records of these keys, and no others, have come out.
    fn check(&self, keys: &[&str]) {
        let since = Instant::now();
        let came = || {
            let read = self.client.read(&self.topic("out")).into_iter();
            let mut keys: Vec<String> = read.map(|r| String::from_utf8(r.key.unwrap()).unwrap()).collect();
            keys.sort();
            keys
        };
        while came() != keys {
            assert!(since.elapsed() < PATIENCE, "{:?} came out instead of {keys:?}", came());
            thread::sleep(Duration::from_millis(200));
        }
    }
}
fn now() -> i64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_millis() as i64
}
fn bad_record(event: &Event) -> Option<(i64, String)> {
    if let Event::BadRecord { offset, reason, .. } = event { Some((*offset, reason.clone())) } else { None }
}

#[test]
fn bad_records_are_skipped_and_counted_and_the_rest_goes_on() {
    let Some(broker) = broker() else { return };
    let case = Case::new("odd", broker);
    case.client.create(&case.topic("out"), 2);
    case.write("a", 1, 0);
    case.write_raw("broken", b"abc", 1);
    case.write("year-ahead", 1, now() + 365 * DAY_MS);
    case.write("too-large", 2_000_000, 2);
    case.write("b", 1, 3);
    let app = case.start(case.config().bad_records(BadRecords::Skip).max_future(Duration::from_secs(3_600)));
    case.check(&["a", "b"]);
    let reasons: Vec<String> = app.events().iter().filter_map(bad_record).map(|(_, reason)| reason).collect();
    for part in ["a u64 of 8 was expected", "further ahead of wall-clock time", "over the limit of 1000000"] {
        assert!(reasons.iter().any(|reason| reason.contains(part)), "{part} is in none of {reasons:?}");
    }
    assert_eq!(app.finish().unwrap().bad, 3);
}

#[test]
fn dead_letters_arrive_with_their_origin() {
    let Some(broker) = broker() else { return };
    let case = Case::new("dead", broker);
    case.client.create(&case.topic("out"), 2);
    case.client.create("dead.letters", 1);
    case.write_raw("broken", b"abc", 7);
    case.write("a", 1, 8);
    let app = case.start(case.config().bad_records(BadRecords::DeadLetter("dead.letters".into())));
    case.check(&["a"]);
    app.finish().unwrap();
    let dead = case.client.read("dead.letters");
    assert_eq!(dead.len(), 1);
    assert_eq!((dead[0].key.as_deref(), dead[0].value.as_deref(), dead[0].time), (Some(&b"broken"[..]), Some(&b"abc"[..]), 7));
    let header = |name: &str| dead[0].headers.iter().find(|(n, _)| n == name).map(|(_, v)| String::from_utf8_lossy(v).into_owned());
    assert_eq!(header("__streams.errors.topic").as_deref(), Some("dead.in"));
    assert_eq!(header("__streams.errors.offset").as_deref(), Some("0"));
}

#[test]
fn what_a_topic_does_not_take_is_a_bad_record_before_it_breaks_a_transaction() {
    let Some(broker) = broker() else { return };
    let case = Case::new("refused", broker);
    // no more than an hour ahead is the broker's default
    case.client.create_with(&case.topic("out"), 2, &[("max.message.bytes", "10000"), ("retention.ms", "-1")]);
    case.write("large", 20_000, 1);
    case.write("year-ahead", 1, now() + 365 * DAY_MS);
    case.write("a", 1, 2);
    let app = case.start(case.config().bad_records(BadRecords::Skip));
    case.check(&["a"]);
    let reasons: Vec<String> = app.events().iter().filter_map(bad_record).map(|(_, reason)| reason).collect();
    for part in ["`refused.out` is over the limit of 9488", "`message.timestamp.after.max.ms`"] {
        assert!(reasons.iter().any(|reason| reason.contains(part)), "{part} is in none of {reasons:?}");
    }
    let closed = app.finish().unwrap();
    assert_eq!((closed.bad, closed.aborts), (2, 0));
}

#[test]
fn a_refusal_that_nobody_could_foresee_is_told_with_its_topic_and_without_the_record() {
    let Some(broker) = broker() else { return };
    let case = Case::new("surprise", broker);
    case.client.create(&case.topic("out"), 2);
    let app = case.start(case.config());
    app.wait_until("both tasks", || (app.tasks().len() == 2).then_some(()));
    // the topic changes while the application runs
    case.client.set(&case.topic("out"), "max.message.bytes", "10000");
    case.write("large", 20_000, 1);
    let reason = app.wait_for("an abort", |e| if let Event::Aborted { reason } = e { Some(reason.clone()) } else { None });
    assert!(reason.contains("surprise.out") && reason.contains("too large"), "{reason}");
    assert!(!reason.contains("xxxx"), "{reason}");
    case.client.set(&case.topic("out"), "max.message.bytes", "1000000");
    case.check(&["large"]);
    app.finish().unwrap();
}

#[test]
fn a_topic_with_a_wrong_count_stops_the_start() {
    let Some(broker) = broker() else { return };
    let case = Case::new("counts", broker);
    case.client.create(&case.topic("lines"), 3);
    case.client.create(&case.topic("word-counts"), 3);
    case.client.create("counts-words-repartition", 7);
    let app = Running::start(App::new(kstreams_tests::words::topology(case.id), case.config()));
    let AppError::Start(text) = app.join().unwrap_err() else { panic!("another error") };
    for part in ["`counts-words-repartition` has 7 partitions, 3 are needed", "delete"] {
        assert!(text.contains(part), "{text}");
    }
}

#[test]
fn a_missing_topic_stops_the_start() {
    let Some(broker) = broker() else { return };
    let case = Case::new("missing", broker);
    let AppError::Start(text) = case.start(case.config()).join().unwrap_err() else { panic!("another error") };
    assert!(text.contains("topic `missing.out` does not exist: create it"), "{text}");
}

#[test]
fn brokers_that_are_not_there_are_told() {
    let disk = tempfile::tempdir().unwrap();
    let config = Config::new().bootstrap_servers("127.0.0.1:1").deadline(Duration::from_secs(1)).state_dir(disk.path());
    let error = Running::start(App::new(topology("nobody"), config)).join().unwrap_err().to_string();
    assert!(error.contains("the brokers do not answer"), "{error}");
}

/// Each record says which topic it goes to.
fn spread(id: &'static str) -> Topology {
    let b = Topology::builder(id);
    b.stream(In).map_values(|bytes| "x".repeat(bytes as usize)).to_dynamic(move |key, _, _| format!("{id}.of-{key}"));
    b.build(())
}
fn read_keys(client: &Client, topic: &str, count: usize) {
    let since = Instant::now();
    while client.read(topic).len() != count {
        assert!(since.elapsed() < PATIENCE, "{count} records of {topic} did not come");
        thread::sleep(Duration::from_millis(200));
    }
}

#[test]
fn a_record_that_names_a_topic_which_is_not_there_gets_its_policy_and_the_rest_goes_on() {
    let Some(broker) = broker() else { return };
    let case = Case::new("spread", broker);
    case.client.create("spread.of-a", 1);
    for (key, time) in [("a", 1), ("gone", 2), ("a", 3), ("lost", 4), ("gone", 5), ("a", 6)] {
        case.write(key, 1, time);
    }
    let app = Running::start(App::new(spread(case.id), case.config().bad_records(BadRecords::Skip)));
    read_keys(&case.client, "spread.of-a", 3);
    app.wait_until("three bad records", || (app.events().iter().filter_map(bad_record).count() == 3).then_some(()));
    let reasons: Vec<String> = app.events().iter().filter_map(bad_record).map(|(_, reason)| reason).collect();
    for part in ["topic `spread.of-gone`: it does not exist: create it", "topic `spread.of-lost`"] {
        assert!(reasons.iter().any(|reason| reason.contains(part)), "{part} is in none of {reasons:?}");
    }
    // and what comes later aborts nothing more
    let aborts = |events: &[Event]| events.iter().filter(|e| matches!(e, Event::Aborted { .. })).count();
    let before = aborts(&app.events());
    case.write("gone", 1, 7);
    case.write("a", 1, 8);
    read_keys(&case.client, "spread.of-a", 4);
    let closed = app.finish().unwrap();
    assert_eq!((closed.bad, before), (4, closed.aborts as usize));
    assert!(before <= 4, "{before} aborts for two topics and two tasks");
}

#[test]
fn a_record_that_names_a_topic_which_is_not_there_stops_its_task_where_bad_records_do() {
    let Some(broker) = broker() else { return };
    let case = Case::new("strict", broker);
    case.write("gone", 1, 1);
    let app = Running::start(App::new(spread(case.id), case.config()));
    let reason = app.wait_for("a failed task", |e| if let Event::TaskFailed { reason, .. } = e { Some(reason.clone()) } else { None });
    for part in ["operator `to_dynamic-line-", "topic `strict.in` partition", "offset 0", "`strict.of-gone`: it does not exist: create it"]
    {
        assert!(reason.contains(part), "{part} is not in {reason}");
    }
}
