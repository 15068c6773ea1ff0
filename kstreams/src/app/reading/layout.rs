//! A store as it is asked for: its tasks, which of them has a key, and how keys are written in it.
use super::QueryError;
use crate::{
    Key, StoreOf,
    plan::{Deployment, Plan, StoreKind, TaskId},
};
use std::{sync::Arc, time::Duration};

/// Where and how a store keeps its rows.
pub(super) struct Layout {
    pub(super) name: Arc<str>,
    pub(super) kind: StoreKind,
    /// Size of the time windows in its keys, where that is known.
    window: Option<Duration>,
    sub_topology: u32,
    /// Partitions that keys are spread over.
    partitions: u32,
    /// Tasks that keep a part of the store.
    tasks: u32,
}
impl Layout {
    pub(super) fn find(plan: &Plan, deployment: &Deployment, store: &str) -> Result<Layout, QueryError> {
        let none = || QueryError::NoStore(store.to_owned());
        let index = plan.store_named(store).ok_or_else(none)?;
        let sub_topology = plan.keeper_of(index).ok_or_else(none)?;
        let tasks = deployment.sub_topologies.get(sub_topology as usize).map_or(0, |sub| sub.tasks);
        // The plan's topics come first among the deployed ones.
        let counts = plan.placing(index).into_iter().filter_map(|t| deployment.topics.get(t.0 as usize)).map(|t| t.partitions);
        let partitions = counts.max().unwrap_or(tasks).clamp(1, tasks.max(1));
        Ok(Layout {
            name: store.into(),
            kind: plan.store(index).kind,
            window: plan.store(index).window,
            sub_topology,
            partitions,
            tasks: tasks.min(partitions),
        })
    }
    /// Every task that keeps a part of it.
    pub(super) fn tasks(&self) -> impl Iterator<Item = TaskId> + use<> {
        let sub_topology = self.sub_topology;
        (0..self.tasks).map(move |partition| TaskId { sub_topology, partition })
    }
    /// The task that has a key.
    pub(super) fn task_of<K: Key, S, V>(&self, store: &StoreOf<S, V>, key: &K) -> Result<TaskId, QueryError> {
        let mut bytes = vec![];
        key.placed_by(&mut bytes).map_err(|e| unwritable(&*e))?;
        Ok(TaskId { sub_topology: self.sub_topology, partition: store.partition_of(&bytes, self.partitions) })
    }
    pub(super) fn encode<K: Key>(&self, key: &K) -> Result<Vec<u8>, QueryError> {
        let mut bytes = vec![];
        match self.kind {
            StoreKind::Window { .. } => key.encode_stored(&mut bytes),
            StoreKind::KeyValue | StoreKind::Session { .. } | StoreKind::Versioned { .. } => key.encode(&mut bytes),
        }
        .map_err(|e| unwritable(&*e))?;
        Ok(bytes)
    }
    pub(super) fn decode<K: Key>(&self, bytes: &[u8]) -> Result<K, QueryError> {
        let key = match self.kind {
            StoreKind::Window { size, .. } => K::decode_stored(bytes, size),
            StoreKind::KeyValue | StoreKind::Session { .. } | StoreKind::Versioned { .. } => K::decode(Some(bytes)),
        };
        let sized = |key: K| if let Some(window) = self.window { key.sized(window) } else { key };
        key.map(sized).map_err(|e| QueryError::Bytes(format!("a key of store `{}` cannot be read: {e}", self.name)))
    }
}
fn unwritable(error: &dyn std::fmt::Display) -> QueryError {
    QueryError::Bytes(format!("the key cannot be encoded: {error}"))
}
