//! Operators with timers: the processor, and suppression of tables by time.
use super::{
    super::{
        case::Gene,
        grower::Grower,
        shape::{Shape, Stem},
    },
    one_of,
    streams::flow,
};
use serde_json::json;

pub(super) fn process(g: &mut Grower, gene: &Gene) -> Option<Stem> {
    let from = flow(g, gene, |_| true)?;
    let store = g.name("seen");
    let every = gene.number % 20 + 2;
    let timer = one_of(&["streamEveryMs", "wallEveryMs"], gene.how);
    let node = json!({"op": "process", "from": from.id, "store": store, timer: every, "clear": gene.with.is_multiple_of(3)});
    Some(g.add(from.shaped(Shape::Loose).with_nulls(false), node))
}
pub(super) fn suppress(g: &mut Grower, gene: &Gene) -> Option<Stem> {
    let from = g.pick(gene.from, |s| s.shape == Shape::Rows)?;
    let mut node = json!({"op": "suppress", "from": from.id, "timeLimitMs": gene.number % 40});
    if gene.how.is_multiple_of(2) {
        node["maxRecords"] = json!(gene.number % 3 + 1);
    }
    Some(g.add(from, node))
}
