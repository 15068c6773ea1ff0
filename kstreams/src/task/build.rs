//! Building a task, and building it afresh after an abort.
use super::{Task, TaskError, TaskErrorKind, fault, queue::Queue};
use crate::{
    op::{Assembly, Clocks, Scope},
    plan::{Deployment, TaskId},
    state::{Globals, Log, OpenStores, marks_of, written_at_mark},
    topology::Blueprint,
    worker::{OpenedState, Settings},
};
use kstreams_store::{Backend, Kept, PartlyInMemory};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

impl Task {
    /// Builds the operators over the state that the shell opened. Nothing runs before [`Task::start`].
    pub(crate) fn build(
        blueprint: &Arc<Blueprint>,
        deployment: &Arc<Deployment>,
        id: TaskId,
        settings: &Settings,
        state: OpenedState,
    ) -> Result<Task, TaskError> {
        let (backend, left_over) = match &state.parked {
            Some(_) => (state.backend, false),
            None => partly_in_memory(blueprint, deployment, id, state.backend).map_err(|e| fault::store_error(id, &e))?,
        };
        let snapshot = backend.snapshot().map_err(|e| fault::store_error(id, &e))?;
        let written_at = if state.parked.is_some() { BTreeMap::new() } else { written_at(deployment, id, &*snapshot) };
        let (parked, parked_positions, generation, afresh) = match state.parked {
            Some(parked) => (parked.stores, Some(parked.positions), parked.generation, parked.afresh),
            None => (vec![], left_over.then(Vec::new), 0, left_over),
        };
        let positions = positions(deployment, id, parked_positions, &*snapshot);
        let stores = OpenStores::new(snapshot, settings.hash_seed, parked, logs(deployment, id, settings.max_record_bytes));
        let mut task = Task {
            id,
            blueprint: blueprint.clone(),
            deployment: deployment.clone(),
            backend,
            stores,
            globals: Globals::new(&deployment.globals),
            queues: vec![],
            scope: Scope::new(settings.max_record_bytes),
            before_commit: vec![],
            processors: vec![],
            clocks: Clocks::default(),
            policy: settings.bad_records.clone(),
            max_idle_ms: settings.max_task_idle_ms,
            max_future_ms: settings.max_future_ms,
            skipped: vec![],
            taken: 0,
            taken_before: 0,
            touched: None,
            started: false,
            positions,
            generation,
            written_at,
            afresh,
        };
        task.scope.counts = vec![0; blueprint.plan().nodes.len()];
        task.assemble()?;
        task.read_anew();
        if afresh {
            task.forget_database();
        }
        Ok(task)
    }
    /// Stores whose rows are not to be used are read back from the beginning.
    fn read_anew(&mut self) {
        let changelogs = &self.deployment.of(self.id).changelogs;
        let anew = changelogs.iter().filter(|changelog| self.stores.anew.contains(&changelog.store));
        self.positions.extend(anew.map(|changelog| (changelog.topic, None)));
    }
    /// Builds the operators over the stores that are open; the old ones are gone.
    pub(super) fn assemble(&mut self) -> Result<(), TaskError> {
        let blueprint = self.blueprint.clone();
        let mut assembly = Assembly::new(&blueprint, &self.deployment, self.id, &mut self.stores, &self.globals);
        let plan = blueprint.plan().sub_topologies();
        let nodes = plan.get(self.id.sub_topology as usize).map(|s| s.nodes.clone()).unwrap_or_default();
        let parts: Vec<_> = nodes.iter().filter_map(|n| blueprint.source(*n)).flat_map(|source| source(&mut assembly)).collect();
        let (before_commit, processors, clocks, faults) = (assembly.before_commit, assembly.processors, assembly.clocks, assembly.faults);
        if let Some(fault) = faults.first() {
            return Err(TaskError { kind: TaskErrorKind::BadRecord, text: fault.clone() });
        }
        if let Some(refusal) = self.stores.refused.take() {
            return Err(fault::record_error(format!("task {}: {refusal}", self.id)));
        }
        if let Some(error) = self.stores.error.take() {
            return Err(fault::store_error(self.id, &error));
        }
        self.before_commit = before_commit.into_values().collect();
        self.processors = processors;
        self.clocks.assembled(clocks);
        let partition = self.id.partition;
        let there = |topic: &crate::plan::TopicId| partition < self.deployment.topic(*topic).partitions;
        self.queues = parts
            .into_iter()
            .filter(|(topic, _)| there(topic))
            .map(|(topic, source)| Queue::new(topic, self.deployment.topic(topic).name.clone(), partition, source))
            .collect();
        Ok(())
    }
}
/// The database, over which the stores that are never on disk lie in memory: whoever opens it anew reads them back from their changelogs.
/// And whether such a store was on disk once: if it came back, what lies there would be older than tombstones stay, and nobody would know; so the
/// database begins afresh.
fn partly_in_memory(
    blueprint: &Blueprint,
    deployment: &Deployment,
    id: TaskId,
    disk: Arc<dyn Backend>,
) -> Result<(Arc<dyn Backend>, bool), kstreams_store::Error> {
    let stores = blueprint.plan().stores.iter().filter(|store| store.in_memory).map(|store| store.name.clone());
    let tables: BTreeSet<String> = stores.collect();
    if tables.is_empty() {
        return Ok((disk, false));
    }
    let changelogs = deployment.of(id).changelogs.iter().filter(|changelog| tables.contains(&*changelog.store));
    let topics: BTreeSet<String> = changelogs.map(|changelog| deployment.topic(changelog.topic).name.to_string()).collect();
    let written = disk.snapshot()?;
    let left_over = topics.iter().any(|topic| written.position(topic, id.partition as i32).is_some());
    let marks = tables.iter().flat_map(|store| marks_of(store)).collect();
    Ok((Arc::new(PartlyInMemory::new(disk, Kept { tables, topics, marks })), left_over))
}
/// When what each changelog restores was last written, wall time. A store by itself: the database may hold some that were another sub-topology's
/// when the others were written last, because an edit of the topology gave it another number.
fn written_at(deployment: &Deployment, id: TaskId, snapshot: &dyn kstreams_store::Snapshot) -> BTreeMap<crate::plan::TopicId, i64> {
    let of = |store: &str| snapshot.mark(&written_at_mark(store)).and_then(|mark| mark.try_into().ok()).map(i64::from_be_bytes);
    deployment.of(id).changelogs.iter().filter_map(|changelog| Some((changelog.topic, of(&changelog.store)?))).collect()
}
/// Where each changelog stands in the state: in the parked slots, else in the checkpoint. Parked slots may be older than the checkpoint
/// (their task went on elsewhere in this process meanwhile), so theirs is the position that counts.
fn positions(
    deployment: &Deployment,
    id: TaskId,
    parked: Option<Vec<(Arc<str>, i64)>>,
    snapshot: &dyn kstreams_store::Snapshot,
) -> BTreeMap<crate::plan::TopicId, Option<i64>> {
    let position = |topic: crate::plan::TopicId| {
        let name = &deployment.topic(topic).name;
        match &parked {
            Some(parked) => parked.iter().find(|(n, _)| n == name).map(|(_, p)| *p),
            None => snapshot.position(name, id.partition as i32),
        }
    };
    deployment.of(id).changelogs.iter().map(|c| (c.topic, position(c.topic))).collect()
}
fn logs(deployment: &Deployment, id: TaskId, max_record_bytes: usize) -> BTreeMap<Arc<str>, Log> {
    let row_bytes = |topic| deployment.topic(topic).limits.record_bytes.map_or(max_record_bytes, |accepted| accepted.min(max_record_bytes));
    let logged = deployment.of(id).changelogs.iter().filter(|c| !c.is_source);
    logged.map(|c| (c.store.clone(), Log { topic: c.topic, partition: id.partition, row_bytes: row_bytes(c.topic) })).collect()
}
