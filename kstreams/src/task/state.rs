//! The task's state: the commit walk, checkpoints, restore, and the end.
use super::{Batch, Task, TaskError, fault, run::guarded};
use crate::{
    plan::TopicId,
    state::{Logged, Page, PageLimits, TaskStore, Wanted, rows_mark, segments_mark, store_time_mark, written_at_mark},
    task::Outbox,
    worker::{Now, ParkedTask},
};
use kstreams_store::{Anew, Backend, Checkpoint, Snapshot};
use std::sync::Arc;

impl Task {
    fn each_store(&self) -> impl Iterator<Item = &dyn TaskStore> {
        self.stores.walked.values().map(|(_, store)| &**store)
    }
    /// Entries and rows that scans of its stores have looked at.
    #[cfg(test)]
    pub(super) fn looked_at(&self) -> u64 {
        self.each_store().map(TaskStore::looked_at).sum()
    }
    /// Forwards what `emit_on_commit` held back, encodes what changed, puts the changelog records into the outbox. No record may be processed until `committed` or `rewind`.
    pub(crate) fn prepare_commit(&mut self, now: Now, outbox: &mut Outbox) -> Result<(), TaskError> {
        let held = &mut self.before_commit;
        let forwarded = guarded(&mut self.scope, now, outbox, |scope| held.iter_mut().try_for_each(|h| h.before_commit(scope)));
        self.touch(now);
        forwarded.map_err(|(node, stop)| self.stopped(node, &stop, "before a commit"))?;
        let encoded = self.each_store().try_for_each(|store| store.prepare(outbox));
        encoded.map_err(|e| fault::record_error(format!("task {}: {e}", self.id)))
    }
    /// Open slots become committed slots of this generation.
    pub(crate) fn committed(&mut self, generation: u64) {
        self.each_store().for_each(|store| store.commit(generation));
        self.clocks.commit();
        self.generation = generation;
        self.taken_before += std::mem::take(&mut self.taken);
        self.touched = None;
    }
    /// Back to the last commit: open slots are dropped, queues cleared, operators built afresh (their clocks start as after a restart). `start` must follow.
    pub(crate) fn rewind(&mut self) -> Result<(), TaskError> {
        self.each_store().for_each(TaskStore::abort);
        let positions: Vec<_> = self.queues.iter().map(|q| (q.topic, self.committed_offset(q.topic))).collect();
        self.scope = self.scope.afresh();
        (self.taken, self.touched, self.started) = (0, None, false);
        self.assemble()?;
        positions.into_iter().for_each(|(topic, offset)| self.set_committed_offset(topic, offset));
        Ok(())
    }
    /// Rows up to a generation, with positions `(changelog, end offset)`.
    pub(crate) fn checkpoint(&mut self, generation: u64, now: Now, positions: &[(TopicId, i64)]) -> Checkpoint {
        let mut checkpoint = Checkpoint::default();
        for (name, store) in self.stores.walked.values() {
            let (tables, dropped) = store.rows_up_to(generation);
            checkpoint.tables.extend(tables);
            checkpoint.dropped.extend(dropped);
            checkpoint.marks.push((store_time_mark(name), store.store_time().to_be_bytes().to_vec()));
            checkpoint.marks.extend(store.mark().map(|mark| (rows_mark(name), mark)));
            checkpoint.marks.extend(store.segment_interval().map(|ms| (segments_mark(name), ms.to_be_bytes().to_vec())));
            checkpoint.anew.extend(self.anew(name, &**store));
            checkpoint.marks.push((written_at_mark(name), now.wall.to_be_bytes().to_vec()));
        }
        let partition = self.id.partition as i32;
        let named = |(topic, offset): &(TopicId, i64)| ((self.deployment.topic(*topic).name.to_string(), partition), *offset);
        checkpoint.positions = positions.iter().map(named).collect();
        checkpoint.afresh = self.afresh;
        checkpoint
    }
    fn anew(&self, name: &Arc<str>, store: &dyn TaskStore) -> Option<Anew> {
        let changelog = self.deployment.of(self.id).changelogs.iter().find(|changelog| changelog.store == *name && store.is_anew())?;
        Some(Anew { table: name.to_string(), topic: self.deployment.topic(changelog.topic).name.to_string() })
    }
    /// Why what was restored cannot be used.
    pub(super) fn unreadable(&self) -> Option<TaskError> {
        let text = self.each_store().find_map(TaskStore::unreadable)?;
        Some(fault::record_error(format!("task {}: {text}", self.id)))
    }
    /// A changelog is being written once more.
    pub(super) fn is_rewriting(&self) -> bool {
        self.each_store().any(TaskStore::is_rewriting)
    }
    pub(crate) fn checkpointed(&mut self, generation: u64, snapshot: Arc<dyn Snapshot>) -> Result<(), TaskError> {
        self.afresh = false;
        // The database reuses no page that an older view may still read.
        self.stores.snapshot = snapshot.clone();
        let settled = self.each_store().try_for_each(|store| store.settle(generation, &snapshot));
        settled.map_err(|e| fault::store_error(self.id, &e))
    }
    pub(crate) fn backend(&self) -> Option<Arc<dyn Backend>> {
        Some(self.backend.clone())
    }
    pub(crate) fn open_bytes(&self) -> usize {
        self.each_store().map(TaskStore::open_bytes).sum()
    }
    pub(crate) fn committed_bytes(&self) -> usize {
        self.each_store().map(TaskStore::committed_bytes).sum()
    }
    /// Where each changelog is to be read from: the stored (or parked) position, `None` for an empty store. Sources that are their own changelog are among them.
    pub(crate) fn restore_positions(&self) -> Vec<(TopicId, Option<i64>)> {
        self.positions.iter().map(|(topic, position)| (*topic, *position)).collect()
    }
    /// When the checkpoint was written that a changelog's rows were opened from; `None` if they were opened from none.
    pub(crate) fn written_at(&self, changelog: TopicId) -> Option<i64> {
        self.written_at.get(&changelog).copied()
    }
    /// Forgets what the database holds: it is too old for what its changelogs still tell. They are read from their beginning.
    pub(crate) fn rebuild(&mut self) {
        self.afresh = true;
        self.forget_database();
    }
    pub(super) fn forget_database(&self) {
        self.each_store().for_each(TaskStore::forget_database);
    }
    /// Rows of a store as they were at the last commit; `None`: the task has no such store.
    pub(crate) fn page(&self, store: &str, wanted: &Wanted, most: &PageLimits) -> Option<Result<Page, String>> {
        let (_, store) = self.stores.walked.values().find(|(name, _)| **name == *store)?;
        Some(store.page(wanted, most).map_err(|e| e.to_string()))
    }
    /// Puts changelog records into committed slots of `generation`; of a source topic those that are no bad records.
    pub(crate) fn restore(&mut self, topic: TopicId, batch: &dyn Batch, now: Now, generation: u64) -> Result<(), TaskError> {
        let latest = self.latest_time(now);
        let deployment = self.deployment.clone();
        let named = deployment.of(self.id).changelogs.iter().filter(|c| c.topic == topic);
        for changelog in named {
            let Some((_, store)) = self.stores.walked.values().find(|(name, _)| *name == changelog.store) else { continue };
            for (i, record) in (0..batch.len()).map(|i| (i, batch.get(i))) {
                if let Some(key) = record.key {
                    store.restore(
                        &Logged { key, value: record.value, time: record.timestamp, latest, headers: &|| batch.headers(i) },
                        generation,
                    );
                }
            }
        }
        Ok(())
    }
    /// Runs the processors' `stop`, if they were started, and leaves the committed state behind. `positions` as in `checkpoint`, for what is committed now.
    pub(crate) fn park(self, generation: u64, positions: Vec<(Arc<str>, i64)>) -> ParkedTask {
        for processor in self.processors.iter().filter(|_| self.started) {
            let stopped = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| processor.borrow_mut().stop()));
            let error = match stopped {
                Ok(Ok(())) => continue,
                Ok(Err(error)) => error.to_string(),
                Err(panic) => fault::panic_text(&*panic),
            };
            tracing::warn!(task = %self.id, operator = self.label(processor.borrow().node()), error, "a processor failed in its `stop`");
        }
        self.each_store().for_each(TaskStore::abort);
        let stores = self.stores.walked.values().map(|(name, store)| (name.clone(), store.park())).collect();
        ParkedTask { backend: self.backend, stores, positions, generation, afresh: self.afresh }
    }
}
