//! Where everything goes: dagre's layered layout, with a box around each sub-topology.
use super::{
    crossings::crossings,
    graph::{Boxed, Edge, Graph, Vertex},
};
use crate::{Result, document::drawing::graph::Look};
use dagre::{
    EdgeLabel, LayoutOptions, NodeLabel, Point, Ranker,
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

/// Wider drawings are too small to read on a page.
pub(super) const WIDEST: f64 = 1_150.0;

impl Layout {
    fn is_faultless(&self) -> bool {
        self.width <= WIDEST && crossings(&self.edges) == 0
    }
    /// Too wide is worst, then what crosses; then size decides.
    fn cost(&self) -> f64 {
        (self.width - WIDEST).max(0.0) * 10.0 + crossings(&self.edges) as f64 * 100.0 + self.width / 10.0 + self.height / 100.0
    }
}

/// Of a character of 12 px in a monospaced font.
const CHAR: f64 = 7.3;
pub(super) const LINE: f64 = 16.0;
const TITLE: f64 = 22.0;
/// Of a smaller font.
const SMALL: f64 = 0.86;
const MARGIN: f64 = 16.0;
const PADDING: f64 = 14.0;
/// A box around one of these still has room for its short title.
const NARROWEST: f64 = 84.0;

pub(super) fn size(v: &Vertex, live: bool) -> (f64, f64) {
    // Details are in a smaller font; a store has a sign before its name.
    let longest = [v.name.chars().count() as f64, v.detail.chars().count() as f64 * SMALL].into_iter();
    let longest = longest.chain(v.stores.iter().map(|s| s.chars().count() as f64 + 2.5));
    let longest = longest.chain(live.then(|| said(v.look) * SMALL)).fold(4.0, f64::max);
    let padding = if v.look == Look::Operator { 24.0 } else { 36.0 };
    let lines = 1 + usize::from(!v.detail.is_empty()) + usize::from(live) + v.stores.len();
    let between = if v.stores.is_empty() { 14.0 } else { 22.0 };
    ((longest * CHAR + padding).max(NARROWEST), lines as f64 * LINE + between)
}
/// Characters that a running application fills a line with: `12.3K/s`, at topics `12.3K/s · lag 1.23M`. A box around a topic has room for its title.
fn said(look: Look) -> f64 {
    if look == Look::Operator { 12.0 } else { 21.0 }
}
/// Whether every box has room for its full title; else all have the short one.
pub(super) fn titles_fit(graph: &Graph, boxes: &[Option<Rect>]) -> bool {
    let fits = |(sub, rect): (&Boxed, &Option<Rect>)| rect.is_none_or(|r| sub.title.chars().count() as f64 * CHAR + 20.0 <= r.width);
    graph.sub_topologies.iter().zip(boxes).all(fits)
}

/// The best of several: the fewest crossings among those that are narrow enough, else the narrowest.
pub(super) fn layout(graph: &Graph) -> Result<Layout> {
    let rankers = [Ranker::NetworkSimplex, Ranker::TightTree, Ranker::LongestPath];
    let ways =
        rankers.into_iter().flat_map(|ranker| [(ranker, 28.0, false), (ranker, 28.0, true), (ranker, 14.0, false), (ranker, 14.0, true)]);
    let tried = ways.map(|(ranker, apart, backwards)| one_way(graph, ranker, apart, backwards));
    let mut best: Option<Layout> = None;
    for layout in tried {
        let layout = layout?;
        if layout.is_faultless() {
            return Ok(layout);
        }
        if best.as_ref().is_none_or(|best| layout.cost() < best.cost()) {
            best = Some(layout);
        }
    }
    best.ok_or_else(|| "nothing was laid out".into())
}
/// What is handed to the library first tends to the left, so that the order matters.
fn one_way(graph: &Graph, ranker: Ranker, apart: f64, backwards: bool) -> Result<Layout> {
    let mut layered: Layered<NodeLabel, EdgeLabel> =
        Layered::with_options(GraphOptions { directed: true, multigraph: true, compound: true });
    let boxed = |number: usize| format!("s{number}");
    // A drawing of one sub-topology needs no nesting, which costs room: its box is drawn around what is in it.
    let nested = graph.sub_topologies.len() > 1;
    let filled: Vec<usize> = graph.vertices.iter().filter_map(|v| v.sub_topology).collect();
    for sub in graph.sub_topologies.iter().filter(|s| nested && filled.contains(&s.number)) {
        layered.set_node(boxed(sub.number), Some(NodeLabel::default()));
    }
    let mut vertices: Vec<&Vertex> = graph.vertices.iter().collect();
    if backwards {
        vertices.reverse();
    }
    for vertex in vertices {
        let (width, height) = size(vertex, graph.live);
        layered.set_node(vertex.id.clone(), Some(NodeLabel { width, height, ..NodeLabel::default() }));
        if let Some(number) = vertex.sub_topology.filter(|_| nested) {
            layered.set_parent(&vertex.id, Some(&boxed(number)));
        }
    }
    for Edge { from, to, .. } in &graph.edges {
        layered.set_edge(from.as_str(), to.as_str(), Some(EdgeLabel::default()), None);
    }
    // Titles of boxes stand between the ranks; the library does not know of them.
    let ranksep = if nested { 36.0 } else { 44.0 } + if graph.live { LINE / 2.0 } else { 0.0 };
    let options = LayoutOptions { nodesep: apart, edgesep: 14.0, ranksep, ranker, ..LayoutOptions::default() };
    dagre::layout(&mut layered, Some(options));
    collect(graph, &layered)
}
fn collect(graph: &Graph, layered: &Layered<NodeLabel, EdgeLabel>) -> Result<Layout> {
    let rect = |id: &str| {
        let node = layered.node(id)?;
        Some(Rect { x: node.x?, y: node.y?, width: node.width, height: node.height })
    };
    let lost = |id: &str| format!("the layout library lost `{id}` of the drawing");
    let vertices = graph.vertices.iter().map(|v| rect(&v.id).ok_or_else(|| lost(&v.id))).collect::<Result<Vec<_>, _>>()?;
    let boxes = graph.sub_topologies.iter().map(|sub| around(graph, &vertices, sub)).collect();
    let bends = |e: &Edge| layered.edge(&e.from, &e.to, None).map(|e| e.points.clone()).ok_or_else(|| lost(&e.from));
    let edges = graph.edges.iter().map(bends).collect::<Result<Vec<_>, _>>()?;
    Ok(at_the_margin(Layout { vertices, boxes, edges, width: 0.0, height: 0.0 }))
}
/// Around what is in it, with its title above.
fn around(graph: &Graph, vertices: &[Rect], sub: &Boxed) -> Option<Rect> {
    let inside: Vec<&Rect> =
        graph.vertices.iter().zip(vertices).filter(|(v, _)| v.sub_topology == Some(sub.number)).map(|(_, r)| r).collect();
    if inside.is_empty() {
        return None;
    }
    let least = |of: fn(&Rect) -> f64| inside.iter().map(|r| of(r)).fold(f64::INFINITY, f64::min) - PADDING;
    let most = |of: fn(&Rect) -> f64| inside.iter().map(|r| of(r)).fold(f64::NEG_INFINITY, f64::max) + PADDING;
    let title = if graph.live { TITLE + LINE } else { TITLE };
    let (left, top) = (least(|r| r.x - r.width / 2.0), least(|r| r.y - r.height / 2.0) - title);
    let right = most(|r| r.x + r.width / 2.0);
    let bottom = most(|r| r.y + r.height / 2.0);
    Some(Rect { x: (left + right) / 2.0, y: (top + bottom) / 2.0, width: right - left, height: bottom - top })
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
    (layout.width, layout.height) = ((right + dx + MARGIN).ceil(), (bottom + dy + MARGIN).ceil());
    layout
}
