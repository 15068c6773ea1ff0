//! Interactive queries on the embedded log: rows, ranges, windows and sessions over several workers, owners in other processes, and what is said
//! instead of an answer while a task moves or is restored.
#![cfg(all(feature = "macros", feature = "embedded", feature = "redb"))]
#![allow(clippy::unwrap_used, clippy::expect_used)]
use kstreams::{
    Found, Headers, QueryError, Reader, SessionWindowed,
    prelude::*,
    shell::embedded::{EmbeddedLog, create_topics},
};
use std::{sync::mpsc, thread, time::Duration};

#[topic(name = "clicks", key = String, value = String, partitions = 4)]
struct Clicks;

type Stores = (StoreOf<String, u64>, StoreOf<TimeWindowed<String>, u64>, StoreOf<SessionWindowed<String>, u64>);

#[topology(id = "clicks")]
fn clicks(clicks: StreamOf<Clicks>) -> Stores {
    let all = clicks.clone().count("all");
    let hourly = clicks.clone().windowed_by(tumbling(hours(1))).count(stored("hourly").retention(hours(24)));
    let visits = clicks.windowed_by(session(minutes(5))).count(stored("visits").retention(hours(24)));
    (all.store(), hourly.store(), visits.store())
}

const HOUR: i64 = 3_600_000;
const MINUTE: i64 = 60_000;

fn log_with(clicks_at: &[(&str, i64)]) -> EmbeddedLog {
    let log = EmbeddedLog::new();
    create_topics(&log, &clicks::topology().plan().declared_deployment()).unwrap();
    clicks_at.iter().for_each(|(who, at)| click(&log, who, *at));
    log
}
fn click(log: &EmbeddedLog, who: &str, at: i64) {
    log.produce("clicks", Some(who.as_bytes()), Some(b"x"), at, &Headers::new()).unwrap();
}

/// An application on its thread.
struct Process {
    all: Reader<String, u64>,
    hourly: Reader<TimeWindowed<String>, u64>,
    visits: Reader<SessionWindowed<String>, u64>,
    token: kstreams::ShutdownToken,
    thread: thread::JoinHandle<()>,
}
impl Process {
    fn start(log: &EmbeddedLog, config: Config) -> Process {
        Process::hearing(log, config, |_| ())
    }
    fn hearing(log: &EmbeddedLog, config: Config, hear: impl Fn(&kstreams::Event) + Send + Sync + 'static) -> Process {
        let config = config.embedded_log(log.clone()).commit_interval(Duration::from_millis(20));
        let app = App::new(clicks::topology(), config).on_event(hear);
        let (all, hourly, visits) = app.stores();
        let (all, hourly, visits) = (app.reader(all), app.reader(hourly), app.reader(visits));
        let token = app.shutdown_token();
        let thread = thread::spawn(move || _ = block_on(app.run_until(std::future::pending::<()>())).unwrap());
        Process { all, hourly, visits, token, thread }
    }
    fn stop(self) {
        self.token.cancel();
        self.thread.join().unwrap();
    }
}
fn block_on<T>(run: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(run)
}
/// Asks until the answer is the one that is waited for.
fn until<T>(mut ask: impl FnMut() -> Option<T>) -> T {
    for _ in 0..3_000 {
        if let Some(answer) = ask() {
            return answer;
        }
        thread::sleep(Duration::from_millis(10));
    }
    panic!("it never came");
}
fn get(reader: &Reader<String, u64>, who: &str) -> Result<Option<u64>, QueryError> {
    block_on(reader.get(&who.to_owned()))
}
fn rows<K: Clone, V: Copy>(found: &Found<K, V>) -> Vec<(K, V)> {
    found.rows.iter().map(|row| (row.key.clone(), row.value)).collect()
}
fn counted(rows: &[(&str, u64)]) -> Vec<(String, u64)> {
    rows.iter().map(|(who, count)| ((*who).to_owned(), *count)).collect()
}

#[test]
fn rows_ranges_and_prefixes_are_read_over_all_workers() {
    for state_dir in [false, true] {
        let folder = tempfile::tempdir().unwrap();
        let names: Vec<String> = (0..50).map(|i| format!("user-{i:02}")).collect();
        let log = log_with(&names.iter().map(|n| (n.as_str(), 0)).collect::<Vec<_>>());
        let config = Config::new().threads(3).exactly_once().checkpoint_interval(Duration::from_millis(30));
        let config = if state_dir { config.state_dir(folder.path()) } else { config };
        let app = Process::start(&log, config);
        until(|| names.iter().all(|name| get(&app.all, name) == Ok(Some(1))).then_some(()));
        assert_eq!(get(&app.all, "nobody"), Ok(None));
        let all = block_on(app.all.all()).unwrap();
        assert_eq!((all.rows.len(), all.complete, &*all.partitions), (50, true, &[0, 1, 2, 3][..]));
        assert!(all.rows.is_sorted_by_key(|row| &row.key));
        let range = block_on(app.all.range("user-07".to_owned().."user-10".to_owned())).unwrap();
        assert_eq!(rows(&range), counted(&[("user-07", 1), ("user-08", 1), ("user-09", 1)]));
        let prefix = block_on(app.all.prefix("user-4")).unwrap();
        assert_eq!((prefix.rows.len(), prefix.rows[0].key.as_str()), (10, "user-40"));
        // limits leave the beginning, and say so
        let some = block_on(app.all.clone().max_rows(7).all()).unwrap();
        assert_eq!((rows(&some), some.complete), (rows(&all)[..7].to_vec(), false));
        let few = block_on(app.all.clone().max_bytes(1).all()).unwrap();
        assert!(!few.complete && few.rows.iter().zip(&all.rows).all(|(a, b)| a == b));
        let owner = block_on(app.all.owner_of(&names[0])).unwrap();
        assert!(owner.here && owner.member.starts_with("0-") || state_dir, "{owner:?}");
        let reader = app.all.clone();
        app.stop();
        assert_eq!(get(&reader, "user-00"), Err(QueryError::NotRunning));
    }
}

#[test]
fn windows_and_sessions_are_read_by_key_and_by_time() {
    let log = log_with(&[("ann", 0), ("ann", MINUTE), ("ann", HOUR), ("bob", HOUR + MINUTE), ("ann", HOUR + 9 * MINUTE)]);
    let app = Process::start(&log, Config::new().threads(2).exactly_once());
    until(|| (get(&app.all, "ann") == Ok(Some(4)) && get(&app.all, "bob") == Ok(Some(1))).then_some(()));
    let ann = "ann".to_owned();
    let starts = |found: Found<TimeWindowed<String>, u64>| {
        found.rows.iter().map(|row| (row.key.key.clone(), row.key.window.start, row.key.window.end, row.value)).collect::<Vec<_>>()
    };
    let first = ("ann".to_owned(), 0, HOUR, 2);
    let second = ("ann".to_owned(), HOUR, 2 * HOUR, 2);
    assert_eq!(starts(block_on(app.hourly.windows(&ann, ..)).unwrap()), [first.clone(), second.clone()]);
    assert_eq!(starts(block_on(app.hourly.windows(&ann, 1..)).unwrap()), std::slice::from_ref(&second));
    assert_eq!(starts(block_on(app.hourly.windows(&ann, ..HOUR)).unwrap()), [first]);
    let bobs = ("bob".to_owned(), HOUR, 2 * HOUR, 1);
    assert_eq!(starts(block_on(app.hourly.windows_between(HOUR..=HOUR)).unwrap()), [second, bobs]);
    let sessions = |found: Found<SessionWindowed<String>, u64>| {
        found.rows.iter().map(|row| (row.key.window.start, row.key.window.end, row.value)).collect::<Vec<_>>()
    };
    let visits = |times: std::ops::Range<i64>| sessions(block_on(app.visits.sessions(&ann, times)).unwrap());
    assert_eq!(visits(0..i64::MAX), [(0, MINUTE, 2), (HOUR, HOUR, 1), (HOUR + 9 * MINUTE, HOUR + 9 * MINUTE, 1)]);
    assert_eq!(visits(MINUTE..HOUR), [(0, MINUTE, 2)]);
    assert_eq!(
        sessions(block_on(app.visits.sessions_between(HOUR..=HOUR + MINUTE)).unwrap()),
        [(HOUR, HOUR, 1), (HOUR + MINUTE, HOUR + MINUTE, 1)]
    );
    app.stop();
}

#[test]
fn a_key_of_another_process_is_at_an_endpoint() {
    let names: Vec<String> = (0..20).map(|i| format!("user-{i}")).collect();
    let log = log_with(&names.iter().map(|n| (n.as_str(), 0)).collect::<Vec<_>>());
    let a = Process::start(&log, Config::new().instance("a").endpoint("10.0.0.1:80"));
    until(|| names.iter().all(|name| get(&a.all, name) == Ok(Some(1))).then_some(()));
    let b = Process::start(&log, Config::new().instance("b").endpoint("10.0.0.2:80"));
    // Every key is answered by one of the two and named by the other.
    until(|| {
        let there = |app: &Process| names.iter().filter(|name| matches!(get(&app.all, name), Err(QueryError::Elsewhere { .. }))).count();
        (there(&a) > 0 && there(&b) > 0 && there(&a) + there(&b) == names.len()).then_some(())
    });
    for name in &names {
        match (get(&a.all, name), get(&b.all, name)) {
            (Ok(Some(1)), Err(QueryError::Elsewhere { owner, .. })) => assert_eq!(owner.endpoint.as_deref(), Some("10.0.0.1:80")),
            (Err(QueryError::Elsewhere { owner, .. }), Ok(Some(1))) => {
                assert_eq!((owner.endpoint.as_deref(), owner.member.as_str(), owner.here), (Some("10.0.0.2:80"), "b-0", false));
            }
            other => panic!("{other:?}"),
        }
        let (by_a, by_b) = (block_on(a.all.owner_of(name)).unwrap(), block_on(b.all.owner_of(name)).unwrap());
        assert_eq!((by_a.member, by_a.here), (by_b.member, !by_b.here));
    }
    assert!(matches!(block_on(a.all.all()), Err(QueryError::Elsewhere { .. })), "a part is no answer");
    let (part, rest) = (block_on(a.all.clone().only_here().all()).unwrap(), block_on(b.all.clone().only_here().all()).unwrap());
    assert_eq!((part.rows.len() + rest.rows.len(), part.partitions.len() + rest.partitions.len()), (20, 4));
    b.stop();
    until(|| names.iter().all(|name| get(&a.all, name) == Ok(Some(1))).then_some(()));
    a.stop();
}

#[test]
fn while_state_is_read_back_the_answer_says_so() {
    // Changelogs are read back a mebibyte at a time; each of these four is longer.
    let names: Vec<String> = (0..4_000).map(|i| format!("{:0>2000}", i)).collect();
    let log = log_with(&names.iter().map(|n| (n.as_str(), 0)).collect::<Vec<_>>());
    let app = Process::start(&log, Config::new().exactly_once());
    until(|| names.iter().all(|name| get(&app.all, name) == Ok(Some(1))).then_some(()));
    app.stop();
    // State was in memory: all of it comes from the changelogs now. The worker stands still in its listener, with its first restore begun.
    let ((begun, restores), (go_on, hold)) = (mpsc::channel(), mpsc::channel::<()>());
    let hold = std::sync::Mutex::new(hold);
    let wait = move |event: &kstreams::Event| {
        if let kstreams::Event::Task { task, state: kstreams::worker::TaskState::Restoring } = event {
            let _ = begun.send(task.partition);
            let _ = hold.lock().unwrap().recv();
        }
    };
    let again = Process::hearing(&log, Config::new().exactly_once(), wait);
    let partition = restores.recv().unwrap();
    let placed = |name: &&String| kstreams::partition::murmur2(name.as_bytes()) % (1 << 31) % 4 == partition;
    let key = names.iter().find(placed).unwrap().clone();
    // A worker that is busy answers nobody: the deadline holds all the same.
    let hurried = again.all.clone().deadline(Duration::from_millis(50));
    assert_eq!(get(&hurried, &key), Err(QueryError::TimedOut));
    let patient = again.all.clone().deadline(Duration::from_secs(60));
    let mut asked = std::pin::pin!(patient.get(&key));
    assert!(asked.as_mut().poll(&mut std::task::Context::from_waker(std::task::Waker::noop())).is_pending());
    drop(go_on);
    match block_on(asked) {
        Err(QueryError::Restoring { task, remaining }) => assert!(task == format!("0_{partition}") && remaining > 0),
        other => panic!("{other:?}"),
    }
    until(|| match get(&again.all, &key) {
        Ok(count) => {
            assert_eq!(count, Some(1), "an answer is right or it is none");
            Some(())
        }
        Err(error) => {
            assert!(error.is_passing(), "{error}");
            None
        }
    });
    again.stop();
}

#[test]
fn what_is_not_committed_is_not_seen() {
    let log = log_with(&[("ann", 0)]);
    let config = Config::new().embedded_log(log.clone()).commit_interval(Duration::from_secs(3_600));
    let app = App::new(clicks::topology(), config);
    let (reader, token) = (app.reader(&app.stores().0), app.shutdown_token());
    let thread = thread::spawn(move || _ = block_on(app.run_until(std::future::pending::<()>())).unwrap());
    // The record is processed as soon as somebody who wants fresh answers is refused.
    let fresh = reader.clone().at_most_stale(Duration::ZERO);
    until(|| matches!(get(&fresh, "ann"), Err(QueryError::Stale { .. })).then_some(()));
    assert_eq!(get(&reader, "ann"), Ok(None));
    token.cancel();
    thread.join().unwrap();
}

#[topic(name = "prices", key = String, value = u64, partitions = 2, history = hours(1))]
struct Prices;

#[test]
fn a_versioned_table_says_what_a_key_is_now() {
    let builder = Topology::builder("versioned");
    let prices = builder.versioned(Prices);
    let topology = builder.build(prices.store());
    let log = EmbeddedLog::new();
    create_topics(&log, &topology.plan().declared_deployment()).unwrap();
    let put = |value: u64, at| log.produce("prices", Some(b"wine"), Some(&value.to_be_bytes()), at, &Headers::new()).unwrap();
    put(7, 1_000);
    put(9, 2_000);
    put(8, 1_500);
    let app = App::new(topology, Config::new().embedded_log(log.clone()).exactly_once());
    let (reader, token) = (app.reader(app.stores()), app.shutdown_token());
    let thread = thread::spawn(move || _ = block_on(app.run_until(std::future::pending::<()>())).unwrap());
    let row = until(|| block_on(reader.row(&"wine".to_owned())).ok().flatten().filter(|row| row.value == 9));
    assert_eq!(row.time.0, 2_000);
    assert!(matches!(block_on(reader.all()), Err(QueryError::Unreadable(_))));
    token.cancel();
    thread.join().unwrap();
}
