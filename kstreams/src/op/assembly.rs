//! Building the operators of one task from the factories of a topology: from the sources downwards, each shared node once.
use super::{
    Between, FanOut, FanOutChange, Flow, Next, NextChange, Nowhere, Outlet, Row, Scope, Shared, TableOutlet, Target, View,
    clocks::{SharedClock, Shown, number_of},
    process::RunningProcessor,
};
use crate::{
    Key, Keyed, Record,
    partition::Partitioner,
    plan::{Deployment, NodeId, StoreIndex, TaskId, TopicId, TopicIndex},
    state::{Global, Globals, OpenStores, Stored, Versions},
    topology::Blueprint,
};
use std::{
    any::Any,
    cell::{Cell, RefCell},
    collections::BTreeMap,
    rc::Rc,
};

/// Runs before a commit: forwards what `emit_on_commit` held back.
pub(crate) trait BeforeCommit {
    fn before_commit(&mut self, scope: &mut Scope) -> Flow;
}

/// A task under construction.
pub(crate) struct Assembly<'a> {
    pub(crate) blueprint: &'a Blueprint,
    pub(crate) deployment: &'a Deployment,
    pub(crate) task: TaskId,
    pub(crate) stores: &'a mut OpenStores,
    globals: &'a Globals,
    shared: BTreeMap<NodeId, Box<dyn Any>>,
    /// In the order of their nodes, so that what one forwards is held back by the next.
    pub(crate) before_commit: BTreeMap<NodeId, Box<dyn BeforeCommit>>,
    pub(crate) processors: Vec<Rc<RefCell<dyn RunningProcessor>>>,
    /// Clocks that are committed with the offsets.
    pub(crate) clocks: BTreeMap<u32, SharedClock>,
    /// A store was opened with other types than it was declared with: cannot happen through the typed surface.
    pub(crate) faults: Vec<String>,
}
impl<'a> Assembly<'a> {
    pub(crate) fn new(
        blueprint: &'a Blueprint,
        deployment: &'a Deployment,
        task: TaskId,
        stores: &'a mut OpenStores,
        globals: &'a Globals,
    ) -> Self {
        let shared = BTreeMap::new();
        Assembly {
            blueprint,
            deployment,
            task,
            stores,
            globals,
            shared,
            before_commit: BTreeMap::new(),
            processors: vec![],
            clocks: BTreeMap::new(),
            faults: vec![],
        }
    }
    /// What reads a stream node.
    pub(crate) fn next<K: Clone + 'static, V: 'static>(&mut self, node: NodeId) -> Next<K, V> {
        let Some(outlet) = self.blueprint.outlet::<Outlet<K, V>>(node) else { return self.fault(node) };
        let mut readers: Vec<Next<K, V>> = outlet.readers.iter().map(|make| make(self)).collect();
        match (readers.len(), outlet.copy) {
            (0, _) => Box::new(Nowhere),
            (1, _) => readers.remove(0),
            (_, Some(copy)) => Box::new(FanOut { readers, copy }),
            (_, None) => self.fault(node),
        }
    }
    /// What reads a table node.
    pub(crate) fn next_change<K: 'static, V: 'static>(&mut self, node: NodeId) -> NextChange<K, V> {
        let Some(outlet) = self.blueprint.outlet::<TableOutlet<K, V>>(node) else { return self.fault(node) };
        let mut readers: Vec<NextChange<K, V>> = outlet.readers.iter().map(|make| make(self)).collect();
        match readers.len() {
            0 => Box::new(Nowhere),
            1 => readers.remove(0),
            _ => Box::new(FanOutChange(readers)),
        }
    }
    pub(crate) fn fault(&mut self, node: NodeId) -> Box<Nowhere> {
        self.faults.push(format!("node {} was built with other types than it was recorded with", self.blueprint.plan().node(node).label));
        Box::new(Nowhere)
    }
    /// How a table is looked up.
    pub(crate) fn view<K: 'static, V: 'static>(&mut self, node: NodeId) -> Box<dyn View<K, V>> {
        match self.blueprint.outlet::<TableOutlet<K, V>>(node) {
            Some(outlet) => (outlet.view.clone())(self),
            None => self.fault(node),
        }
    }
    /// A node with several inputs: built by the first of them that asks.
    pub(crate) fn once<T: Clone + 'static>(&mut self, node: NodeId, make: impl FnOnce(&mut Self) -> T) -> T {
        if let Some(known) = self.shared.get(&node).and_then(|s| s.downcast_ref::<T>()) {
            return known.clone();
        }
        let made = make(self);
        self.shared.insert(node, Box::new(made.clone()));
        made
    }
    /// What reads a stream node that several inputs feed.
    pub(crate) fn next_shared<K: Clone + 'static, V: 'static>(&mut self, node: NodeId) -> Shared<Next<K, V>> {
        self.once(node, |a| Shared(Rc::new(RefCell::new(a.next(node)))))
    }
    /// What reads a table node that several inputs feed.
    pub(crate) fn next_change_shared<K: 'static, V: 'static>(&mut self, node: NodeId) -> Shared<NextChange<K, V>> {
        self.once(node, |a| Shared(Rc::new(RefCell::new(a.next_change(node)))))
    }
    /// Opens a store of this task.
    pub(crate) fn store<K: Key, V: Record>(&mut self, index: StoreIndex) -> Rc<RefCell<Stored<K, V>>> {
        let blueprint = self.blueprint;
        self.stores.open(index, blueprint.plan().store(index))
    }
    /// Opens a versioned store of this task.
    pub(crate) fn versions<K: Key, V: Record>(&mut self, index: StoreIndex) -> Rc<RefCell<Versions<K, V>>> {
        let blueprint = self.blueprint;
        self.stores.open_versions(index, blueprint.plan().store(index))
    }
    /// The clock of the operator that keeps this store, which a restart does not forget.
    pub(crate) fn clock(&mut self, store: StoreIndex) -> SharedClock {
        let name = number_of(&self.blueprint.plan().store(store).name);
        self.clocks.entry(name).or_insert_with(|| Rc::new(Cell::new(Shown::Never))).clone()
    }
    /// A global table, as this task sees it.
    pub(crate) fn global<K: Key, V: Record>(&self, topic: TopicIndex) -> Global<K, V> {
        self.globals.open(self.topic_id(topic))
    }
    /// Whether a table node was asked for old values.
    pub(crate) fn sends_old(&self, node: NodeId) -> bool {
        self.blueprint.plan().node(node).sends_old
    }
    /// This task's partition and how many tasks its sub-topology has, if a window of the topology asks for marks of upstream tasks.
    pub(crate) fn upstream_marks(&self) -> Option<(u32, u32)> {
        let of = self.deployment.of(self.task).tasks;
        self.blueprint.plan().upstream_marks.then_some((self.task.partition, of))
    }
    /// The deployed topic of a plan's one.
    pub(crate) fn topic_id(&self, topic: TopicIndex) -> TopicId {
        self.blueprint.topic_id(topic)
    }
    /// A topic of the plan as it is deployed.
    pub(crate) fn target<S: Keyed>(&self, topic: TopicIndex) -> Target {
        let id = self.blueprint.topic_id(topic);
        let deployed = self.deployment.topic(id);
        Target {
            topic: id,
            name: deployed.name.clone(),
            partitions: deployed.partitions.max(1),
            limits: deployed.limits,
            partition_of: S::Partitioner::partition,
        }
    }
}
impl<K, V> View<K, V> for Nowhere {
    fn get(&mut self, _: &K, _: &mut Scope) -> Result<Row<V>, Box<super::Failure>> {
        Ok(None)
    }
    fn keys(&mut self, _: Between<'_, K>) -> Result<Vec<K>, Box<super::Failure>> {
        Ok(vec![])
    }
}
