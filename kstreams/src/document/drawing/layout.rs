//! Where everything goes: dagre's layered layout, with a box around each sub-topology.
use super::graph::{Graph, Vertex};
use crate::{Result, document::drawing::graph::Look};
use dagre::{
    EdgeLabel, LayoutOptions, NodeLabel, Point,
    graph::{Graph as Layered, GraphOptions},
};

/// Middle and size.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Rect {
    pub x: f64,
    pub y: f64,
    pub width: f64,
    pub height: f64,
}
pub(super) struct Layout {
    /// In the order of the graph's vertices.
    pub vertices: Vec<Rect>,
    /// In the order of its sub-topologies; `None` for one that holds no operator.
    pub boxes: Vec<Option<Rect>>,
    /// Bends of its edges, in their order.
    pub edges: Vec<Vec<Point>>,
    pub width: f64,
    pub height: f64,
}

/// Of a character of 12 px in a monospaced font.
const CHAR: f64 = 7.3;
pub(super) const LINE: f64 = 16.0;
pub(super) const TITLE: f64 = 22.0;
const MARGIN: f64 = 16.0;

pub(super) fn size(v: &Vertex) -> (f64, f64) {
    // Details are in a smaller font; a store has a sign before its name.
    let longest = [v.name.chars().count() as f64, v.detail.chars().count() as f64 * 0.86].into_iter();
    let longest = longest.chain(v.stores.iter().map(|s| s.chars().count() as f64 + 2.5)).fold(4.0, f64::max);
    let padding = if v.look == Look::Operator { 24.0 } else { 36.0 };
    let lines = 1.0 + f64::from(u8::from(!v.detail.is_empty())) + v.stores.len() as f64;
    let between = if v.stores.is_empty() { 14.0 } else { 22.0 };
    (longest * CHAR + padding, lines * LINE + between)
}

pub(super) fn layout(graph: &Graph) -> Result<Layout> {
    let mut layered: Layered<NodeLabel, EdgeLabel> =
        Layered::with_options(GraphOptions { directed: true, multigraph: true, compound: true });
    let boxed = |number: usize| format!("s{number}");
    let filled: Vec<usize> = graph.vertices.iter().filter_map(|v| v.sub_topology).collect();
    for sub in graph.sub_topologies.iter().filter(|s| filled.contains(&s.number)) {
        layered.set_node(boxed(sub.number), Some(NodeLabel::default()));
    }
    for vertex in &graph.vertices {
        let (width, height) = size(vertex);
        layered.set_node(vertex.id.clone(), Some(NodeLabel { width, height, ..NodeLabel::default() }));
        if let Some(number) = vertex.sub_topology {
            layered.set_parent(&vertex.id, Some(&boxed(number)));
        }
    }
    for (from, to) in &graph.edges {
        layered.set_edge(from.as_str(), to.as_str(), Some(EdgeLabel::default()), None);
    }
    let options = LayoutOptions { nodesep: 28.0, edgesep: 16.0, ranksep: 30.0, ..LayoutOptions::default() };
    dagre::layout(&mut layered, Some(options));
    collect(graph, &layered, boxed)
}
fn collect(graph: &Graph, layered: &Layered<NodeLabel, EdgeLabel>, boxed: impl Fn(usize) -> String) -> Result<Layout> {
    let rect = |id: &str| {
        let node = layered.node(id)?;
        Some(Rect { x: node.x?, y: node.y?, width: node.width, height: node.height })
    };
    let lost = |id: &str| format!("the layout library lost `{id}` of the drawing");
    let vertices = graph.vertices.iter().map(|v| rect(&v.id).ok_or_else(|| lost(&v.id))).collect::<Result<Vec<_>, _>>()?;
    let boxes = graph.sub_topologies.iter().map(|sub| rect(&boxed(sub.number)).map(titled)).collect();
    let bends = |(from, to): &(String, String)| layered.edge(from, to, None).map(|e| e.points.clone()).ok_or_else(|| lost(from));
    let edges = graph.edges.iter().map(bends).collect::<Result<Vec<_>, _>>()?;
    Ok(at_the_margin(Layout { vertices, boxes, edges, width: 0.0, height: 0.0 }))
}
/// Room for the title above.
fn titled(r: Rect) -> Rect {
    Rect { y: r.y - TITLE / 2.0, height: r.height + TITLE, ..r }
}
/// Moves everything so that nothing is left of or above the margin.
fn at_the_margin(mut layout: Layout) -> Layout {
    let rects = || layout.vertices.iter().chain(layout.boxes.iter().flatten());
    let points = || layout.edges.iter().flatten();
    let least = |of: fn(&Rect) -> f64, at: fn(&Point) -> f64| rects().map(of).chain(points().map(at)).fold(f64::INFINITY, f64::min);
    let most = |of: fn(&Rect) -> f64, at: fn(&Point) -> f64| rects().map(of).chain(points().map(at)).fold(0.0, f64::max);
    let (left, top) = (least(|r| r.x - r.width / 2.0, |p| p.x), least(|r| r.y - r.height / 2.0, |p| p.y));
    let (right, bottom) = (most(|r| r.x + r.width / 2.0, |p| p.x), most(|r| r.y + r.height / 2.0, |p| p.y));
    let (dx, dy) = (MARGIN - left, MARGIN - top);
    layout.vertices.iter_mut().chain(layout.boxes.iter_mut().flatten()).for_each(|r| (r.x, r.y) = (r.x + dx, r.y + dy));
    layout.edges.iter_mut().flatten().for_each(|p| (p.x, p.y) = (p.x + dx, p.y + dy));
    (layout.width, layout.height) = (right + dx + MARGIN, bottom + dy + MARGIN);
    layout
}
