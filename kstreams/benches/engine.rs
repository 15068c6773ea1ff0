//! The engine alone, without a log, a disk or a network: a worker, its tasks, operators and stores, over records that lie in memory.
//!
//! Time: `cargo bench -p kstreams --bench engine`. Instructions a record, which do not depend on the machine's mood:
//! `cargo bench -p kstreams --bench engine -- --instructions` (needs valgrind; it runs this program under callgrind, once with records and once
//! without, and prints the difference).
#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs)]
use criterion::{Criterion, Throughput};
use kstreams::{
    Headers, TopicRef,
    plan::{Deployment, TaskId, TopicId},
    prelude::*,
    task::{Batch, Raw},
    worker::{CommitDone, Input, Now, OpenedState, Output, Settings, Worker},
};
use kstreams_store::MemoryBackend;
use std::{hint::black_box, sync::Arc};

const RECORDS: usize = 100_000;
const KEYS: usize = 10_000;
/// Records a fetch.
const BATCH: usize = 1_000;
/// Records between two commits: some 100 ms of work.
const COMMIT_EVERY: usize = 10_000;

fn input() -> impl TopicRef<Key = String, Value = Vec<u8>, Space = Space<String, 1>> {
    named::<Space<String, 1>, Vec<u8>>("in")
}
fn output<V: Record>() -> impl TopicRef<Key = String, Value = V, Space = Space<String, 1>> {
    named::<Space<String, 1>, V>("out")
}
fn pass_through() -> Topology {
    let b = Topology::builder("bench");
    b.stream(input()).to(output::<Vec<u8>>());
    b.build(())
}
fn map_filter() -> Topology {
    let b = Topology::builder("bench");
    b.stream(input()).filter(|v| v[0] != 0xff).map_values(|v| v.len() as u64).to(output::<u64>());
    b.build(())
}
fn keyed_count() -> Topology {
    let b = Topology::builder("bench");
    b.stream(input()).count("counts").to(output::<u64>());
    b.build(())
}
fn coalesced_count() -> Topology {
    let b = Topology::builder("bench");
    b.stream(input()).count(stored("counts").emit_on_commit()).to(output::<u64>());
    b.build(())
}
fn windowed_count() -> Topology {
    let b = Topology::builder("bench");
    let windows = named::<Space<TimeWindowed<String>, 1>, u64>("out");
    b.stream(input()).windowed_by(tumbling(minutes(1))).count("counts").to(windows);
    b.build(())
}
fn stream_table() -> Topology {
    let b = Topology::builder("bench");
    let users = b.table(named::<Space<String, 1>, Vec<u8>>("users"));
    b.stream(input()).join(users, |v: Vec<u8>, user: &Vec<u8>| (v.len() + user.len()) as u64).to(output::<u64>());
    b.build(())
}
const WORK: [(&str, fn() -> Topology); 6] = [
    ("pass-through", pass_through),
    ("map-filter", map_filter),
    ("keyed-count", keyed_count),
    ("keyed-count-coalesced", coalesced_count),
    ("windowed-count", windowed_count),
    ("stream-table-join", stream_table),
];

/// A hundred bytes a value, keys in an order that looks random and is the same in every run; one millisecond a record.
struct Made {
    from: usize,
    len: usize,
    keys: Arc<Vec<String>>,
    value: [u8; 100],
}
impl Batch for Made {
    fn len(&self) -> usize {
        self.len
    }
    fn get(&self, index: usize) -> Raw<'_> {
        let i = self.from + index;
        let key = &self.keys[(i.wrapping_mul(0x9e37_79b1) >> 7) % KEYS];
        Raw { offset: i as i64, timestamp: i as i64, key: Some(key.as_bytes()), value: Some(&self.value) }
    }
    fn headers(&self, _: usize) -> Headers {
        Headers::new()
    }
    fn bytes(&self) -> usize {
        self.len * 110
    }
}

/// A worker with one task, started, and what it needs of a world.
struct Bench {
    worker: Worker,
    deployment: Arc<Deployment>,
    input: TopicId,
    keys: Arc<Vec<String>>,
    now: Now,
    next: usize,
    produced: u64,
}
impl Bench {
    fn new(topology: &Topology) -> Bench {
        let deployment = Arc::new(topology.plan().declared_deployment());
        let settings = Settings { queued_bytes_per_partition: 1 << 30, commit_interval_ms: 100, ..Settings::default() };
        let worker = Worker::new(topology.blueprint().clone(), deployment.clone(), settings);
        let keys = Arc::new((0..KEYS).map(|i| format!("user-{i:05}")).collect());
        let mut bench =
            Bench { worker, input: deployment.topic_named("in").unwrap(), deployment, keys, now: Now::default(), next: 0, produced: 0 };
        bench.handle(Input::Assigned(vec![TaskId { sub_topology: 0, partition: 0 }]));
        bench.load_tables();
        bench
    }
    fn handle(&mut self, input: Input) {
        self.worker.handle(self.now, input);
        self.perform();
    }
    /// One row a key for every table.
    fn load_tables(&mut self) {
        if let Some(topic) = self.deployment.topic_named("users") {
            for key in 0..KEYS {
                let batch = Box::new(Row { key: self.keys[key].clone(), offset: key as i64 });
                self.handle(Input::Records { topic, partition: 0, batch });
            }
            self.handle(Input::EndOfPartition { topic, partition: 0, offset: KEYS as i64 });
        }
        self.handle(Input::EndOfPartition { topic: self.input, partition: 0, offset: 0 });
        self.turn();
    }
    fn run(&mut self, records: usize) -> u64 {
        let until = self.next + records;
        while self.next < until {
            let batch = Box::new(Made { from: self.next, len: BATCH, keys: self.keys.clone(), value: [7; 100] });
            self.next += BATCH;
            self.handle(Input::Records { topic: self.input, partition: 0, batch });
            self.turn();
            if self.next.is_multiple_of(COMMIT_EVERY) {
                self.now.monotonic += 100;
                self.turn();
            }
        }
        self.produced
    }
    fn turn(&mut self) {
        loop {
            self.worker.step(self.now);
            self.perform();
            if self.worker.next_wake(self.now) > self.now.monotonic {
                return;
            }
        }
    }
    fn perform(&mut self) {
        loop {
            for record in self.worker.outbox().iter() {
                self.produced += black_box(record.value).map_or(0, <[u8]>::len) as u64;
            }
            self.worker.outbox_mut().clear();
            let Some(output) = self.worker.poll_output() else { return };
            if let Some(answer) = self.answer(output) {
                self.worker.handle(self.now, answer);
            }
        }
    }
    fn answer(&self, output: Output) -> Option<Input> {
        Some(match output {
            Output::OpenState(task) => {
                Input::Opened { task, state: Ok(OpenedState { backend: Arc::new(MemoryBackend::new()), parked: None }) }
            }
            Output::FetchCommitted(task) => {
                let offsets = self.deployment.partitions_of(task).map(|(topic, _)| (topic, None)).collect();
                Input::CommittedOffsets { task, offsets: Ok(offsets), notes: vec![] }
            }
            Output::FetchEnds { task, topics } => {
                Input::ChangelogEnds { task, ends: Ok(topics.into_iter().map(|topic| (topic, 0, 0)).collect()) }
            }
            Output::Commit(commit) => Input::Committed(Ok(CommitDone { positions: vec![0; commit.positions_of.len()] })),
            // Every one and a half million records: what a writer thread does beside the worker.
            Output::Checkpoint { task, generation, backend, rows } => {
                let snapshot = backend.write(&rows).and_then(|()| backend.snapshot()).map_err(|e| e.to_string());
                Input::Checkpointed { task, generation, snapshot }
            }
            _ => return None,
        })
    }
}
/// One row of a table.
struct Row {
    key: String,
    offset: i64,
}
impl Batch for Row {
    fn len(&self) -> usize {
        1
    }
    fn get(&self, _: usize) -> Raw<'_> {
        Raw { offset: self.offset, timestamp: 0, key: Some(self.key.as_bytes()), value: Some(&[9; 200]) }
    }
    fn headers(&self, _: usize) -> Headers {
        Headers::new()
    }
    fn bytes(&self) -> usize {
        200
    }
}

/// Criterion's part.
fn time() {
    let mut criterion = Criterion::default().configure_from_args().sample_size(10);
    let mut group = criterion.benchmark_group("engine");
    group.throughput(Throughput::Elements(RECORDS as u64));
    for (name, topology) in WORK {
        let mut bench = Bench::new(&topology());
        group.bench_function(name, |b| b.iter(|| bench.run(RECORDS)));
    }
    group.finish();
    criterion.final_summary();
}
/// One run of so many records, for callgrind.
fn once(name: &str, records: usize) {
    let (_, topology) = WORK.iter().find(|(n, _)| *n == name).unwrap();
    // Every key has been seen once: what is counted is the steady state.
    let mut bench = Bench::new(&topology());
    bench.run(RECORDS);
    black_box(bench.run(records));
}
/// Runs this program under callgrind with and without records.
fn instructions() {
    let program = std::env::current_exe().unwrap();
    let count = |name: &str, records: usize| -> u64 {
        let valgrind = ["--tool=callgrind", "--callgrind-out-file=/dev/null"];
        let mut command = std::process::Command::new("valgrind");
        let out = command.args(valgrind).arg(&program).args(["--once", name, &records.to_string()]).output().unwrap();
        let text = String::from_utf8_lossy(&out.stderr).into_owned();
        let line = text.lines().find(|l| l.contains("Collected")).unwrap_or_else(|| panic!("callgrind said: {text}"));
        line.rsplit(' ').next().unwrap().parse().unwrap()
    };
    for (name, _) in WORK {
        let (base, with) = (count(name, 0), count(name, RECORDS));
        println!("{name}: {} instructions a record", (with - base) / RECORDS as u64);
    }
}
fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    match arguments.iter().position(|a| a == "--once") {
        Some(at) => once(&arguments[at + 1], arguments[at + 2].parse().unwrap()),
        None if arguments.iter().any(|a| a == "--instructions") => instructions(),
        None => time(),
    }
}
