//! Stateless operators of streams.
use super::{
    super::{
        case::Gene,
        grower::Grower,
        shape::{Shape, Stem},
    },
    key, one_of,
};
use serde_json::json;

/// A stream to stand on; the first source grows by itself.
pub(super) fn flow(g: &mut Grower, gene: &Gene, fits: impl Fn(&Stem) -> bool) -> Option<Stem> {
    if let Some(stem) = g.pick(gene.from, |s| s.is_flow() && fits(s)) {
        return Some(stem);
    }
    super::stream(g, gene)?;
    g.pick(0, |s| s.is_flow() && fits(s))
}
pub(super) fn filter(g: &mut Grower, gene: &Gene) -> Option<Stem> {
    let from = g.pick(gene.from, Stem::is_any_flow).or_else(|| flow(g, gene, |_| true))?;
    let op = one_of(&["filter", "filterNot"], gene.how);
    let (modulus, drop) = numbers(gene);
    let node = json!({"op": op, "from": from.id, "mod": modulus, "drop": drop});
    let nulls = from.nulls && op == "filterNot";
    Some(g.add(from.with_nulls(nulls), node))
}
/// `mod` and `drop` of a predicate.
pub(super) fn numbers(gene: &Gene) -> (u64, u64) {
    let modulus = gene.number % 3 + 2;
    (modulus, gene.number / 3 % modulus)
}
pub(super) fn map_values(g: &mut Grower, gene: &Gene) -> Option<Stem> {
    let from = g.pick(gene.from, Stem::is_any_flow).or_else(|| flow(g, gene, |_| true))?;
    let node = json!({"op": "mapValues", "from": from.id, "suffix": suffix(gene)});
    Some(g.add(from.with_nulls(false), node))
}
pub(super) fn suffix(gene: &Gene) -> &'static str {
    one_of(&["x", "y", ";", "-z"], gene.number as usize)
}
pub(super) fn flat_map_values(g: &mut Grower, gene: &Gene) -> Option<Stem> {
    let from = flow(g, gene, |s| s.heavy == 0)?;
    let node = json!({"op": "flatMapValues", "from": from.id});
    Some(g.add(from.with_nulls(false), node))
}
pub(super) fn change_key(g: &mut Grower, gene: &Gene) -> Option<Stem> {
    let from = flow(g, gene, |s| !s.nulls)?;
    let op = one_of(&["map", "selectKey"], gene.with);
    let node = json!({"op": op, "from": from.id, "key": key(gene)});
    Some(g.add(from.shaped(Shape::Loose), node))
}
pub(super) fn repartition(g: &mut Grower, gene: &Gene) -> Option<Stem> {
    let from = flow(g, gene, |_| true)?;
    let name = g.name("moved");
    let node = json!({"op": "repartition", "from": from.id, "name": name});
    Some(g.add(from.shaped(Shape::Flow), node))
}
pub(super) fn branch(g: &mut Grower, gene: &Gene) -> Option<Stem> {
    let from = flow(g, gene, |_| true)?;
    let (modulus, drop) = numbers(gene);
    let id = g.add_between(json!({"op": "branch", "from": from.id, "mod": modulus, "drop": drop}));
    g.stem(Stem { id: format!("{id}.yes"), used: false, nulls: false, ..from.clone() });
    Some(g.stem(Stem { id: format!("{id}.no"), used: false, ..from }))
}
pub(super) fn merge(g: &mut Grower, gene: &Gene) -> Option<Stem> {
    let from = flow(g, gene, |_| true)?;
    let with = g.pick(gene.with, |s| s.is_flow() && s.id != from.id)?;
    let node = json!({"op": "merge", "from": from.id, "with": with.id});
    let is_placed = from.shape == Shape::Flow && with.shape == Shape::Flow;
    let shape = if is_placed { Shape::Flow } else { Shape::Loose };
    Some(g.add(Stem { shape, nulls: from.nulls || with.nulls, heavy: from.heavy.max(with.heavy), ..from }, node))
}
