//! Operators of tables.
use super::{
    super::{
        case::Gene,
        grower::Grower,
        shape::{Shape, Stem},
    },
    groups::counted,
    key, one_of,
    streams::{flow, numbers, suffix},
};
use serde_json::{Value, json};

/// A table to stand on; the first one grows by itself.
pub(super) fn rows(g: &mut Grower, n: usize, gene: &Gene, fits: impl Fn(&Stem) -> bool) -> Option<Stem> {
    if let Some(stem) = g.pick(n, |s| s.is_keyed_table() && fits(s)) {
        return Some(stem);
    }
    super::sources::table(g, gene)?;
    g.pick(0, |s| s.is_keyed_table() && fits(s))
}
pub(super) fn to_table(g: &mut Grower, gene: &Gene) -> Option<Stem> {
    let from = flow(g, gene, |_| true)?;
    let node = json!({"op": "toTable", "from": from.id});
    Some(g.kept(from.shaped(Shape::Rows).with_nulls(true), node))
}
/// Materialised every second time.
pub(super) fn work(g: &mut Grower, gene: &Gene) -> Option<Stem> {
    let from = rows(g, gene.from, gene, |_| true)?;
    let node = worked_on(&from.id, gene);
    Some(if gene.with.is_multiple_of(2) { g.kept(from.shaped(Shape::Rows), node) } else { g.add(from, node) })
}
fn worked_on(from: &str, gene: &Gene) -> Value {
    let (modulus, drop) = numbers(gene);
    match gene.how % 3 {
        0 => json!({"op": "filterTable", "from": from, "mod": modulus, "drop": drop}),
        1 => json!({"op": "filterNotTable", "from": from, "mod": modulus, "drop": drop}),
        _ => json!({"op": "mapValuesTable", "from": from, "suffix": suffix(gene)}),
    }
}
pub(super) fn to_stream(g: &mut Grower, gene: &Gene) -> Option<Stem> {
    let from = rows(g, gene.from, gene, |_| true)?;
    let node = json!({"op": "toStream", "from": from.id});
    Some(g.add(from.shaped(Shape::Flow).with_nulls(true), node))
}
pub(super) fn group(g: &mut Grower, gene: &Gene) -> Option<Stem> {
    let from = rows(g, gene.from, gene, Stem::is_light)?;
    let name = g.name("by");
    let id = g.add_between(json!({"op": "groupByTable", "from": from.id, "name": name, "key": key(gene)}));
    let (which, like) = counted(from, gene);
    let op = one_of(&["countTable", "reduceTable", "aggregateTable"], which);
    Some(g.kept(like.shaped(Shape::Rows), json!({"op": op, "from": id})))
}
