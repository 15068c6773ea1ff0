//! Tasks alone, over a database in memory: what they hold after a commit that went wrong, and what they say when user code does.
mod walks;

use super::{Batch, Outbox, Raw, Task, TaskErrorKind};
use crate::{
    Headers, Result, TopicRef,
    plan::{Deployment, TaskId, TopicId},
    prelude::*,
    worker::{BadRecords, Now, OpenedState, ParkedTask, Settings},
};
use kstreams_store::{Backend, MemoryBackend};
use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

/// Records of one key: `(offset, timestamp, value)`.
struct Records(Vec<(i64, i64, Vec<u8>)>);
impl Batch for Records {
    fn len(&self) -> usize {
        self.0.len()
    }
    fn get(&self, index: usize) -> Raw<'_> {
        let (offset, timestamp, value) = &self.0[index];
        Raw { offset: *offset, timestamp: *timestamp, key: Some(b"k"), value: Some(value) }
    }
    fn headers(&self, _: usize) -> Headers {
        Headers::new()
    }
    fn bytes(&self) -> usize {
        self.0.len()
    }
}

const IN: TopicId = TopicId(0);

/// A task with its outbox.
struct Bed {
    topology: Topology,
    deployment: Arc<Deployment>,
    task: Task,
    outbox: Outbox,
}
impl Bed {
    /// A task over the stream `in`, not started.
    fn new(operators: impl FnOnce(Stream<Space<String, 1>, u64>)) -> Bed {
        let b = Topology::builder("tasks");
        operators(b.stream(named::<Space<String, 1>, u64>("in")));
        let topology = b.build(());
        let deployment = Arc::new(topology.plan().declared_deployment());
        let task = build(&topology, &deployment, None);
        Bed { topology, deployment, task, outbox: Outbox::default() }
    }
    fn started(operators: impl FnOnce(Stream<Space<String, 1>, u64>)) -> Bed {
        let mut bed = Bed::new(operators);
        bed.start();
        bed
    }
    fn start(&mut self) {
        self.task.start(Now::default(), &mut self.outbox).unwrap();
    }
    /// Hands one record in and processes it; the error's text, if there is one.
    fn send(&mut self, offset: i64, timestamp: i64, value: u64) -> Result<(), String> {
        self.task.enqueue(IN, Box::new(Records(vec![(offset, timestamp, value.to_be_bytes().to_vec())])));
        let head = self.task.head(Now::default(), &mut self.outbox);
        head.and_then(|_| self.task.process(Now::default(), &mut self.outbox)).map_err(|e| e.text)
    }
    fn commit(&mut self, generation: u64) {
        self.task.prepare_commit(Now::default(), &mut self.outbox).unwrap();
        self.task.committed(generation);
    }
    /// Moves the task to another worker of its process.
    fn moves(self) -> Bed {
        let Bed { topology, deployment, task, outbox } = self;
        let parked = task.park(1, vec![]);
        let task = build(&topology, &deployment, Some(parked));
        let mut bed = Bed { topology, deployment, task, outbox };
        bed.start();
        bed
    }
    /// Numbers that were produced since the last call.
    fn produced(&mut self) -> Vec<u64> {
        let numbers = self.outbox.iter().filter_map(|r| Some(u64::from_be_bytes(r.value?.try_into().ok()?))).collect();
        self.outbox.clear();
        numbers
    }
}
fn build(topology: &Topology, deployment: &Arc<Deployment>, parked: Option<ParkedTask>) -> Task {
    let backend: Arc<dyn Backend> = parked.as_ref().map_or_else(|| Arc::new(MemoryBackend::new()) as _, |p| p.backend.clone());
    build_over(topology, deployment, backend, parked)
}
fn build_over(topology: &Topology, deployment: &Arc<Deployment>, backend: Arc<dyn Backend>, parked: Option<ParkedTask>) -> Task {
    let id = TaskId { sub_topology: 0, partition: 0 };
    let settings = Settings { bad_records: BadRecords::Skip, ..Settings::default() };
    Task::build(topology.blueprint(), deployment, id, &settings, OpenedState { backend, parked }).unwrap()
}
fn out() -> impl TopicRef<Key = String, Value = u64, Space = Space<String, 1>> {
    named::<Space<String, 1>, u64>("out")
}

/// redb reuses no page that an older view may still read: a task that held on to one would fill its disk.
#[cfg(feature = "redb")]
#[test]
fn checkpoints_of_the_same_rows_do_not_make_the_file_grow() {
    let (folder, mut sizes) = (tempfile::tempdir().unwrap(), vec![]);
    let file = folder.path().join("state.redb");
    let backend: Arc<dyn Backend> = Arc::new(kstreams_store::RedbBackend::open(&file, 1 << 20).unwrap());
    let mut bed = Bed::new(|s| s.map_values(|n| vec![n; 40_000]).to_table("last").to_stream().discard());
    bed.task = build_over(&bed.topology, &bed.deployment, backend.clone(), None);
    bed.start();
    for generation in 1..=40 {
        bed.send(generation as i64, 0, generation).unwrap();
        bed.commit(generation);
        let checkpoint = bed.task.checkpoint(generation, Now::default(), &[]);
        backend.write(&checkpoint).unwrap();
        bed.task.checkpointed(generation, backend.snapshot().unwrap()).unwrap();
        sizes.push(std::fs::metadata(&file).unwrap().len());
    }
    assert_eq!(sizes[9], sizes[39], "{sizes:?}");
}

#[test]
fn after_an_uncertain_commit_the_position_is_what_the_group_says() {
    let mut bed = Bed::started(|s| s.for_each(|_, _| ()));
    bed.task.set_committed_offset(IN, Some(5));
    bed.send(5, 0, 1).unwrap();
    bed.task.rewind().unwrap();
    assert_eq!(bed.task.position(IN), Some(5));
    // The commit had gone through.
    bed.task.set_committed_offset(IN, Some(6));
    assert_eq!(bed.task.position(IN), Some(6));
    // An ordinary commit does not take back what was processed since.
    bed.send(6, 0, 1).unwrap();
    bed.send(7, 0, 1).unwrap();
    bed.task.set_committed_offset(IN, Some(7));
    assert_eq!(bed.task.position(IN), Some(8));
}

fn hourly(s: Stream<Space<String, 1>, u64>) {
    s.windowed_by(tumbling(hours(1))).count(stored("hourly").retention(hours(2))).to_stream().present().unwindow().to(out());
}
const DAY: i64 = 86_400_000;

#[test]
fn what_is_aborted_has_not_moved_store_time() {
    let mut bed = Bed::started(hourly);
    bed.send(0, 1_000, 1).unwrap();
    bed.commit(1);
    bed.send(1, DAY, 1).unwrap();
    bed.task.rewind().unwrap();
    bed.start();
    bed.produced();
    bed.send(1, 2_000, 1).unwrap();
    assert_eq!(bed.produced(), [2], "the window of the first record is there still");
}

#[test]
fn store_time_moves_with_a_parked_task() {
    let mut bed = Bed::started(hourly);
    bed.send(0, DAY, 1).unwrap();
    bed.send(1, 2 * DAY, 1).unwrap();
    bed.commit(1);
    let mut bed = bed.moves();
    bed.produced();
    // Operator time starts afresh, so the operator lets it pass; the store knows better: the window expired a day ago.
    bed.send(2, DAY, 1).unwrap();
    bed.send(3, DAY, 1).unwrap();
    assert_eq!(bed.produced(), [1, 1], "a window that is gone is counted from nothing, as in Kafka Streams");
}

/// Emits in `start`, counts its stops, fails on demand.
struct Eager {
    stops: Arc<AtomicUsize>,
}
impl Processor for Eager {
    type Key = String;
    type In = u64;
    type Stores = ();
    type Out = Emit<String, u64>;
    fn start(&mut self, cx: &mut Cx<Self>) -> Result<()> {
        cx.out.emit_at("k".to_owned(), 7, Timestamp(0))
    }
    fn process(&mut self, message: Message<String, u64>, _: &mut Cx<Self>) -> Result<()> {
        assert!(message.value != 13, "thirteen is not a number");
        Ok(())
    }
    fn stop(&mut self, (): &mut ()) -> Result<()> {
        self.stops.fetch_add(1, Ordering::Relaxed);
        Ok(())
    }
}
fn eager(stops: &Arc<AtomicUsize>) -> Bed {
    let stops = stops.clone();
    Bed::new(|s| s.process((), move || Eager { stops: stops.clone() }).to(out()))
}

#[test]
fn a_start_that_produces_is_something_to_commit() {
    let mut bed = eager(&Arc::default());
    assert!(!bed.task.dirty());
    bed.start();
    assert_eq!(bed.produced(), [7]);
    assert!(bed.task.dirty());
    bed.commit(1);
    assert!(!bed.task.dirty());
    let mut quiet = Bed::new(|s| s.to(out()));
    quiet.start();
    assert!(!quiet.task.dirty());
}

#[test]
fn what_never_started_is_not_stopped() {
    let stops = Arc::new(AtomicUsize::new(0));
    eager(&stops).task.park(0, vec![]);
    assert_eq!(stops.load(Ordering::Relaxed), 0);
    let mut bed = eager(&stops);
    bed.start();
    bed.task.rewind().unwrap();
    bed.task.park(0, vec![]);
    assert_eq!(stops.load(Ordering::Relaxed), 0, "it was built afresh and not started again");
    let mut bed = eager(&stops);
    bed.start();
    bed.task.park(0, vec![]);
    assert_eq!(stops.load(Ordering::Relaxed), 1);
}

#[test]
fn a_panic_closes_the_task_whatever_the_policy_says_and_names_the_place() {
    let mut bed = Bed::started(|s| s.map_values(|v| 100 / (v - 3)).to(out()));
    bed.send(40, 0, 4).unwrap();
    bed.task.enqueue(IN, Box::new(Records(vec![(41, 0, 3u64.to_be_bytes().to_vec())])));
    bed.task.head(Now::default(), &mut bed.outbox).unwrap();
    let error = bed.task.process(Now::default(), &mut bed.outbox).unwrap_err();
    assert_eq!(error.kind, TaskErrorKind::BadRecord);
    for part in ["operator `map_values", "topic `in`", "partition 0", "offset 41", "it panicked: attempt to divide by zero"] {
        assert!(error.text.contains(part), "{part} is missing in: {}", error.text);
    }
}

#[test]
fn a_record_for_a_topic_that_cannot_be_written_is_bad_until_that_is_looked_at_again() {
    let mut bed = Bed::started(|s| s.to_dynamic(|_, n, _| format!("of-{n}")));
    bed.task.unwritable(&"of-3".into(), &"it does not exist: create it".into(), 1);
    bed.task.set_committed_offset(IN, Some(0));
    bed.task.rewind().unwrap();
    bed.start();
    bed.send(0, 0, 3).unwrap();
    bed.send(1, 0, 4).unwrap();
    let skipped = bed.task.take_skipped();
    assert_eq!(skipped.len(), 1);
    assert!(skipped[0].offset == 0 && skipped[0].operator.starts_with("to_dynamic"), "{skipped:?}");
    assert_eq!(skipped[0].reason, "it goes to topic `of-3`: it does not exist: create it");
    assert_eq!(bed.produced(), [4]);
    bed.task.unwritable(&"of-3".into(), &"it does not exist: create it".into(), 0);
    bed.send(2, 0, 3).unwrap();
    assert_eq!((bed.task.take_skipped().len(), bed.produced()), (0, vec![3]));
}
