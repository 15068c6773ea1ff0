//! A task without operators that does what the values of its records say, and notes down what the worker calls.
use crate::{
    Headers,
    op::Dropped,
    plan::{Deployment, TaskId, TopicId},
    state::{Page, PageLimits, StoredRow, Wanted},
    task::{Batch, Head, Outbox, Outgoing, Raw, Skipped, TaskError, TaskErrorKind},
    worker::{Now, OpenedState, ParkedTask, Settings, SourceView, Work, runs::Runs},
};
use kstreams_store::{Backend, Checkpoint, Snapshot};
use std::{
    collections::{BTreeMap, VecDeque},
    sync::{Arc, Mutex},
};

/// Bytes that a record takes in a queue, and a row in a store.
pub(super) const RECORD_BYTES: usize = 10;

/// What the worker called, in order.
#[derive(Default)]
pub(super) struct Calls {
    notes: Mutex<Vec<(TaskId, String)>>,
    /// Whether each task checks that positions are never ahead of what it holds.
    strict: bool,
}
impl Calls {
    pub(super) fn strict() -> Self {
        Calls { strict: true, ..Calls::default() }
    }
    fn note(&self, id: TaskId, call: impl Into<String>) {
        self.notes.lock().unwrap().push((id, call.into()));
    }
    pub(super) fn take(&self) -> Vec<(TaskId, String)> {
        std::mem::take(&mut self.notes.lock().unwrap())
    }
}

#[derive(Clone)]
pub(super) struct FakeRecord {
    pub(super) offset: i64,
    pub(super) timestamp: i64,
    pub(super) value: String,
}
#[derive(Clone, Default)]
pub(super) struct FakeBatch(pub(super) Vec<FakeRecord>);
impl Batch for FakeBatch {
    fn len(&self) -> usize {
        self.0.len()
    }
    fn get(&self, index: usize) -> Raw<'_> {
        let record = &self.0[index];
        Raw { offset: record.offset, timestamp: record.timestamp, key: None, value: Some(record.value.as_bytes()) }
    }
    fn headers(&self, _index: usize) -> Headers {
        Headers::default()
    }
    fn bytes(&self) -> usize {
        self.0.len() * RECORD_BYTES
    }
}

#[derive(Default)]
struct Source {
    queue: VecDeque<FakeRecord>,
    at_end: bool,
    held: bool,
    position: Option<i64>,
    committed: Option<i64>,
}

pub(super) struct Fake {
    id: TaskId,
    calls: Arc<Calls>,
    deployment: Arc<Deployment>,
    backend: Arc<dyn Backend>,
    sources: BTreeMap<TopicId, Source>,
    stored: Vec<(Arc<str>, i64)>,
    /// Generation 0 stands for a disk, written at time 0.
    written_at: Option<i64>,
    /// Values written since the last commit; a row is as large as its value says.
    open: Vec<String>,
    /// Bytes of each generation that no checkpoint holds.
    committed: BTreeMap<u64, usize>,
    dirty: bool,
    dirty_since: Option<i64>,
    records: u64,
    timer: Option<i64>,
    commit_requested: bool,
    skipped: Vec<Skipped>,
    idle_ms: i64,
    waits_since: Option<i64>,
    /// Offset in its changelog that its committed rows stand at (counted in strict mode only).
    holds: i64,
}

fn failure(kind: TaskErrorKind, id: TaskId, value: &str) -> TaskError {
    TaskError { kind, text: format!("task {id} failed on {value}") }
}
fn row_bytes(value: &str) -> usize {
    value.strip_prefix("big:").map_or(RECORD_BYTES, |bytes| bytes.parse().unwrap())
}

impl Fake {
    fn topic(&self, name: &str) -> TopicId {
        self.deployment.topic_named(name).unwrap()
    }
    fn name(&self, topic: TopicId) -> &str {
        &self.deployment.topic(topic).name
    }
    fn produce(&self, outbox: &mut Outbox, topic: TopicId, value: &str) {
        let (partition, value) = (Some(self.id.partition), Some(value.as_bytes()));
        outbox.push(Outgoing { topic, name: None, partition, timestamp: 0, key: None, value, headers: &Headers::default() });
    }
    fn own_changelog(&self) -> Option<TopicId> {
        self.deployment.of(self.id).changelogs.iter().find(|c| !c.is_source).map(|c| c.topic)
    }
    /// The source whose head has the smallest timestamp; ties go to the smaller topic id.
    fn next_source(&self) -> Option<TopicId> {
        let heads = self.sources.iter().filter_map(|(topic, source)| Some((source.queue.front()?.timestamp, *topic)));
        heads.min().map(|(_, topic)| topic)
    }
    fn take(&mut self) -> (TopicId, FakeRecord) {
        let topic = self.next_source().unwrap();
        let source = self.sources.get_mut(&topic).unwrap();
        let record = source.queue.pop_front().unwrap();
        source.position = Some(record.offset + 1);
        (topic, record)
    }
    fn check(&self, position: i64) {
        assert!(!self.calls.strict || position <= self.holds, "{}: position {position} is ahead of what it holds: {}", self.id, self.holds);
    }
    fn text(&self, positions: &[(TopicId, i64)]) -> String {
        positions.iter().map(|(topic, at)| format!(" {}={at}", self.name(*topic))).collect()
    }
}

impl Runs for Fake {
    type Blueprint = Calls;
    fn build(calls: &Arc<Calls>, d: &Arc<Deployment>, id: TaskId, settings: &Settings, state: OpenedState) -> Result<Self, TaskError> {
        let sources = d.partitions_of(id).map(|(topic, _)| (topic, Source::default())).collect();
        let written_at = state.parked.as_ref().filter(|parked| parked.generation == 0).map(|_| 0);
        let stored = state.parked.map(|parked| parked.positions).unwrap_or_default();
        let stored_at = stored.first().map_or(0, |(_, at)| *at);
        Ok(Fake {
            id,
            calls: calls.clone(),
            deployment: d.clone(),
            backend: state.backend,
            sources,
            stored,
            written_at,
            open: vec![],
            committed: BTreeMap::new(),
            dirty: false,
            dirty_since: None,
            records: 0,
            timer: None,
            commit_requested: false,
            skipped: vec![],
            idle_ms: settings.max_task_idle_ms,
            waits_since: None,
            holds: stored_at,
        })
    }
    fn start(&mut self, _now: Now, _outbox: &mut Outbox) -> Result<(), TaskError> {
        self.calls.note(self.id, if self.calls.strict { format!("start {}", self.holds) } else { "start".to_owned() });
        Ok(())
    }
    fn enqueue(&mut self, topic: TopicId, batch: Box<dyn Batch>) {
        let source = self.sources.get_mut(&topic).unwrap();
        source.at_end = false;
        for index in 0..batch.len() {
            let raw = batch.get(index);
            let value = String::from_utf8(raw.value.unwrap().to_vec()).unwrap();
            source.queue.push_back(FakeRecord { offset: raw.offset, timestamp: raw.timestamp, value });
        }
    }
    fn end_of_partition(&mut self, topic: TopicId, _offset: i64) {
        self.sources.get_mut(&topic).unwrap().at_end = true;
    }
    fn hold(&mut self, topic: TopicId, held: bool) {
        self.sources.get_mut(&topic).unwrap().held = held;
    }
    fn queued_bytes(&self, topic: TopicId) -> usize {
        self.sources[&topic].queue.len() * RECORD_BYTES
    }
    fn head(&mut self, now: Now, _outbox: &mut Outbox) -> Result<Head, TaskError> {
        let Some(topic) = self.next_source() else { return Ok(Head::Empty) };
        let waits = self.idle_ms >= 0 && self.sources.values().any(|source| source.queue.is_empty() && (source.held || !source.at_end));
        if waits {
            let until = if self.idle_ms == 0 { i64::MAX } else { *self.waits_since.get_or_insert(now.monotonic) + self.idle_ms };
            if now.monotonic < until {
                return Ok(Head::Waiting(until));
            }
        }
        Ok(Head::Ready(self.sources[&topic].queue[0].timestamp))
    }
    fn process(&mut self, now: Now, outbox: &mut Outbox) -> Result<(), TaskError> {
        let (topic, record) = self.take();
        let value = record.value.as_str();
        self.calls.note(self.id, format!("process {}@{} {value}", record.offset, record.timestamp));
        let clean = !self.dirty;
        self.dirty = true;
        self.dirty_since.get_or_insert(now.monotonic);
        self.records += 1;
        match value.split(':').next().unwrap() {
            "fail" | "corrupt" => {
                self.dirty = !clean;
                let kind = if value == "fail" { TaskErrorKind::BadRecord } else { TaskErrorKind::Store };
                return Err(failure(kind, self.id, value));
            }
            "skip" => {
                let topic = self.deployment.topic(topic).name.clone();
                let (partition, offset, dead_letter) = (self.id.partition, record.offset, None);
                self.skipped.push(Skipped { topic, partition, offset, operator: "map".into(), reason: "no".into(), dead_letter });
            }
            "commit" => self.commit_requested = true,
            "timer" => self.timer = Some(value.split_once(':').unwrap().1.parse().unwrap()),
            "out" => self.produce(outbox, self.topic("out"), value),
            _ if self.own_changelog().is_some() => {
                if self.calls.strict {
                    self.produce(outbox, self.topic("out"), value);
                }
                self.open.push(record.value);
            }
            _ => {}
        }
        Ok(())
    }
    fn punctuate(&mut self, now: Now, outbox: &mut Outbox) -> Result<(), TaskError> {
        self.calls.note(self.id, format!("punctuate {}", now.wall));
        self.timer = None;
        self.dirty = true;
        self.produce(outbox, self.topic("out"), "tick");
        Ok(())
    }
    fn unwritable(&mut self, topic: &Arc<str>, reason: &Arc<str>, until: i64) {
        self.calls.note(self.id, format!("{topic} is unwritable until {until}: {reason}"));
    }
    fn next_timer(&self) -> Option<i64> {
        self.timer
    }
    fn take_commit_request(&mut self) -> bool {
        std::mem::take(&mut self.commit_requested)
    }
    fn take_dropped(&mut self) -> Dropped {
        Dropped::default()
    }
    fn take_skipped(&mut self) -> Vec<Skipped> {
        std::mem::take(&mut self.skipped)
    }
    fn dirty(&self) -> bool {
        self.dirty
    }
    fn records_since_commit(&self) -> u64 {
        self.records
    }
    fn position(&self, topic: TopicId) -> Option<i64> {
        self.sources[&topic].position
    }
    fn prepare_commit(&mut self, _now: Now, outbox: &mut Outbox) -> Result<(), TaskError> {
        if self.open.iter().any(|value| value == "unwritable") {
            return Err(failure(TaskErrorKind::Store, self.id, "unwritable"));
        }
        let Some(changelog) = self.own_changelog() else { return Ok(()) };
        self.open.iter().for_each(|value| self.produce(outbox, changelog, value));
        Ok(())
    }
    fn committed(&mut self, generation: u64) {
        self.calls.note(self.id, format!("committed {generation}"));
        self.holds += self.open.len() as i64;
        let bytes: usize = self.open.drain(..).map(|value| row_bytes(&value)).sum();
        if bytes > 0 {
            self.committed.insert(generation, bytes);
        }
        (self.dirty, self.dirty_since, self.records) = (false, None, 0);
    }
    fn rewind(&mut self) -> Result<(), TaskError> {
        self.calls.note(self.id, "rewind");
        self.open.clear();
        (self.dirty, self.dirty_since, self.records, self.timer) = (false, None, 0, None);
        for source in self.sources.values_mut() {
            source.queue.clear();
            source.position = source.committed;
        }
        Ok(())
    }
    fn set_committed_offset(&mut self, topic: TopicId, offset: Option<i64>) {
        let source = self.sources.get_mut(&topic).unwrap();
        (source.committed, source.position) = (offset, offset);
    }
    fn checkpoint(&mut self, generation: u64, _now: Now, positions: &[(TopicId, i64)]) -> Checkpoint {
        self.calls.note(self.id, format!("checkpoint {generation}{}", self.text(positions)));
        positions.iter().for_each(|(_, at)| self.check(*at));
        Checkpoint::default()
    }
    fn checkpointed(&mut self, generation: u64, _snapshot: Arc<dyn Snapshot>) -> Result<(), TaskError> {
        self.committed.retain(|g, _| *g > generation);
        Ok(())
    }
    fn backend(&self) -> Option<Arc<dyn Backend>> {
        Some(self.backend.clone())
    }
    fn open_bytes(&self) -> usize {
        self.open.iter().map(|value| row_bytes(value)).sum()
    }
    fn committed_bytes(&self) -> usize {
        self.committed.values().sum()
    }
    fn restore_positions(&self) -> Vec<(TopicId, Option<i64>)> {
        let stored = |topic: TopicId| self.stored.iter().find(|(name, _)| **name == *self.name(topic)).map(|(_, at)| *at);
        self.deployment.of(self.id).changelogs.iter().map(|c| (c.topic, stored(c.topic))).collect()
    }
    fn written_at(&self, _: TopicId) -> Option<i64> {
        self.written_at
    }
    fn rebuild(&mut self) {
        self.calls.note(self.id, "rebuild");
    }
    fn restore(&mut self, topic: TopicId, batch: &dyn Batch, _: Now, generation: u64) -> Result<(), TaskError> {
        self.calls.note(self.id, format!("restore {} of {} into {generation}", batch.len(), self.name(topic)));
        let read_to = batch.len().checked_sub(1).map_or(0, |last| batch.get(last).offset + 1);
        self.holds = self.holds.max(read_to);
        *self.committed.entry(generation).or_default() += batch.bytes();
        Ok(())
    }
    fn source_view(&self, topic: TopicId) -> SourceView {
        let source = &self.sources[&topic];
        let queued = source.queue.len();
        SourceView {
            topic,
            position: source.position,
            committed: source.committed,
            queued,
            queued_bytes: queued * RECORD_BYTES,
            held: source.held,
            at_end: source.at_end,
            end: None,
        }
    }
    fn work(&self) -> Work {
        Work { processed: self.records, stream_time: 0, nodes: vec![] }
    }
    fn dirty_since(&self) -> Option<i64> {
        self.dirty_since
    }
    /// One row, which says how much is committed.
    fn page(&self, store: &str, wanted: &Wanted, _: &PageLimits) -> Option<Result<Page, String>> {
        let Wanted::Row(key) = wanted else { return Some(Err("scans are not faked".into())) };
        let row = StoredRow { key: key.clone(), value: self.committed_bytes().to_string().into_bytes(), time: 0 };
        (store == "s").then(|| Ok(Page { rows: vec![row], next: None }))
    }
    fn park(self, generation: u64, positions: Vec<(Arc<str>, i64)>) -> ParkedTask {
        positions.iter().for_each(|(_, at)| self.check(*at));
        ParkedTask { backend: self.backend, stores: vec![], positions, generation, afresh: false }
    }
}
