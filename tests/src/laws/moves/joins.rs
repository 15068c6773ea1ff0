//! Joins of streams and tables.
use super::{
    super::{
        case::{Gene, Language},
        grower::Grower,
        shape::{Shape, Stem},
    },
    grace, key_of_some, one_of,
    streams::flow,
    tables::rows,
};
use serde_json::json;

/// A join's row: as long as the longer side's.
fn joined(left: Stem, right: &Stem, shape: Shape) -> Stem {
    Stem { shape, nulls: shape != Shape::Flow, heavy: left.heavy.max(right.heavy).max(1), ..left }
}
pub(super) fn with_table(g: &mut Grower, gene: &Gene) -> Option<Stem> {
    let right = rows(g, gene.with, gene, |_| true)?;
    let left = flow(g, gene, |_| true)?;
    let mut node = json!({"op": "joinTable", "from": left.id, "with": right.id, "kind": one_of(&["inner", "left"], gene.how)});
    if g.waits(&right, gene) {
        node["graceMs"] = json!(gene.number % 10);
    }
    Some(g.add(joined(left, &right, Shape::Flow), node))
}
impl Grower {
    /// A join with grace releases records by stream time; a grace must be within the table's history.
    fn waits(&self, right: &Stem, gene: &Gene) -> bool {
        self.language == Language::All && right.shape == Shape::Past && gene.how % 4 > 1
    }
}
pub(super) fn with_global(g: &mut Grower, gene: &Gene) -> Option<Stem> {
    let right = g.pick(gene.with, |s| s.shape == Shape::Global).or_else(|| super::sources::global(g, gene))?;
    let left = flow(g, gene, |_| true)?;
    let kind = one_of(&["inner", "left"], gene.how);
    let node = json!({"op": "joinGlobal", "from": left.id, "with": right.id, "kind": kind, "key": key_of_some(gene)});
    let shape = left.shape;
    Some(g.add(joined(left, &right, shape).with_nulls(false), node))
}
pub(super) fn of_tables(g: &mut Grower, gene: &Gene) -> Option<Stem> {
    let left = rows(g, gene.from, gene, |_| true)?;
    let right = rows(g, gene.with, gene, |s| s.id != left.id)?;
    let node = json!({"op": "tableJoin", "from": left.id, "with": right.id, "kind": one_of(&["inner", "left", "outer"], gene.how)});
    let like = joined(left, &right, Shape::Rows);
    Some(if gene.number.is_multiple_of(2) { g.kept(like, node) } else { g.add(like, node) })
}
pub(super) fn foreign(g: &mut Grower, gene: &Gene) -> Option<Stem> {
    let left = rows(g, gene.from, gene, |s| s.shape == Shape::Rows)?;
    let right = rows(g, gene.with, gene, |s| s.shape == Shape::Rows && s.id != left.id)?;
    let kind = one_of(&["inner", "left"], gene.how);
    let node = json!({"op": "fkJoin", "from": left.id, "with": right.id, "kind": kind, "key": key_of_some(gene)});
    Some(g.kept(joined(left, &right, Shape::Rows), node))
}
/// An unmatched record goes on when its window is over: such joins ask how far time has come.
pub(super) fn of_streams(g: &mut Grower, gene: &Gene) -> Option<Stem> {
    let left = flow(g, gene, Stem::is_light)?;
    let right = g.pick(gene.with, |s| s.is_flow() && s.is_light())?;
    let kinds = if g.language == Language::Patient { &["inner"][..] } else { &["inner", "left", "outer"] };
    let (before, after) = (gene.number % 30, gene.number / 30 % 30);
    let node = json!({"op": "joinStream", "from": left.id, "with": right.id, "kind": one_of(kinds, gene.how),
        "beforeMs": before, "afterMs": after, "graceMs": grace(g.language, gene)});
    Some(g.add(joined(left, &right, Shape::Flow).heavier(), node))
}
