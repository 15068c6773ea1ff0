//! A Mermaid flowchart: sub-topologies as boxes, topics as cylinders lying between them, stores beside their operators.
use super::{NodeId, NodeKind, Plan, TopicIndex};
use std::fmt::Write;

impl Plan {
    /// The drawing as Mermaid text; GitHub and rustdoc pages with Mermaid show it.
    pub fn mermaid(&self) -> String {
        let mut out = String::from("flowchart TD\n");
        for i in 0..self.topics.len() as u32 {
            let _ = writeln!(out, "  t{i}[({})]", quoted(&self.topic_name(TopicIndex(i))));
        }
        for (i, sub) in self.numbered() {
            let _ = writeln!(out, "  subgraph s{i}[\"sub-topology {i}\"]");
            sub.nodes.iter().for_each(|n| self.draw_node(*n, &mut out));
            for store in &sub.stores {
                let _ = writeln!(out, "    d{}[/{}/]", store.0, quoted(&self.store(*store).name));
            }
            out.push_str("  end\n");
        }
        self.ids().for_each(|n| self.draw_edges(n, &mut out));
        out
    }
    fn draw_node(&self, id: NodeId, out: &mut String) {
        if matches!(self.node(id).kind, NodeKind::Operator) {
            let _ = writeln!(out, "    n{}[{}]", id.0, quoted(&self.node(id).label));
        }
    }
    /// How a node is named by the edges at it: sources and sinks are drawn as their topics.
    fn ends(&self, id: NodeId) -> Vec<String> {
        match &self.node(id).kind {
            NodeKind::Source(topics) => topics.iter().map(|t| format!("t{}", t.0)).collect(),
            NodeKind::Sink(topic) => vec![format!("t{}", topic.0)],
            NodeKind::Operator => vec![format!("n{}", id.0)],
        }
    }
    fn draw_edges(&self, id: NodeId, out: &mut String) {
        for from in self.node(id).inputs.iter().flat_map(|i| self.ends(*i)) {
            for to in self.ends(id) {
                let _ = writeln!(out, "  {from} --> {to}");
            }
        }
        for (topic, end) in self.node(id).globals.iter().flat_map(|topic| self.ends(id).into_iter().map(move |end| (topic, end))) {
            let _ = writeln!(out, "  t{} -.-> {end}", topic.0);
        }
        for store in &self.node(id).stores {
            self.ends(id).iter().for_each(|n| {
                let _ = writeln!(out, "  {n} -.- d{}", store.0);
            });
        }
    }
}
fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('"', "#quot;"))
}
