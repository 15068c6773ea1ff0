//! Sizes of the time windows in keys. The bytes of such a key leave its window's end out, as Kafka Streams' do, so whoever reads it back, from a store or
//! from a topic between two sub-topologies, must know the size: it comes down from the topics and aggregations that say it.
use super::{Node, NodeId, NodeKind, Plan, StoreKind};
use std::time::Duration;

/// Behind them user code says the keys: of a key that it makes nobody knows the size.
const SAY_KEYS: [&str; 10] = [
    "select_key",
    "select_key_in_place",
    "map",
    "flat_map",
    "group_by",
    "group_into",
    "repartition",
    "repartition_for",
    "output",
    "process",
];

impl Plan {
    /// Says of each node and store how long the windows in its keys are.
    pub(super) fn size_windows(&mut self) {
        for id in self.ids() {
            let window = self.window_behind(id);
            self.nodes[id.index()].window = window;
            self.size_stores(id);
        }
    }
    fn size_stores(&mut self, id: NodeId) {
        let (keys, window) = match self.node(id) {
            node if node.operator == "process" => (self.keys_before(node), self.window_before(node)),
            node => (node.types.map(|(keys, _)| keys), node.window),
        };
        let Some(keys) = keys else { return };
        for store in self.node(id).stores.clone() {
            let store = &mut self.stores[store.0 as usize];
            if store.types.0.contains(keys) {
                store.window = store.window.or(window);
            }
        }
    }
    fn window_behind(&self, id: NodeId) -> Option<Duration> {
        let node = self.node(id);
        let says_keys = !matches!(node.kind, NodeKind::Source(_)) && SAY_KEYS.contains(&node.operator);
        let inherited = || if says_keys { None } else { self.window_before(node) };
        node.window.or_else(|| self.windows_kept(node)).or_else(inherited)
    }
    /// Of a windowed aggregation.
    fn windows_kept(&self, node: &Node) -> Option<Duration> {
        let size = |kind| if let StoreKind::Window { size, .. } = kind { Some(size) } else { None };
        let kept = node.stores.iter().map(|store| self.store(*store));
        kept.filter(|store| node.types.is_some_and(|(keys, _)| keys == store.types.0)).find_map(|store| size(store.kind))
    }
    /// Of what feeds a node with keys of its own type.
    fn window_before(&self, node: &Node) -> Option<Duration> {
        self.before(node).filter(|before| same_keys(before, node)).find_map(|before| before.window)
    }
    fn keys_before(&self, node: &Node) -> Option<&'static str> {
        self.before(node).find_map(|before| before.types).map(|(keys, _)| keys)
    }
    /// Its inputs; of the second half of an internal topic the first, then the node whose place the topic has.
    fn before<'a>(&'a self, node: &'a Node) -> impl Iterator<Item = &'a Node> {
        let topics = if let NodeKind::Source(topics) = &node.kind { &**topics } else { &[] };
        let writes = |node: &Node| matches!(&node.kind, NodeKind::Sink(topic) if topics.contains(topic));
        let sinks = self.nodes.iter().filter(move |other| writes(other));
        let places = topics.iter().filter_map(|topic| self.topic(*topic).follows).map(|id| self.node(id));
        node.inputs.iter().map(|id| self.node(*id)).chain(sinks.filter(|_| !topics.is_empty())).chain(places)
    }
}
fn same_keys(one: &Node, other: &Node) -> bool {
    one.types.zip(other.types).is_none_or(|((one, _), (other, _))| one == other)
}
