//! A drawing that is too wide to read is drawn as sheets: first how the sub-topologies hang together, then each of them alone.
use super::graph::{Boxed, Edge, Graph, Look, StandsFor, Vertex};
use crate::document::words::count;

/// The sub-topologies as single boxes, with the repartition topics between them.
pub(super) fn overview(graph: &Graph) -> Graph {
    let boxes = graph.sub_topologies.iter().map(|sub| small(graph, sub));
    let between = graph.vertices.iter().filter(|v| v.sub_topology.is_none()).cloned();
    let mut edges: Vec<Edge> = vec![];
    for Edge { from, to, is_lookup } in &graph.edges {
        let edge = Edge { from: boxed(graph, from), to: boxed(graph, to), is_lookup: *is_lookup };
        if edge.from != edge.to && !edges.contains(&edge) {
            edges.push(edge);
        }
    }
    Graph { vertices: boxes.chain(between).collect(), edges, sub_topologies: vec![], live: graph.live }
}
fn small(graph: &Graph, sub: &Boxed) -> Vertex {
    let inside = |look: Look| graph.vertices.iter().filter(|v| v.sub_topology == Some(sub.number) && v.look == look).count();
    let detail = format!("{}, {}", count(inside(Look::Operator), "operator"), count(inside(Look::Topic), "topic"));
    let (id, name) = (format!("s{}", sub.number), sub.title.clone());
    Vertex {
        id,
        nodes: vec![],
        look: Look::Operator,
        name,
        detail,
        stores: vec![],
        sub_topology: None,
        stands_for: StandsFor::SubTopology(sub.number),
        tip: sub.title.clone(),
    }
}
/// The box that a vertex stands in, or itself.
fn boxed(graph: &Graph, id: &str) -> String {
    graph.vertex(id).and_then(|v| v.sub_topology).map_or_else(|| id.to_owned(), |number| format!("s{number}"))
}

/// One sub-topology with the topics at its borders.
pub(super) fn sheet(graph: &Graph, sub: &Boxed) -> Graph {
    let inside = |id: &str| graph.vertex(id).is_some_and(|v| v.sub_topology == Some(sub.number));
    let edges: Vec<_> = graph.edges.iter().filter(|e| inside(&e.from) || inside(&e.to)).cloned().collect();
    let touched = |v: &&Vertex| inside(&v.id) || edges.iter().any(|e| e.other(&v.id).is_some());
    let vertices = graph.vertices.iter().filter(touched).map(|v| bordering(graph, v, sub)).collect();
    Graph { vertices, edges, sub_topologies: vec![sub.clone()], live: graph.live }
}
/// A topic between sub-topologies says where its other end is.
fn bordering(graph: &Graph, vertex: &Vertex, sub: &Boxed) -> Vertex {
    let mut vertex = vertex.clone();
    if vertex.sub_topology.is_none() {
        let way = |e: &Edge| Some((if e.from == vertex.id { "to" } else { "from" }, graph.vertex(e.other(&vertex.id)?)?.sub_topology?));
        let ends = graph.edges.iter().filter_map(way);
        let mut elsewhere: Vec<String> =
            ends.filter(|(_, other)| *other != sub.number).map(|(way, n)| format!("{way} sub-topology {n}")).collect();
        elsewhere.dedup();
        if !elsewhere.is_empty() {
            vertex.detail = elsewhere.join(", ");
        }
        vertex.sub_topology = Some(sub.number);
    }
    vertex
}
