//! Topologies: the plan as data, and what tasks are built from.
use crate::{
    op::SourceFactory,
    plan::{NodeId, Plan, TopicId, TopicIndex, recorder::Recording},
};
use std::{any::Any, collections::BTreeMap, sync::Arc};

/// What tasks are built from: the plan and the factories of its operators. `Send` and `Sync`: every worker builds its own tasks.
pub struct Blueprint {
    plan: Plan,
    outlets: Vec<Box<dyn Any + Send + Sync>>,
    sources: BTreeMap<NodeId, SourceFactory>,
}
impl Blueprint {
    /// The plan.
    pub fn plan(&self) -> &Plan {
        &self.plan
    }
    pub(crate) fn outlet<T: 'static>(&self, node: NodeId) -> Option<&T> {
        self.outlets.get(node.index())?.downcast_ref()
    }
    pub(crate) fn source(&self, node: NodeId) -> Option<&SourceFactory> {
        self.sources.get(&node)
    }
    /// The plan's topics come first among the deployed ones, in the same order.
    pub(crate) fn topic_id(&self, topic: TopicIndex) -> TopicId {
        TopicId(topic.0)
    }
}

/// A topology; `Q` are the store handles that its function returns.
pub struct Topology<Q = ()> {
    blueprint: Arc<Blueprint>,
    stores: Q,
}
impl<Q> Topology<Q> {
    pub(crate) fn new(recording: Recording, stores: Q) -> Self {
        let Recording { plan, outlets, sources, .. } = recording;
        Topology { blueprint: Arc::new(Blueprint { plan, outlets, sources }), stores }
    }
    /// The same topology without its handles: such are of one type and go into one list.
    pub fn without_stores(self) -> Topology {
        Topology { blueprint: self.blueprint, stores: () }
    }
    /// The application id: consumer group and prefix of internal names.
    pub fn id(&self) -> &str {
        &self.plan().id
    }
    /// The topology as data.
    pub fn plan(&self) -> &Plan {
        &self.blueprint.plan
    }
    /// The store handles that the topology function returned.
    pub fn stores(&self) -> &Q {
        &self.stores
    }
    /// What tasks are built from.
    pub fn blueprint(&self) -> &Arc<Blueprint> {
        &self.blueprint
    }
    /// What is wrong and no type could say, such as a name used twice through a reusable function. Nothing starts on it.
    pub fn problems(&self) -> &[String] {
        &self.plan().problems
    }
    /// The text of Kafka's `TopologyDescription`; see [`Plan::describe`].
    pub fn describe(&self) -> String {
        self.plan().describe()
    }
    /// The drawing as Mermaid text; see [`Plan::mermaid`].
    pub fn mermaid(&self) -> String {
        self.plan().mermaid()
    }
}
