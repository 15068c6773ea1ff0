//! The drawing as SVG; its colours are variables of the page that it stands in, so that it follows light and dark.
use super::{
    crossings::crossings,
    curve::{n, path},
    graph::{Edge, Graph, Look, StandsFor, Vertex},
    layout::{LINE, Layout, Rect, WIDEST, layout, titles_fit},
    sheets::{overview, sheet},
};
use crate::Result;
use maud::{Markup, html};

/// The drawings of a page, below each other.
pub(in crate::document) fn drawings(graph: &Graph) -> Result<Markup> {
    let drawn = sheets(graph)?;
    Ok(html! {
        svg.drawing.defs width="0" height="0" aria-hidden="true" { (arrow()) }
        @for (sheet, layout) in &drawn {
            svg.drawing viewBox={"0 0 " (layout.width) " " (layout.height)} width=(layout.width) height=(layout.height)
                role="img" aria-label="The topology as a graph" data-crossings=(crossings(&layout.edges)) { (content(sheet, layout)) }
        }
    })
}
/// The whole topology, or if that is too wide, its sheets.
pub(super) fn sheets(graph: &Graph) -> Result<Vec<(Graph, Layout)>> {
    let whole = layout(graph)?;
    if whole.width <= WIDEST || graph.sub_topologies.len() < 2 {
        return Ok(vec![(graph.clone(), whole)]);
    }
    let parts = graph.sub_topologies.iter().map(|sub| sheet(graph, sub));
    [overview(graph)].into_iter().chain(parts).map(|sheet| layout(&sheet).map(|layout| (sheet, layout))).collect()
}
/// The head of all arrows.
pub(super) fn arrow() -> Markup {
    html! {
        defs {
            marker id="arrow" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto-start-reverse" {
                path.arrow d="M0 0.5L7.5 4L0 7.5z" {}
            }
        }
    }
}
/// What is drawn, from the back to the front.
pub(super) fn content(graph: &Graph, layout: &Layout) -> Markup {
    let Layout { vertices, boxes, edges, .. } = layout;
    let shown = if titles_fit(graph, boxes) { "" } else { "sub-topology " };
    html! {
        @for (sub, rect) in graph.sub_topologies.iter().zip(boxes) {
            @if let Some(rect) = rect { (boxed(sub.number, *rect)) }
        }
        @for (bends, Edge { from, to, is_lookup }) in edges.iter().zip(&graph.edges) {
            path.edge.lookup[*is_lookup] d=(path(bends)) marker-end="url(#arrow)" data-from=(from) data-to=(to) {}
        }
        @for (vertex, rect) in graph.vertices.iter().zip(vertices) { (drawn(vertex, *rect, graph.live)) }
        @for (sub, rect) in graph.sub_topologies.iter().zip(boxes) {
            @if let Some(r) = rect {
                text.title x=(n(r.x - r.width / 2.0 + 12.0)) y=(n(r.y - r.height / 2.0 + 18.0)) { (sub.title.trim_start_matches(shown)) }
                @if graph.live {
                    text.doing data-doing=(sub.number) x=(n(r.x - r.width / 2.0 + 12.0)) y=(n(r.y - r.height / 2.0 + 18.0 + LINE)) {}
                }
            }
        }
    }
}
fn boxed(number: usize, r: Rect) -> Markup {
    let (left, top) = (r.x - r.width / 2.0, r.y - r.height / 2.0);
    html! { rect.sub x=(n(left)) y=(n(top)) width=(n(r.width)) height=(n(r.height)) rx="10" data-sub-topology=(number) {} }
}
fn drawn(v: &Vertex, r: Rect, live: bool) -> Markup {
    let class = match v.look {
        Look::Topic => "topic",
        Look::Internal => "topic internal",
        Look::Operator => "operator",
    };
    let (left, top) = (r.x - r.width / 2.0, r.y - r.height / 2.0);
    let radius = if v.look == Look::Operator { 6.0 } else { r.height / 2.0 };
    let (topic, number) = match &v.stands_for {
        StandsFor::Operator => (None, None),
        StandsFor::Topic(name) => (Some(name), None),
        StandsFor::SubTopology(number) => (None, Some(*number)),
    };
    let rate = top + 19.0 + LINE * if v.detail.is_empty() { 1.0 } else { 2.0 };
    html! {
        g class=(class) data-node=(v.nodes.join(" ")) data-topic=[topic] data-overview=[number] {
            title { (v.tip) }
            rect x=(n(left)) y=(n(top)) width=(n(r.width)) height=(n(r.height)) rx=(n(radius)) {}
            text.name x=(n(r.x)) y=(n(top + 19.0)) { (v.name) }
            @if !v.detail.is_empty() { text.detail x=(n(r.x)) y=(n(top + 19.0 + LINE)) { (v.detail) } }
            @if live { text.rate data-doing=[number] x=(n(r.x)) y=(n(rate)) {} }
            @if !v.stores.is_empty() { (stores(v, left, if live { top + LINE } else { top }, r)) }
        }
    }
}
/// Below a line, each with the sign of a drum.
fn stores(v: &Vertex, left: f64, top: f64, r: Rect) -> Markup {
    let line = top + 14.0 + 2.0 * LINE - 4.0;
    html! {
        path.rule d={"M" (n(left)) " " (n(line)) "h" (n(r.width))} {}
        @for (i, store) in v.stores.iter().enumerate() {
            @let y = line + 17.0 + i as f64 * LINE;
            path.drum d={"M" (n(left + 10.0)) " " (n(y - 9.0)) "v8a5 2.2 0 0 0 10 0v-8a5 2.2 0 0 0 -10 0a5 2.2 0 0 0 10 0"} {}
            text.store x=(n(left + 26.0)) y=(n(y)) { (store) }
        }
    }
}
