//! Where a store's rows lie: which sub-topology keeps it, and which topics' partitions its keys are spread over.
use super::{NodeId, NodeKind, Plan, StoreIndex, TopicIndex};
use std::collections::BTreeSet;

impl Plan {
    /// A store by its name.
    pub fn store_named(&self, name: &str) -> Option<StoreIndex> {
        self.stores.iter().position(|s| s.name == name).map(|i| StoreIndex(i as u32))
    }
    /// Index of the sub-topology that keeps a store.
    pub fn keeper_of(&self, store: StoreIndex) -> Option<u32> {
        self.sub_topologies().iter().position(|sub| sub.stores.contains(&store)).map(|i| i as u32)
    }
    /// Source topics above the nodes that open a store: a key's row lies in the partition of its number.
    pub fn placing(&self, store: StoreIndex) -> Vec<TopicIndex> {
        self.sources_above(self.ids().filter(|n| self.node(*n).stores.contains(&store))).into_iter().collect()
    }
    /// Source topics from which records reach these nodes without leaving their sub-topology. Each node is looked at once: ways through stacked
    /// diamonds are too many.
    pub(super) fn sources_above(&self, nodes: impl IntoIterator<Item = NodeId>) -> BTreeSet<TopicIndex> {
        let mut open: Vec<NodeId> = nodes.into_iter().collect();
        let (mut seen, mut topics) = (BTreeSet::new(), BTreeSet::new());
        while let Some(node) = open.pop() {
            if seen.insert(node) {
                open.extend(&self.node(node).inputs);
                if let NodeKind::Source(read) = &self.node(node).kind {
                    topics.extend(read.iter().copied());
                }
            }
        }
        topics
    }
}

#[cfg(test)]
mod tests {
    use crate::prelude::*;

    #[test]
    fn a_store_behind_a_repartition_lies_in_its_partitions() {
        let builder = Topology::builder("placed");
        let words = builder.stream(named::<Space<String, 3>, String>("words"));
        words.repartition::<Space<String, 7>>("by-word", |word| word.clone()).count("counts").to_stream().discard();
        let topology = builder.build(());
        let plan = topology.plan();
        let counts = plan.store_named("counts").unwrap();
        let names: Vec<String> = plan.placing(counts).into_iter().map(|t| plan.topic_name(t)).collect();
        assert_eq!((names, plan.keeper_of(counts)), (vec!["placed-by-word-repartition".to_owned()], Some(1)));
    }
}
