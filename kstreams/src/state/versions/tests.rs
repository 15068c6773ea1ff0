//! A versioned store against a list of what was put, over commits, aborts, checkpoints, moves and restores.
use super::*;
use crate::plan::TopicId;
use kstreams_store::{Backend, Checkpoint, MemoryBackend, RedbBackend, Segments, Shape};
use proptest::prelude::*;
use std::{collections::BTreeMap, sync::Arc};

const HISTORY: i64 = 40;

fn logged<'a>(key: &'a [u8], value: Option<&'a [u8]>, time: i64) -> Logged<'a> {
    Logged { key, value, time, latest: i64::MAX, headers: &crate::Headers::new }
}
#[derive(Clone, Debug)]
enum Act {
    Put(u8, Option<u8>, i64),
    Change(u8, i64),
    Commit,
    Abort,
    Checkpoint,
    Crash,
    Park,
}
fn acts() -> impl Strategy<Value = Vec<Act>> {
    let act = prop_oneof![
        12 => (0..3u8, any::<Option<u8>>(), 0..30i64).prop_map(|(k, v, t)| Act::Put(k, v, t)),
        2 => (0..3u8, 0..30i64).prop_map(|(k, t)| Act::Change(k, t)),
        4 => Just(Act::Commit),
        1 => Just(Act::Abort),
        2 => Just(Act::Checkpoint),
        1 => Just(Act::Crash),
        1 => Just(Act::Park),
    ];
    prop::collection::vec(act, 1..60)
}

/// What was put, by key and time, and the largest time.
#[derive(Clone, Default)]
struct Model {
    put: BTreeMap<(String, i64), Option<String>>,
    time: i64,
}
impl Model {
    fn latest(&self, key: &str) -> Option<(i64, Option<String>)> {
        self.versions(key).next_back().map(|((_, time), value)| (*time, value.clone()))
    }
    fn as_of(&self, key: &str, time: i64) -> Option<(String, i64)> {
        let (from, value) = self.versions(key).rfind(|((_, from), _)| *from <= time).map(|((_, from), value)| (*from, value.clone()))?;
        value.map(|value| (value, from))
    }
    fn versions(&self, key: &str) -> impl DoubleEndedIterator<Item = (&(String, i64), &Option<String>)> {
        self.put.range((key.to_owned(), i64::MIN)..=(key.to_owned(), i64::MAX))
    }
}
struct Subject {
    backend: Arc<dyn Backend>,
    versions: Versions<String, String>,
    now: Model,
    committed: Model,
    /// The changelog: what every commit has sent.
    log: Vec<(Vec<u8>, Option<Vec<u8>>, i64)>,
    checkpointed: usize,
    generation: u64,
    time: i64,
}
fn shape() -> Shape {
    Shape { segments: Some(Segments { interval_ms: 7, time_of: versioned::valid_to }), ..Shape::ordered("s") }
}
fn opened(set: WriteSet<Version<String>>, time: i64) -> Versions<String, String> {
    Versions::new("s".into(), HISTORY, Some(Log { topic: TopicId(0), partition: 0, row_bytes: 1_000_000 }), set, time)
}
impl Subject {
    fn new(backend: Arc<dyn Backend>) -> Subject {
        let versions = opened(WriteSet::new(shape(), backend.snapshot().unwrap()).unwrap(), -1);
        let (now, committed) = (Model { time: -1, ..Model::default() }, Model { time: -1, ..Model::default() });
        Subject { backend, versions, now, committed, log: vec![], checkpointed: 0, generation: 0, time: 0 }
    }
    fn act(&mut self, act: Act) {
        match act {
            // Around the time that it has become: mostly forward, some behind, a few behind the history.
            Act::Put(key, value, at) => {
                self.time += at / 10;
                self.put(key, value, (self.time + at - 15 - 60 * i64::from(at == 7)).max(0));
            }
            Act::Change(key, at) => self.change(key, self.time + at - 15),
            Act::Commit => self.commit(),
            Act::Abort => {
                self.versions.abort();
                self.now = self.committed.clone();
            }
            Act::Checkpoint => self.checkpoint(),
            Act::Crash => self.crash(),
            Act::Park => {
                self.versions.abort();
                let parked = self.versions.park();
                let time = parked.time.unwrap();
                self.versions = opened(WriteSet::from_parked(shape(), self.backend.snapshot().unwrap(), parked).unwrap(), time);
                self.now = self.committed.clone();
            }
        }
    }
    fn put(&mut self, key: u8, value: Option<u8>, time: i64) {
        let (key, value) = (format!("k{key}"), value.map(|v| v.to_string()));
        // A delete at the very time of the latest version is a case of its own, as in Kafka Streams.
        if value.is_none() && self.now.latest(&key).is_some_and(|(at, value)| at == time && value.is_some()) {
            return;
        }
        let put = self.versions.put(&key, value.clone().map(Rc::new), time, true).unwrap();
        let latest = self.now.latest(&key);
        if time < self.now.time - HISTORY {
            return assert!(put.is_none(), "{time} is behind {}", self.now.time);
        }
        let (changed, is_latest) = put.unwrap();
        assert_eq!(changed.old.as_deref(), latest.clone().and_then(|(_, value)| value).as_ref());
        assert_eq!(is_latest, latest.is_none_or(|(at, _)| time >= at), "{key} at {time}");
        self.now.put.insert((key, time), value);
        self.now.time = self.now.time.max(time);
    }
    fn change(&mut self, key: u8, time: i64) {
        let key = format!("k{key}");
        let latest = self.now.latest(&key).and_then(|(at, value)| value.map(|value| (at, value)));
        let time = time.max(0).max(latest.as_ref().map_or(0, |(at, _)| *at));
        let step = |there: Option<&mut String>| match there {
            Some(value) => {
                value.push('+');
                Step::Keep
            }
            None => Step::Set("new".into()),
        };
        if self.versions.change(&key, time, false, step).unwrap().is_some() {
            self.now.put.insert((key, time), Some(latest.map_or("new".into(), |(_, value)| value + "+")));
            self.now.time = self.now.time.max(time);
        }
    }
    fn commit(&mut self) {
        let mut outbox = Outbox::default();
        self.versions.prepare(&mut outbox).unwrap();
        self.log.extend(outbox.iter().map(|r| (r.key.unwrap().to_vec(), r.value.map(<[u8]>::to_vec), r.timestamp)));
        self.generation += 1;
        self.versions.commit(self.generation);
        self.committed = self.now.clone();
        assert!(!self.versions.is_dirty());
    }
    fn checkpoint(&mut self) {
        let (tables, dropped) = self.versions.set.rows_up_to(self.generation);
        let marks = vec![("time".to_owned(), self.versions.committed_time().to_be_bytes().to_vec())];
        self.backend.write(&Checkpoint { tables, dropped, marks, ..Checkpoint::default() }).unwrap();
        self.versions.set.settle(self.generation, self.backend.snapshot().unwrap()).unwrap();
        self.checkpointed = self.log.len();
    }
    /// What a new worker does: the database, then the rest of the changelog.
    fn crash(&mut self) {
        let snapshot = self.backend.snapshot().unwrap();
        let time = snapshot.mark("time").map_or(-1, |bytes| i64::from_be_bytes(bytes.try_into().unwrap()));
        self.versions = opened(WriteSet::new(shape(), snapshot).unwrap(), time);
        for (key, value, time) in &self.log[self.checkpointed..] {
            self.versions.restore(&logged(key, value.as_deref(), *time), self.generation);
        }
        self.now = self.committed.clone();
    }
    fn check(&mut self) {
        for key in ["k0", "k1", "k2"].map(String::from) {
            let latest = self.now.latest(&key).and_then(|(at, value)| value.map(|value| (value, at)));
            assert_eq!(said(self.versions.get(&key)), latest, "{key} now");
            for time in self.now.time - HISTORY..=self.now.time + 1 {
                assert_eq!(said(self.versions.get_as_of(&key, time)), self.now.as_of(&key, time), "{key} as of {time}");
            }
            let before = self.now.time - HISTORY - 1;
            let unchanged = latest.filter(|(_, at)| *at <= before);
            assert_eq!(said(self.versions.get_as_of(&key, before)), unchanged, "{key} behind the history");
        }
    }
}
fn said(row: Result<Row<String>, Box<Failure>>) -> Option<(String, i64)> {
    row.unwrap().map(|(value, time)| (value.to_string(), time))
}
fn run(backend: Arc<dyn Backend>, acts: Vec<Act>) {
    let mut subject = Subject::new(backend);
    for act in acts {
        subject.act(act);
        subject.check();
    }
}
proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn versions_are_what_was_put(acts in acts()) { run(Arc::new(MemoryBackend::new()), acts); }
}
proptest! {
    #![proptest_config(ProptestConfig { cases: 30, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn versions_are_what_was_put_over_redb(acts in acts()) {
        let folder = tempfile::tempdir().unwrap();
        run(Arc::new(RedbBackend::open(folder.path().join("task.redb"), 1 << 20).unwrap()), acts);
    }
}

/// `RocksDBVersionedStore` keeps no trace of it but the end of the version before: without one, what comes late is the latest.
#[test]
fn a_delete_at_the_time_of_the_latest_version_leaves_no_mark() {
    let is_latest = |puts: &[(Option<&str>, i64)]| {
        let mut subject = Subject::new(Arc::new(MemoryBackend::new()));
        let put = |(value, time): &(Option<&str>, i64)| {
            let value = value.map(|v| Rc::new(v.to_owned()));
            subject.versions.put(&"k".to_owned(), value, *time, false).unwrap().unwrap().1
        };
        puts.iter().map(put).last()
    };
    assert_eq!(is_latest(&[(Some("a"), 20), (None, 20), (Some("b"), 10)]), Some(true));
    assert_eq!(is_latest(&[(Some("a"), 5), (Some("a"), 20), (None, 20), (Some("b"), 10)]), Some(false));
    assert_eq!(is_latest(&[(None, 20), (Some("b"), 10)]), Some(false));
    assert_eq!(is_latest(&[(None, 20), (Some("a"), 20), (None, 20), (Some("b"), 10)]), Some(false));
    assert_eq!(is_latest(&[(Some("a"), 10), (None, 20), (None, 20), (Some("b"), 15)]), Some(false));
}

/// What the source topic tells is restored as it was processed: what was too late then is too late now.
#[test]
fn a_source_is_restored_as_it_was_processed() {
    let records = [(b"1", 100), (b"2", 10), (b"3", 70), (b"4", 59), (b"5", 60)];
    let set = || WriteSet::new(shape(), MemoryBackend::new().snapshot().unwrap()).unwrap();
    let mut live: Versions<String, String> = Versions::new("s".into(), HISTORY, None, set(), -1);
    let mut restored: Versions<String, String> = Versions::new("s".into(), HISTORY, None, set(), -1);
    restored.times_by(Arc::new(|_, value, time| (value != Some(&b"0"[..])).then_some(time)));
    let key = "k".to_owned();
    for (value, time) in records {
        let text = String::from_utf8(value.to_vec()).unwrap();
        live.put(&key, Some(Rc::new(text)), time, false).unwrap();
        restored.restore(&logged(b"k", Some(value), time), 0);
    }
    restored.restore(&logged(b"k", Some(b"0"), 1_000), 0);
    for time in 0..200 {
        assert_eq!(said(live.get_as_of(&key, time)), said(restored.get_as_of(&key, time)), "as of {time}");
    }
    assert_eq!(said(live.get_as_of(&key, 65)), Some(("5".into(), 60)));
}

#[test]
fn nothing_is_read_from_what_could_not_be_restored() {
    let set = WriteSet::new(shape(), MemoryBackend::new().snapshot().unwrap()).unwrap();
    let mut versions = opened(set, -1);
    versions.broken = Some("the disk is gone".into());
    let failure = versions.get(&"k".to_owned()).map_err(|f| f.to_string()).unwrap_err();
    assert!(failure.contains("the disk is gone"), "{failure}");
}
