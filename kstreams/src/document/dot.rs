//! A Graphviz graph: sub-topologies as clusters, topics between them.
use super::drawing::{Graph, Look, Vertex};
use std::fmt::{Result, Write};

pub(super) fn write(graph: &Graph) -> crate::Result<String> {
    let mut out = String::from("digraph topology {\n  rankdir=TB;\n  node [fontname=\"monospace\", fontsize=11];\n");
    graph.vertices.iter().filter(|v| v.sub_topology.is_none()).try_for_each(|v| vertex(&mut out, v, "  "))?;
    for sub in &graph.sub_topologies {
        writeln!(out, "  subgraph cluster_{} {{\n    label={};\n    style=rounded;", sub.number, quoted(&sub.title))?;
        let inside = graph.vertices.iter().filter(|v| v.sub_topology == Some(sub.number));
        inside.clone().try_for_each(|v| vertex(&mut out, v, "    "))?;
        writeln!(out, "  }}")?;
    }
    graph.edges.iter().try_for_each(|e| writeln!(out, "  {} -> {}{};", e.from, e.to, if e.is_lookup { " [style=dashed]" } else { "" }))?;
    out.push_str("}\n");
    Ok(out)
}
fn vertex(out: &mut String, vertex: &Vertex, indent: &str) -> Result {
    let shape = match vertex.look {
        Look::Topic => "cylinder",
        Look::Internal => "cylinder, style=dashed",
        Look::Operator => "box, style=rounded",
    };
    let lines = [&vertex.name, &vertex.detail].into_iter().filter(|line| !line.is_empty()).chain(&vertex.stores);
    let label = lines.cloned().collect::<Vec<_>>().join("\n");
    writeln!(out, "{indent}{} [label={}, shape={shape}];", vertex.id, quoted(&label))
}
fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n"))
}
