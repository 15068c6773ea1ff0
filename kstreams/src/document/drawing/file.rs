//! The drawing as a file of its own: on one line and with its style in it, so that rustdoc takes it as documentation.
use super::{
    graph::Graph,
    svg::{arrow, content, sheets},
};
use crate::Result;
use maud::{PreEscaped, html};

/// How a drawing looks, in light and dark.
pub(in crate::document) const STYLE: &str = include_str!("style.css");
/// Between sheets.
const GAP: f64 = 12.0;

pub(in crate::document) fn file(graph: &Graph) -> Result<String> {
    let sheets = sheets(graph)?;
    let width = sheets.iter().map(|(_, layout)| layout.width).fold(0.0, f64::max);
    let height: f64 = sheets.iter().map(|(_, layout)| layout.height + GAP).sum();
    let style = STYLE.split_whitespace().collect::<Vec<_>>().join(" ");
    let above = |i: usize| sheets.iter().take(i).map(|(_, layout)| layout.height + GAP).sum::<f64>();
    let file = html! {
        svg.drawing xmlns="http://www.w3.org/2000/svg" viewBox={"0 0 " (width) " " (height)} width=(width) height=(height) {
            style { (PreEscaped(style)) }
            (arrow())
            @for (i, (sheet, layout)) in sheets.iter().enumerate() {
                svg x=(((width - layout.width) / 2.0).floor()) y=(above(i)) width=(layout.width) height=(layout.height) { (content(sheet, layout)) }
            }
        }
    };
    // A tip has several lines; the file has one.
    Ok(file.into_string().replace('\n', "&#10;") + "\n")
}
