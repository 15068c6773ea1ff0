//! Topics that take input.
use super::super::{
    case::{Gene, Language},
    grower::Grower,
    shape::{Shape, Stem},
};
use serde_json::json;

pub(in super::super) fn stream(g: &mut Grower, _: &Gene) -> Option<Stem> {
    Some(g.source("stream", Shape::Flow, json!({})))
}
/// One gene in three, or nothing would grow long.
pub(super) fn stream_again(g: &mut Grower, gene: &Gene) -> Option<Stem> {
    gene.number.is_multiple_of(3).then(|| stream(g, gene))?
}
pub(super) fn table(g: &mut Grower, _: &Gene) -> Option<Stem> {
    let store = g.name("source");
    Some(g.source("table", Shape::Rows, json!({"store": store})))
}
pub(super) fn versioned(g: &mut Grower, gene: &Gene) -> Option<Stem> {
    let store = g.name("source");
    let history = if g.language == Language::Patient { 100_000 } else { gene.number % 90 + 10 };
    Some(g.source("table", Shape::Past, json!({"store": store, "historyMs": history})))
}
pub(super) fn global(g: &mut Grower, _: &Gene) -> Option<Stem> {
    let store = g.name("source");
    Some(g.source("globalTable", Shape::Global, json!({"store": store})))
}
