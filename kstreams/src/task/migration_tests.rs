//! Tasks with a declared migration over a database in memory: what it holds when the migration is cut short, and how the task goes on from there.
use super::{Batch, Outbox, Raw, Task, TaskError};
use crate::{
    Headers,
    plan::{TaskId, TopicId},
    prelude::*,
    worker::{Now, OpenedState, ParkedTask, Settings},
};
use kstreams_store::{Backend, MemoryBackend};
use std::sync::Arc;

/// Records of a changelog, without headers: key and value.
struct Old(Vec<(&'static str, Vec<u8>)>);
impl Batch for Old {
    fn len(&self) -> usize {
        self.0.len()
    }
    fn get(&self, index: usize) -> Raw<'_> {
        let (key, value) = &self.0[index];
        Raw { offset: index as i64, timestamp: 0, key: Some(key.as_bytes()), value: Some(value) }
    }
    fn headers(&self, _: usize) -> Headers {
        Headers::new()
    }
    fn bytes(&self) -> usize {
        0
    }
}
fn old(rows: &[(&'static str, u64)]) -> Old {
    Old(rows.iter().map(|(key, n)| (*key, n.to_be_bytes().to_vec())).collect())
}

fn version(build: impl FnOnce(Stream<Space<String, 1>, u64>)) -> Topology {
    let b = Topology::builder("tasks");
    let numbers: Stream<Space<String, 1>, u64> = b.stream(named("in"));
    numbers.clone().count("beside").to_stream().discard();
    build(numbers);
    b.build(())
}
fn sums() -> Topology {
    version(|numbers| numbers.reduce("store", |sum: &mut u64, n: &u64| *sum += n).to_stream().discard())
}
fn texts(store: impl crate::IntoStore<String, Kind = crate::Plain>) -> Topology {
    let add = |text: &mut String, n: &u64| text.push_str(&format!("+{n}"));
    version(|numbers| numbers.aggregate(store, String::new, add).to_stream().discard())
}
fn migrated() -> Topology {
    texts(stored("store").migrate(from::<u64>(), |n| n.to_string()))
}

/// A task of a version over a database.
fn open(topology: &Topology, backend: &Arc<dyn Backend>, parked: Option<ParkedTask>) -> Result<Task, TaskError> {
    let deployment = Arc::new(topology.plan().declared_deployment());
    let id = TaskId { sub_topology: 0, partition: 0 };
    Task::build(topology.blueprint(), &deployment, id, &Settings::default(), OpenedState { backend: backend.clone(), parked })
}
fn log_of(task: &Task, store: &str) -> TopicId {
    let changelogs = &task.deployment.of(task.id).changelogs;
    changelogs.iter().find(|changelog| &*changelog.store == store).unwrap().topic
}
fn position(task: &Task, store: &str) -> Option<i64> {
    let topic = log_of(task, store);
    task.restore_positions().into_iter().find(|(of, _)| *of == topic).unwrap().1
}
fn restore(task: &mut Task, rows: &Old, generation: u64) {
    task.restore(log_of(task, "store"), rows, Now::default(), generation).unwrap();
}
fn checkpoint(task: &mut Task, backend: &Arc<dyn Backend>, generation: u64, at: i64) {
    let positions = [("store", at), ("beside", 10)].map(|(store, at)| (log_of(task, store), at));
    backend.write(&task.checkpoint(generation, Now::default(), &positions)).unwrap();
    task.checkpointed(generation, backend.snapshot().unwrap()).unwrap();
}
/// What a commit writes to the changelog: key, value, and whether a header says that it is migrated.
fn commit(task: &mut Task, generation: u64) -> Vec<(String, String, bool)> {
    let mut outbox = Outbox::default();
    task.prepare_commit(Now::default(), &mut outbox).unwrap();
    task.committed(generation);
    let text = |bytes: Option<&[u8]>| String::from_utf8(bytes.unwrap().to_vec()).unwrap();
    outbox.iter().map(|r| (text(r.key), text(r.value), r.headers.get("kstreams-migrated").is_some())).collect()
}
fn rows(rows: &[(&str, &str)]) -> Vec<(String, String, bool)> {
    rows.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned(), true)).collect()
}
fn memory() -> Arc<dyn Backend> {
    Arc::new(MemoryBackend::new())
}

#[test]
fn a_disk_with_rows_of_the_old_type_is_read_anew_and_its_neighbour_is_not() {
    let backend = memory();
    let mut task = open(&sums(), &backend, None).unwrap();
    restore(&mut task, &old(&[("a", 1), ("gone", 2)]), 1);
    checkpoint(&mut task, &backend, 1, 10);
    let mut task = open(&migrated(), &backend, None).unwrap();
    assert_eq!((position(&task, "store"), position(&task, "beside")), (None, Some(10)));
    restore(&mut task, &old(&[("a", 1)]), 1);
    // The writer is told before the end of the changelog: the position goes back, and what the disk held is gone.
    let cut = task.checkpoint(1, Now::default(), &[(log_of(&task, "store"), 3)]);
    assert_eq!(cut.anew.iter().map(|anew| (&*anew.table, &*anew.topic)).collect::<Vec<_>>(), [("store", "tasks-store-changelog")]);
    backend.write(&cut).unwrap();
    let mut task = open(&migrated(), &backend, None).unwrap();
    assert_eq!(position(&task, "store"), Some(3));
    task.start(Now::default(), &mut Outbox::default()).unwrap();
    assert_eq!(commit(&mut task, 2), rows(&[("a", "1")]));
}

#[test]
fn rows_on_disk_that_the_changelog_does_not_know_yet_are_written_there() {
    let backend = memory();
    let mut task = open(&migrated(), &backend, None).unwrap();
    restore(&mut task, &old(&[("a", 1), ("b", 2)]), 1);
    checkpoint(&mut task, &backend, 1, 2);
    // Even by a version that has no migration any more: these rows are of its type.
    for topology in [migrated(), texts("store")] {
        let mut task = open(&topology, &backend, None).unwrap();
        assert_eq!(position(&task, "store"), Some(2));
        task.start(Now::default(), &mut Outbox::default()).unwrap();
        assert!(task.dirty() && task.take_commit_request());
        assert_eq!(commit(&mut task, 2), rows(&[("a", "1"), ("b", "2")]));
        assert!(!task.dirty() && !task.take_commit_request());
    }
    let mut task = open(&migrated(), &backend, None).unwrap();
    commit(&mut task, 2);
    checkpoint(&mut task, &backend, 2, 4);
    assert!(!open(&migrated(), &backend, None).unwrap().dirty(), "that it is done is on disk too");
}

#[test]
fn an_aborted_commit_is_made_again() {
    let mut task = open(&migrated(), &memory(), None).unwrap();
    restore(&mut task, &old(&[("a", 1)]), 1);
    task.prepare_commit(Now::default(), &mut Outbox::default()).unwrap();
    task.rewind().unwrap();
    assert_eq!(commit(&mut task, 2), rows(&[("a", "1")]));
}

#[test]
fn a_parked_task_remembers_how_far_it_has_come() {
    let backend = memory();
    let mut task = open(&sums(), &backend, None).unwrap();
    restore(&mut task, &old(&[("a", 1), ("b", 2)]), 1);
    checkpoint(&mut task, &backend, 1, 10);
    let mut task = open(&migrated(), &backend, None).unwrap();
    restore(&mut task, &old(&[("a", 1)]), 1);
    let parked = task.park(1, vec![("tasks-store-changelog".into(), 1)]);
    let mut task = open(&migrated(), &backend, Some(parked)).unwrap();
    assert_eq!(position(&task, "store"), Some(1), "the disk under it still holds the old rows at 10");
    restore(&mut task, &old(&[("b", 5)]), 1);
    assert_eq!(commit(&mut task, 2), rows(&[("a", "1"), ("b", "5")]));
    checkpoint(&mut task, &backend, 2, 4);
    assert_eq!(position(&open(&migrated(), &backend, None).unwrap(), "store"), Some(4));
}

#[test]
fn rows_that_could_not_be_read_are_read_again() {
    let backend = memory();
    let mut task = open(&migrated(), &backend, None).unwrap();
    restore(&mut task, &Old(vec![("a", b"no number".to_vec()), ("b", vec![0; 8])]), 1);
    let text = task.start(Now::default(), &mut Outbox::default()).unwrap_err().text;
    assert!(text.contains("store `store`: 1 rows") && text.contains("written as `u64`"), "{text}");
    checkpoint(&mut task, &backend, 1, 2);
    let mut task = open(&migrated(), &backend, None).unwrap();
    assert_eq!(position(&task, "store"), None);
    // What lies over them by now makes them harmless.
    restore(&mut task, &Old(vec![("a", b"no number".to_vec()), ("a", vec![0; 8])]), 1);
    task.start(Now::default(), &mut Outbox::default()).unwrap();
    assert_eq!(commit(&mut task, 2), rows(&[("a", "0")]));
}
