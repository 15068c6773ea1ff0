//! A drawing that is too wide to read is drawn as sheets: first how the sub-topologies hang together, then each of them alone.
use super::graph::{Boxed, Graph, Look, StandsFor, Vertex};
use crate::document::words::count;

/// The sub-topologies as single boxes, with the repartition topics between them.
pub(super) fn overview(graph: &Graph) -> Graph {
    let boxes = graph.sub_topologies.iter().map(|sub| small(graph, sub));
    let between = graph.vertices.iter().filter(|v| v.sub_topology.is_none()).cloned();
    let mut edges: Vec<(String, String)> = vec![];
    for (from, to) in &graph.edges {
        let edge = (boxed(graph, from), boxed(graph, to));
        if edge.0 != edge.1 && !edges.contains(&edge) {
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
    let edges: Vec<_> = graph.edges.iter().filter(|(from, to)| inside(from) || inside(to)).cloned().collect();
    let touched = |v: &&Vertex| inside(&v.id) || edges.iter().any(|(from, to)| *from == v.id || *to == v.id);
    let vertices = graph.vertices.iter().filter(touched).map(|v| bordering(graph, v, sub)).collect();
    Graph { vertices, edges, sub_topologies: vec![sub.clone()], live: graph.live }
}
/// A topic between sub-topologies says where its other end is.
fn bordering(graph: &Graph, vertex: &Vertex, sub: &Boxed) -> Vertex {
    let mut vertex = vertex.clone();
    if vertex.sub_topology.is_none() {
        let way = |(from, to): &(String, String)| match (from == &vertex.id, to == &vertex.id) {
            (true, _) => Some(("to", to.clone())),
            (_, true) => Some(("from", from.clone())),
            _ => None,
        };
        let ends = graph.edges.iter().filter_map(way).filter_map(|(way, id)| Some((way, graph.vertex(&id)?.sub_topology?)));
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
