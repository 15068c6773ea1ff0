//! Windowed aggregations and what is done with them.
use super::{
    super::{
        case::{Gene, Language},
        grower::Grower,
        shape::{Shape, Stem},
    },
    grace,
    groups::{counted, grouped},
    one_of,
};
use serde_json::{Value, json};

pub(super) fn aggregate(g: &mut Grower, gene: &Gene) -> Option<Stem> {
    let (from, group) = grouped(g, gene)?;
    let kind = gene.number as usize / 7 % 3;
    let mut windows = windowed(&group, kind, gene, grace(g.language, gene));
    let is_final = g.language == Language::All && gene.number.is_multiple_of(4);
    windows["emitFinal"] = json!(is_final);
    let windows = g.add_between(windows);
    let (which, like) = counted(from, gene);
    let node = json!({"op": one_of(&["countW", "reduceW", "aggregateW"], which), "from": windows});
    let like = like.shaped([Shape::TimedRows, Shape::TimedRows, Shape::SessionRows][kind]);
    Some(if is_final { kept_apart(g, like, node) } else { g.kept(like, node) })
}
/// Emitted once a window: what goes on is not all that happens to the table.
fn kept_apart(g: &mut Grower, like: Stem, mut node: Value) -> Stem {
    node["store"] = json!(g.name("final"));
    g.add(like, node)
}
fn windowed(group: &str, kind: usize, gene: &Gene, grace: u64) -> Value {
    let size = gene.number / 2 % 40 + 2;
    match kind {
        0 if gene.how.is_multiple_of(2) => json!({"op": "windowTime", "from": group, "sizeMs": size, "graceMs": grace}),
        0 => json!({"op": "windowTime", "from": group, "sizeMs": size, "graceMs": grace, "advanceMs": size / 2}),
        1 => json!({"op": "windowSliding", "from": group, "diffMs": size, "graceMs": grace}),
        _ => json!({"op": "windowSession", "from": group, "gapMs": size, "graceMs": grace}),
    }
}
/// With its windowed key, or without it.
pub(super) fn to_stream(g: &mut Grower, gene: &Gene) -> Option<Stem> {
    let from = g.pick(gene.from, Stem::is_windowed_table)?;
    let flow = if from.shape == Shape::TimedRows { Shape::TimedFlow } else { Shape::SessionFlow };
    let node = json!({"op": "toStreamW", "from": from.id});
    if gene.how.is_multiple_of(2) {
        return Some(g.add(from.shaped(flow).with_nulls(true), node));
    }
    let id = g.add_between(node);
    Some(g.add(from.shaped(Shape::Flow).with_nulls(true), json!({"op": "flattenKey", "from": id})))
}
pub(super) fn suppress(g: &mut Grower, gene: &Gene) -> Option<Stem> {
    let from = g.pick(gene.from, Stem::is_windowed_table)?;
    let node = match gene.how % 2 {
        0 => json!({"op": "suppress", "from": from.id}),
        _ => json!({"op": "suppressW", "from": from.id, "timeLimitMs": gene.number % 40}),
    };
    Some(g.add(from, node))
}
