//! Groupings of streams and their aggregations without windows.
use super::{
    super::{
        case::Gene,
        grower::Grower,
        shape::{Shape, Stem},
    },
    key, one_of,
    streams::flow,
};
use serde_json::json;

/// A stream grouped by its key or by another one: the stem it came from and the node's id.
pub(super) fn grouped(g: &mut Grower, gene: &Gene) -> Option<(Stem, String)> {
    let name = g.name("by");
    if gene.with.is_multiple_of(2) {
        let from = flow(g, gene, Stem::is_light)?;
        let id = g.add_between(json!({"op": "groupByKey", "from": from.id, "name": name}));
        return Some((from, id));
    }
    let from = flow(g, gene, |s| s.is_light() && !s.nulls)?;
    let id = g.add_between(json!({"op": "groupBy", "from": from.id, "name": name, "key": key(gene)}));
    Some((from, id))
}
/// An aggregation's operator and what grows from it: a count's values are short.
pub(super) fn counted(from: Stem, gene: &Gene) -> (usize, Stem) {
    let which = gene.how / 2 % 3;
    let table = from.with_nulls(true);
    (which, if which == 0 { Stem { heavy: 0, ..table } } else { table.heavier() })
}
pub(super) fn aggregate(g: &mut Grower, gene: &Gene) -> Option<Stem> {
    let (from, group) = grouped(g, gene)?;
    let (which, like) = counted(from, gene);
    Some(g.kept(like.shaped(Shape::Rows), json!({"op": one_of(&["count", "reduce", "aggregate"], which), "from": group})))
}
pub(super) fn cogroup(g: &mut Grower, gene: &Gene) -> Option<Stem> {
    let (first, left) = grouped(g, gene)?;
    let (second, right) = grouped(g, &Gene { from: gene.with, with: gene.from, ..*gene })?;
    let heavy = first.heavy.max(second.heavy) + 1;
    Some(g.kept(Stem { shape: Shape::Rows, nulls: true, heavy, ..first }, json!({"op": "cogroup", "inputs": [left, right]})))
}
