//! Write sets against a model: any sequence of puts, deletes, scans, commits, aborts, checkpoints and crashes, on both backends and all shapes.
#![allow(clippy::unwrap_used, clippy::expect_used)]
use kstreams_store::{
    Backend, Bytes, Checkpoint, Direction, Found, Kept, MemoryBackend, PartlyInMemory, RedbBackend, Row, Segments, Shape, WriteSet,
    layout::{versioned, window},
};
use proptest::prelude::*;
use std::{collections::BTreeMap, ops::Bound, rc::Rc, sync::Arc};

#[derive(Clone, Debug)]
enum Act {
    Put(u8, u8, u8),
    Change(u8, u8, u8),
    Delete(u8, u8),
    Scan(u8, u8, bool),
    Commit,
    Abort,
    /// Rows are taken now and settled later, with other things in between.
    BeginCheckpoint,
    EndCheckpoint,
    /// The checkpoint that is under way is lost too.
    Crash,
    Park,
    Restore(u8, u8, Option<u8>),
    Expire(u8),
}
fn acts() -> impl Strategy<Value = Vec<Act>> {
    let act = prop_oneof![
        8 => (0..12u8, 0..6u8, any::<u8>()).prop_map(|(k, t, v)| Act::Put(k, t, v)),
        4 => (0..12u8, 0..6u8, any::<u8>()).prop_map(|(k, t, v)| Act::Change(k, t, v)),
        3 => (0..12u8, 0..6u8).prop_map(|(k, t)| Act::Delete(k, t)),
        3 => (0..12u8, 0..12u8, any::<bool>()).prop_map(|(a, b, back)| Act::Scan(a, b, back)),
        4 => Just(Act::Commit),
        2 => Just(Act::Abort),
        2 => Just(Act::BeginCheckpoint),
        2 => Just(Act::EndCheckpoint),
        1 => Just(Act::Crash),
        1 => Just(Act::Park),
        2 => (0..12u8, 0..6u8, any::<Option<u8>>()).prop_map(|(k, t, v)| Act::Restore(k, t, v)),
        1 => (0..6u8).prop_map(Act::Expire),
    ];
    prop::collection::vec(act, 1..80)
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Kind {
    Hash,
    Tree,
    Windows,
    Versions,
}
impl Kind {
    fn shape(self) -> Shape {
        let segments = Some(Segments { interval_ms: 2, time_of: window::start_of });
        match self {
            Kind::Hash => Shape { hash_seed: 7, ..Shape::unordered("s") },
            Kind::Tree => Shape::ordered("s"),
            Kind::Windows => Shape { segments, ..Shape::ordered("s") },
            Kind::Versions => Shape { segments: Some(Segments { interval_ms: 2, time_of: versioned::valid_to }), ..Shape::ordered("s") },
        }
    }
    /// Keys of different lengths, so that one is a prefix of another.
    fn key(self, key: u8, time: u8) -> Vec<u8> {
        let mut out = vec![b'k'; 1 + usize::from(key % 3)];
        out.push(key);
        match self {
            Kind::Windows => window::append_suffix(i64::from(time), 0, &mut out),
            Kind::Versions => versioned::append_suffix(valid_to(time), &mut out),
            Kind::Hash | Kind::Tree => {}
        }
        out
    }
    /// The segment of a key.
    fn segment(self, key: &[u8]) -> Option<i64> {
        match self {
            Kind::Windows => Some(window::start_of(key).div_euclid(2)),
            Kind::Versions => Some(versioned::valid_to(key).div_euclid(2)),
            Kind::Hash | Kind::Tree => None,
        }
    }
}
/// One time in six stands for what is valid still.
fn valid_to(time: u8) -> i64 {
    if time == 5 { versioned::NOW } else { i64::from(time) }
}

type Rows = BTreeMap<Vec<u8>, (u8, i64)>;
/// What there should be: rows now, rows at the last commit, and rows and position in the database.
#[derive(Clone, Default)]
struct Model {
    now: Rows,
    committed: Rows,
    stored: (Rows, u64),
    commits: u64,
    oldest: i64,
    /// What it was at the last commit.
    oldest_committed: i64,
}
struct Subject {
    kind: Kind,
    backend: Arc<dyn Backend>,
    set: WriteSet<u8>,
    model: Model,
    /// A checkpoint under way: its generation, rows and what the model says of them.
    checkpoint: Option<(u64, Checkpoint, Rows)>,
}
fn value(found: Found<u8>) -> (u8, i64) {
    match found {
        Found::Open { value, time } => (*value, time),
        Found::Stored(Row { time, bytes }) => (bytes[0], time),
    }
}
impl Subject {
    fn new(kind: Kind, backend: Arc<dyn Backend>) -> Subject {
        let set = WriteSet::new(kind.shape(), backend.snapshot().unwrap()).unwrap();
        Subject { kind, backend, set, model: Model { oldest: i64::MIN, oldest_committed: i64::MIN, ..Model::default() }, checkpoint: None }
    }
    fn expired(&self, key: &[u8]) -> bool {
        self.kind.segment(key).is_some_and(|segment| segment < self.model.oldest)
    }
    fn act(&mut self, act: Act) {
        let time = |t: u8| i64::from(t) * 10;
        match act {
            Act::Put(k, t, v) => {
                let key = self.kind.key(k, t);
                self.set.put(&key, Rc::new(v), time(t));
                self.model.now.insert(key, (v, time(t)));
            }
            Act::Change(k, t, v) => {
                let key = self.kind.key(k, t);
                let slot = self.set.slot(&key);
                let was = self.set.take(slot).unwrap().map(value);
                if !self.expired(&key) {
                    assert_eq!(was, self.model.now.get(&key).copied(), "change of {key:?}");
                }
                let new = was.map_or(v, |(old, _)| old.wrapping_add(v));
                self.set.write(slot, Rc::new(new), time(t));
                self.model.now.insert(key, (new, time(t)));
            }
            Act::Delete(k, t) => {
                let key = self.kind.key(k, t);
                self.set.delete(&key, time(t));
                self.model.now.remove(&key);
            }
            Act::Scan(a, b, back) => self.scan(self.kind.key(a, 0), self.kind.key(b, 5), back),
            Act::Commit => self.commit(),
            Act::Abort => {
                self.set.abort();
                self.model.now = self.model.committed.clone();
                self.model.oldest = self.model.oldest_committed;
            }
            Act::BeginCheckpoint => self.begin_checkpoint(),
            Act::EndCheckpoint => self.end_checkpoint(),
            Act::Crash => self.crash(),
            Act::Park => self.park(),
            Act::Restore(k, t, v) => self.restore(&self.kind.key(k, t), v, time(t)),
            Act::Expire(t) => {
                self.set.expire(i64::from(t));
                if self.kind.segment(&[]).is_some() {
                    self.model.oldest = self.model.oldest.max(i64::from(t).div_euclid(2));
                }
            }
        }
    }
    fn commit(&mut self) {
        let mut changelog: Vec<(Vec<u8>, Option<u8>)> = vec![];
        let mut encode = |value: &u8, out: &mut Vec<u8>| {
            out.push(*value);
            Ok::<(), ()>(())
        };
        self.set.prepare(&mut encode, &mut |key, value, _| changelog.push((key.to_vec(), value.map(|v| v[0])))).unwrap();
        for (key, value) in changelog {
            assert_eq!(value, self.model.now.get(&key).map(|(v, _)| *v), "changelog of {key:?}");
        }
        self.model.commits += 1;
        self.set.commit(self.model.commits);
        self.model.committed = self.model.now.clone();
        self.model.oldest_committed = self.model.oldest;
        assert_eq!((self.set.dirty_len(), self.set.open_bytes()), (0, 0));
    }
    fn begin_checkpoint(&mut self) {
        let generation = self.model.commits;
        let (tables, dropped) = self.set.rows_up_to(generation);
        let positions = vec![(("changelog".to_owned(), 0), generation as i64)];
        self.checkpoint =
            Some((generation, Checkpoint { tables, dropped, positions, ..Checkpoint::default() }, self.model.committed.clone()));
    }
    fn end_checkpoint(&mut self) {
        let Some((generation, checkpoint, rows)) = self.checkpoint.take() else { return };
        self.backend.write(&checkpoint).unwrap();
        self.model.stored = (rows, generation);
        self.set.settle(generation, self.backend.snapshot().unwrap()).unwrap();
    }
    /// Everything in memory is gone; the database and its position are those of the last checkpoint, and belong together.
    fn crash(&mut self) {
        let snapshot = self.backend.snapshot().unwrap();
        assert_eq!(snapshot.position("changelog", 0).unwrap_or(0), self.model.stored.1 as i64);
        self.set = WriteSet::new(self.kind.shape(), snapshot).unwrap();
        self.model.oldest = self.model.oldest_committed;
        self.set.expire_for_good(self.model.oldest.saturating_mul(2));
        (self.model.now, self.model.committed) = (self.model.stored.0.clone(), self.model.stored.0.clone());
        self.checkpoint = None;
    }
    fn park(&mut self) {
        let parked = self.set.park();
        self.set = WriteSet::from_parked(self.kind.shape(), self.backend.snapshot().unwrap(), parked).unwrap();
        self.model.now = self.model.committed.clone();
        self.model.oldest = self.model.oldest_committed;
        self.checkpoint = None;
    }
    /// A task restores before it runs, so nothing is open.
    fn restore(&mut self, key: &[u8], value: Option<u8>, time: i64) {
        if self.set.dirty_len() > 0 {
            return;
        }
        self.set.restore(key, value.map(|v| vec![v]).as_deref(), time, self.model.commits);
        for rows in [&mut self.model.now, &mut self.model.committed] {
            match value {
                Some(v) => rows.insert(key.to_vec(), (v, time)),
                None => rows.remove(key),
            };
        }
        self.checkpoint = None;
    }
    fn scan(&self, from: Vec<u8>, to: Vec<u8>, back: bool) {
        let (from, to) = (Bound::Included(from), Bound::Excluded(to));
        let direction = if back { Direction::Backward } else { Direction::Forward };
        let bounds = (from.as_ref().map(Vec::as_slice), to.as_ref().map(Vec::as_slice));
        let seen: Vec<(Bytes, (u8, i64))> =
            self.set.range(bounds.0, bounds.1, direction).unwrap().map(|r| r.map(|(k, f)| (k, value(f))).unwrap()).collect();
        let mut expected: Vec<_> = self
            .model
            .now
            .iter()
            .filter(|(k, _)| std::ops::RangeBounds::<Vec<u8>>::contains(&(from.clone(), to.clone()), k) && !self.expired(k))
            .collect();
        if back {
            expected.reverse();
        }
        assert_eq!(
            seen.iter().map(|(k, v)| (k.to_vec(), *v)).collect::<Vec<_>>(),
            expected.iter().map(|(k, v)| ((*k).clone(), **v)).collect::<Vec<_>>()
        );
    }
    fn check(&self) {
        for key in (0..12).flat_map(|k| (0..6).map(move |t| (k, t))).map(|(k, t)| self.kind.key(k, t)) {
            let expected = if self.expired(&key) { None } else { self.model.now.get(&key).copied() };
            assert_eq!(self.set.get(&key).unwrap().map(value), expected, "{key:?}");
        }
    }
}
fn run(kind: Kind, backend: Arc<dyn Backend>, acts: Vec<Act>) {
    let mut subject = Subject::new(kind, backend);
    for act in acts {
        subject.act(act);
        subject.check();
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn hash_sets_over_memory(acts in acts()) { run(Kind::Hash, Arc::new(MemoryBackend::new()), acts); }
    #[test]
    fn tree_sets_over_memory(acts in acts()) { run(Kind::Tree, Arc::new(MemoryBackend::new()), acts); }
    #[test]
    fn windows_over_memory(acts in acts()) { run(Kind::Windows, Arc::new(MemoryBackend::new()), acts); }
    #[test]
    fn versions_over_memory(acts in acts()) { run(Kind::Versions, Arc::new(MemoryBackend::new()), acts); }
    #[test]
    fn a_store_kept_in_memory(kind in prop_oneof![Just(Kind::Hash), Just(Kind::Tree), Just(Kind::Windows), Just(Kind::Versions)], acts in acts()) {
        let kept = Kept { tables: ["s".to_owned()].into(), topics: ["changelog".to_owned()].into(), ..Kept::default() };
        run(kind, Arc::new(PartlyInMemory::new(Arc::new(MemoryBackend::new()), kept)), acts);
    }
}
proptest! {
    #![proptest_config(ProptestConfig { cases: 60, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn every_kind_over_redb(acts in acts(), kind in prop_oneof![Just(Kind::Hash), Just(Kind::Tree), Just(Kind::Windows), Just(Kind::Versions)]) {
        let folder = tempfile::tempdir().unwrap();
        run(kind, Arc::new(RedbBackend::open(folder.path().join("task.redb"), 1 << 20).unwrap()), acts);
    }
}

#[test]
fn a_checkpoint_that_was_overtaken_is_not_written() {
    let folder = tempfile::tempdir().unwrap();
    let backends: [Arc<dyn Backend>; 2] =
        [Arc::new(MemoryBackend::new()), Arc::new(RedbBackend::open(folder.path().join("task.redb"), 1 << 20).unwrap())];
    let checkpoint = |value: u8, at: i64| Checkpoint {
        tables: vec![kstreams_store::TableRows {
            table: "a".to_owned(),
            rows: vec![(Bytes::from(&b"k"[..]), Some(Row { time: 0, bytes: [value].as_slice().into() }))],
        }],
        positions: vec![(("log".to_owned(), 0), at)],
        ..Checkpoint::default()
    };
    for backend in backends {
        let mut seen = vec![];
        for (value, at) in [(1, 10), (3, 30), (2, 20), (4, 30)] {
            assert_eq!(backend.write(&checkpoint(value, at)).is_err(), value == 2);
            let snapshot = backend.snapshot().unwrap();
            let row = snapshot.table("a").unwrap().unwrap().get(b"k").unwrap().unwrap();
            seen.push((row.bytes[0], snapshot.position("log", 0).unwrap()));
        }
        assert_eq!(seen, [(1, 10), (3, 30), (3, 30), (4, 30)]);
    }
}

#[test]
fn a_checkpoint_that_begins_afresh_leaves_nothing_of_before_and_may_go_back() {
    let folder = tempfile::tempdir().unwrap();
    let backends: [Arc<dyn Backend>; 2] =
        [Arc::new(MemoryBackend::new()), Arc::new(RedbBackend::open(folder.path().join("task.redb"), 1 << 20).unwrap())];
    let checkpoint = |table: &str, at: i64, afresh: bool| Checkpoint {
        afresh,
        tables: vec![kstreams_store::TableRows {
            table: table.to_owned(),
            rows: vec![(Bytes::from(&b"k"[..]), Some(Row { time: 0, bytes: [1].as_slice().into() }))],
        }],
        positions: vec![(("log".to_owned(), 0), at)],
        ..Checkpoint::default()
    };
    for backend in backends {
        backend.write(&checkpoint("old", 30, false)).unwrap();
        backend.write(&checkpoint("new", 20, true)).unwrap();
        let snapshot = backend.snapshot().unwrap();
        assert!(snapshot.table("old").unwrap().is_none());
        assert!(snapshot.table("new").unwrap().is_some());
        assert_eq!(snapshot.position("log", 0), Some(20));
    }
}

#[test]
fn a_redb_file_comes_back_as_its_last_checkpoint_left_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("task.redb");
    let row = |v: u8| Some(Row { time: 5, bytes: [v].as_slice().into() });
    let table = |name: &str, rows: &[(&[u8], Option<Row>)]| kstreams_store::TableRows {
        table: name.to_owned(),
        rows: rows.iter().map(|(k, r)| (Bytes::from(*k), r.clone())).collect(),
    };
    {
        let backend = RedbBackend::open(&path, 1 << 20).unwrap();
        let tables = vec![table("a", &[(b"2", row(2)), (b"1", row(1))]), table("w/3", &[(b"x", row(9))])];
        backend
            .write(&Checkpoint {
                tables,
                positions: vec![(("log".into(), 4), 17)],
                marks: vec![("m".into(), vec![1])],
                ..Checkpoint::default()
            })
            .unwrap();
        let tables = vec![table("a", &[(b"1", None), (b"3", row(3))])];
        backend.write(&Checkpoint { tables, dropped: vec!["w/3".into()], ..Checkpoint::default() }).unwrap();
        let second = RedbBackend::open(&path, 1 << 20).err().map(|e| e.to_string());
        assert!(second.is_some_and(|e| e.contains("cannot be opened")), "two processes on one file");
    }
    let snapshot = RedbBackend::open(&path, 1 << 20).unwrap().snapshot().unwrap();
    let rows = |name: &str| -> Option<Vec<(Vec<u8>, u8)>> {
        let table = snapshot.table(name).unwrap()?;
        Some(
            table
                .range(Bound::Unbounded, Bound::Unbounded, Direction::Forward)
                .unwrap()
                .map(|r| r.map(|(k, v)| (k.to_vec(), v.bytes[0])).unwrap())
                .collect(),
        )
    };
    assert_eq!(rows("a"), Some(vec![(b"2".to_vec(), 2), (b"3".to_vec(), 3)]));
    assert_eq!(rows("w/3"), None);
    assert_eq!((snapshot.position("log", 4), snapshot.position("log", 5), snapshot.mark("m")), (Some(17), None, Some(vec![1])));
}
