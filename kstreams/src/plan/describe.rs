//! The text of Kafka's `TopologyDescription`, so that every existing viewer reads our topologies.
use super::{Named, NodeId, NodeKind, Plan, PlannedSubTopology, TopicIndex};
use std::fmt::Write;

impl Plan {
    /// The exact format of `org.apache.kafka.streams.TopologyDescription`; node labels are function names.
    ///
    /// Nodes stand in data order within a sub-topology: Kafka Streams sorts them by the size of what they feed, viewers do not care.
    pub fn describe(&self) -> String {
        let mut out = String::from("Topologies:\n");
        for (i, sub) in self.sub_topologies().iter().enumerate() {
            let _ = writeln!(out, "   Sub-topology: {i}");
            sub.nodes.iter().for_each(|n| self.describe_node(*n, &mut out));
            out.push('\n');
        }
        for (i, topic) in (self.sub_topologies().len()..).zip(&self.globals) {
            let name = self.topic_name(*topic);
            let _ = writeln!(out, "   Sub-topology: {i} for global store (will not generate tasks)");
            let _ = writeln!(out, "    Source: {name}-source (topics: [{name}])\n      --> {name}-global-table");
            let _ = writeln!(out, "    Processor: {name}-global-table (stores: [{name}])\n      --> none\n      <-- {name}-source\n");
        }
        out
    }
    fn describe_node(&self, id: NodeId, out: &mut String) {
        let node = self.node(id);
        let label = &node.label;
        let next = || list(self.outputs(id).map(|n| self.node(n).label.clone()));
        let previous = || list(node.inputs.iter().map(|n| self.node(*n).label.clone()));
        let _ = match &node.kind {
            NodeKind::Source(topics) => {
                let topics = self.describe_topics(topics);
                write!(out, "    Source: {label} (topics: {topics})\n      --> {}\n", next())
            }
            NodeKind::Operator => {
                let stores = node.stores.iter().map(|s| self.store(*s).name.as_str()).collect::<Vec<_>>().join(", ");
                write!(out, "    Processor: {label} (stores: [{stores}])\n      --> {}\n      <-- {}\n", next(), previous())
            }
            NodeKind::Sink(topic) => write!(out, "    Sink: {label} (topic: {})\n      <-- {}\n", self.topic_name(*topic), previous()),
        };
    }
    /// A list of names, or the expression of a pattern.
    fn describe_topics(&self, topics: &[TopicIndex]) -> String {
        let names = topics.iter().map(|t| self.topic_name(*t)).collect::<Vec<_>>().join(", ");
        let is_pattern = topics.iter().any(|t| self.topic(*t).named == Named::Pattern);
        if is_pattern { names } else { format!("[{names}]") }
    }
    /// Sub-topologies with their number, for drawings.
    pub(super) fn numbered(&self) -> impl Iterator<Item = (usize, PlannedSubTopology)> {
        self.sub_topologies().into_iter().enumerate()
    }
}
fn list(labels: impl Iterator<Item = String>) -> String {
    let labels: Vec<String> = labels.collect();
    if labels.is_empty() { "none".into() } else { labels.join(", ") }
}
