//! The drawing as SVG; its colours are variables of the page that it stands in, so that it follows light and dark.
use super::{
    crossings::crossings,
    curve::{n, path},
    graph::{Graph, Look, Vertex},
    layout::{LINE, Layout, Rect, WIDEST, layout, titles_fit},
    sheets::{overview, sheet},
};
use crate::Result;
use maud::{Markup, html};

/// The whole topology, or if that is too wide, its sheets.
pub(in crate::document) fn drawings(graph: &Graph) -> Result<Markup> {
    let whole = layout(graph)?;
    let sheets: Vec<Graph> = if whole.width <= WIDEST || graph.sub_topologies.len() < 2 {
        vec![]
    } else {
        graph.sub_topologies.iter().map(|sub| sheet(graph, sub)).collect()
    };
    let over = overview(graph);
    let drawn = match sheets.is_empty() {
        true => vec![svg(graph, &whole)],
        false => [&over].into_iter().chain(&sheets).map(|sheet| Ok(svg(sheet, &layout(sheet)?))).collect::<Result<_>>()?,
    };
    Ok(html! { (arrow()) @for drawing in drawn { (drawing) } })
}
/// The head of all arrows of the page.
fn arrow() -> Markup {
    html! {
        svg.defs width="0" height="0" aria-hidden="true" {
            defs {
                marker id="arrow" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto-start-reverse" {
                    path.arrow d="M0 0.5L7.5 4L0 7.5z" {}
                }
            }
        }
    }
}
fn svg(graph: &Graph, layout: &Layout) -> Markup {
    let Layout { vertices, boxes, edges, width, height } = layout;
    let (width, height, in_full) = (width.ceil(), height.ceil(), titles_fit(graph, boxes));
    html! {
        svg.drawing xmlns="http://www.w3.org/2000/svg" viewBox={"0 0 " (width) " " (height)} width=(width) height=(height) role="img" aria-label="The topology as a graph" data-crossings=(crossings(edges)) {
            @for (sub, rect) in graph.sub_topologies.iter().zip(boxes) {
                @if let Some(rect) = rect { (boxed(sub.number, *rect)) }
            }
            @for (bends, (from, to)) in edges.iter().zip(&graph.edges) {
                path.edge d=(path(bends)) marker-end="url(#arrow)" data-from=(from) data-to=(to) {}
            }
            @for (vertex, rect) in graph.vertices.iter().zip(vertices) { (drawn(vertex, *rect)) }
            @for (sub, rect) in graph.sub_topologies.iter().zip(boxes) {
                @if let Some(r) = rect { text.title x=(n(r.x - r.width / 2.0 + 12.0)) y=(n(r.y - r.height / 2.0 + 18.0)) { (sub.title.trim_start_matches(if in_full { "" } else { "sub-topology " })) } }
            }
        }
    }
}
fn boxed(number: usize, r: Rect) -> Markup {
    let (left, top) = (r.x - r.width / 2.0, r.y - r.height / 2.0);
    html! { rect.sub x=(n(left)) y=(n(top)) width=(n(r.width)) height=(n(r.height)) rx="10" data-sub-topology=(number) {} }
}
fn drawn(v: &Vertex, r: Rect) -> Markup {
    let class = match v.look {
        Look::Topic => "topic",
        Look::Internal => "topic internal",
        Look::Operator => "operator",
    };
    let (left, top) = (r.x - r.width / 2.0, r.y - r.height / 2.0);
    let radius = if v.look == Look::Operator { 6.0 } else { r.height / 2.0 };
    html! {
        g class=(class) data-node=(v.name) {
            title { (v.tip) }
            rect x=(n(left)) y=(n(top)) width=(n(r.width)) height=(n(r.height)) rx=(n(radius)) {}
            text.name x=(n(r.x)) y=(n(top + 19.0)) { (v.name) }
            @if !v.detail.is_empty() { text.detail x=(n(r.x)) y=(n(top + 19.0 + LINE)) { (v.detail) } }
            @if !v.stores.is_empty() { (stores(v, left, top, r)) }
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
