//! What a worker needs of a task: the seam at which the worker is tested without operators.
use super::{Now, OpenedState, ParkedTask, Settings, SourceView, Work};
use crate::{
    op::Dropped,
    plan::{Deployment, TaskId, TopicId},
    state::{GlobalRows, Page, PageLimits, Wanted},
    task::{Batch, Head, Outbox, Skipped, Task, TaskError},
    topology::Blueprint,
};
use kstreams_store::{Backend, Checkpoint, Snapshot};
use std::sync::Arc;

/// A task, as its worker sees it. [`Task`] says what each call means.
pub(crate) trait Runs: Sized {
    /// What a task is built from.
    type Blueprint;
    fn build(
        blueprint: &Arc<Self::Blueprint>,
        deployment: &Arc<Deployment>,
        id: TaskId,
        settings: &Settings,
        state: OpenedState,
    ) -> Result<Self, TaskError>;
    fn start(&mut self, now: Now, outbox: &mut Outbox) -> Result<(), TaskError>;
    fn enqueue(&mut self, topic: TopicId, batch: Box<dyn Batch>);
    fn end_of_partition(&mut self, topic: TopicId, offset: i64);
    fn hold(&mut self, topic: TopicId, held: bool);
    fn queued_bytes(&self, topic: TopicId) -> usize;
    fn head(&mut self, now: Now, outbox: &mut Outbox) -> Result<Head, TaskError>;
    fn process(&mut self, now: Now, outbox: &mut Outbox) -> Result<(), TaskError>;
    fn punctuate(&mut self, now: Now, outbox: &mut Outbox) -> Result<(), TaskError>;
    /// Only tasks with operators have use for it.
    fn set_global(&mut self, topic: TopicId, rows: Arc<dyn GlobalRows>) {
        let _ = (topic, rows);
    }
    fn unwritable(&mut self, topic: &Arc<str>, reason: &Arc<str>, until: i64);
    fn next_timer(&self) -> Option<i64>;
    fn take_commit_request(&mut self) -> bool;
    fn take_skipped(&mut self) -> Vec<Skipped>;
    fn take_dropped(&mut self) -> Dropped;
    fn dirty(&self) -> bool;
    fn records_since_commit(&self) -> u64;
    fn position(&self, topic: TopicId) -> Option<i64>;
    fn prepare_commit(&mut self, now: Now, outbox: &mut Outbox) -> Result<(), TaskError>;
    fn committed(&mut self, generation: u64);
    fn rewind(&mut self) -> Result<(), TaskError>;
    fn set_committed_offset(&mut self, topic: TopicId, offset: Option<i64>);
    /// What it wants to read again with its committed offsets; only tasks with operators have something.
    fn note(&self) -> String {
        String::new()
    }
    /// What was committed with its offsets.
    fn recall(&mut self, notes: &[String]) {
        let _ = notes;
    }
    fn checkpoint(&mut self, generation: u64, now: Now, positions: &[(TopicId, i64)]) -> Checkpoint;
    fn checkpointed(&mut self, generation: u64, snapshot: Arc<dyn Snapshot>) -> Result<(), TaskError>;
    fn backend(&self) -> Option<Arc<dyn Backend>>;
    fn open_bytes(&self) -> usize;
    fn committed_bytes(&self) -> usize;
    fn restore_positions(&self) -> Vec<(TopicId, Option<i64>)>;
    fn written_at(&self, changelog: TopicId) -> Option<i64>;
    fn rebuild(&mut self);
    fn restore(&mut self, topic: TopicId, batch: &dyn Batch, now: Now, generation: u64) -> Result<(), TaskError>;
    fn dirty_since(&self) -> Option<i64>;
    fn source_view(&self, topic: TopicId) -> SourceView;
    fn work(&self) -> Work;
    fn page(&self, store: &str, wanted: &Wanted, most: &PageLimits) -> Option<Result<Page, String>>;
    fn park(self, generation: u64, positions: Vec<(Arc<str>, i64)>) -> ParkedTask;
}

impl Runs for Task {
    type Blueprint = Blueprint;
    fn build(
        blueprint: &Arc<Blueprint>,
        deployment: &Arc<Deployment>,
        id: TaskId,
        settings: &Settings,
        state: OpenedState,
    ) -> Result<Self, TaskError> {
        Task::build(blueprint, deployment, id, settings, state)
    }
    fn start(&mut self, now: Now, outbox: &mut Outbox) -> Result<(), TaskError> {
        Task::start(self, now, outbox)
    }
    fn enqueue(&mut self, topic: TopicId, batch: Box<dyn Batch>) {
        Task::enqueue(self, topic, batch);
    }
    fn end_of_partition(&mut self, topic: TopicId, offset: i64) {
        Task::end_of_partition(self, topic, offset);
    }
    fn hold(&mut self, topic: TopicId, held: bool) {
        Task::hold(self, topic, held);
    }
    fn queued_bytes(&self, topic: TopicId) -> usize {
        Task::queued_bytes(self, topic)
    }
    fn head(&mut self, now: Now, outbox: &mut Outbox) -> Result<Head, TaskError> {
        Task::head(self, now, outbox)
    }
    fn process(&mut self, now: Now, outbox: &mut Outbox) -> Result<(), TaskError> {
        Task::process(self, now, outbox)
    }
    fn punctuate(&mut self, now: Now, outbox: &mut Outbox) -> Result<(), TaskError> {
        Task::punctuate(self, now, outbox)
    }
    fn set_global(&mut self, topic: TopicId, rows: Arc<dyn GlobalRows>) {
        Task::set_global(self, topic, rows);
    }
    fn unwritable(&mut self, topic: &Arc<str>, reason: &Arc<str>, until: i64) {
        Task::unwritable(self, topic, reason, until);
    }
    fn next_timer(&self) -> Option<i64> {
        Task::next_timer(self)
    }
    fn take_commit_request(&mut self) -> bool {
        Task::take_commit_request(self)
    }
    fn take_skipped(&mut self) -> Vec<Skipped> {
        Task::take_skipped(self)
    }
    fn take_dropped(&mut self) -> Dropped {
        Task::take_dropped(self)
    }
    fn dirty(&self) -> bool {
        Task::dirty(self)
    }
    fn records_since_commit(&self) -> u64 {
        Task::records_since_commit(self)
    }
    fn position(&self, topic: TopicId) -> Option<i64> {
        Task::position(self, topic)
    }
    fn prepare_commit(&mut self, now: Now, outbox: &mut Outbox) -> Result<(), TaskError> {
        Task::prepare_commit(self, now, outbox)
    }
    fn committed(&mut self, generation: u64) {
        Task::committed(self, generation);
    }
    fn rewind(&mut self) -> Result<(), TaskError> {
        Task::rewind(self)
    }
    fn set_committed_offset(&mut self, topic: TopicId, offset: Option<i64>) {
        Task::set_committed_offset(self, topic, offset);
    }
    fn note(&self) -> String {
        Task::note(self)
    }
    fn recall(&mut self, notes: &[String]) {
        Task::recall(self, notes);
    }
    fn checkpoint(&mut self, generation: u64, now: Now, positions: &[(TopicId, i64)]) -> Checkpoint {
        Task::checkpoint(self, generation, now, positions)
    }
    fn checkpointed(&mut self, generation: u64, snapshot: Arc<dyn Snapshot>) -> Result<(), TaskError> {
        Task::checkpointed(self, generation, snapshot)
    }
    fn backend(&self) -> Option<Arc<dyn Backend>> {
        Task::backend(self)
    }
    fn open_bytes(&self) -> usize {
        Task::open_bytes(self)
    }
    fn committed_bytes(&self) -> usize {
        Task::committed_bytes(self)
    }
    fn restore_positions(&self) -> Vec<(TopicId, Option<i64>)> {
        Task::restore_positions(self)
    }
    fn written_at(&self, changelog: TopicId) -> Option<i64> {
        Task::written_at(self, changelog)
    }
    fn rebuild(&mut self) {
        Task::rebuild(self);
    }
    fn restore(&mut self, topic: TopicId, batch: &dyn Batch, now: Now, generation: u64) -> Result<(), TaskError> {
        Task::restore(self, topic, batch, now, generation)
    }
    fn source_view(&self, topic: TopicId) -> SourceView {
        Task::source_view(self, topic)
    }
    fn work(&self) -> Work {
        Task::work(self)
    }
    fn dirty_since(&self) -> Option<i64> {
        Task::dirty_since(self)
    }
    fn page(&self, store: &str, wanted: &Wanted, most: &PageLimits) -> Option<Result<Page, String>> {
        Task::page(self, store, wanted, most)
    }
    fn park(self, generation: u64, positions: Vec<(Arc<str>, i64)>) -> ParkedTask {
        Task::park(self, generation, positions)
    }
}
