//! Scenarios' joins.
use super::{
    build::{Builds, Built, misfit},
    functions::join,
    handle::{
        Handle::{self, *},
        One, Text,
    },
    scenario::{Kind, Node},
};
use kstreams::{JoinsTable, RightOf, TableSide, prelude::*};

impl Builds {
    pub(super) fn join(&mut self, node: &Node) -> Built {
        match &*node.op {
            "joinTable" => self.join_table(node),
            "joinStream" => Ok(self.join_stream(node)),
            "joinGlobal" => Ok(self.join_global(node)),
            "fkJoin" => Ok(self.join_foreign(node)),
            _ => self.join_tables(node),
        }
    }
    fn join_global(&mut self, node: &Node) -> Handle {
        let Global(table) = self.with(node) else { misfit(node) };
        let key = node.key();
        let key = move |value: &String| key.of(value);
        macro_rules! joined {
            ($stream:expr) => {
                match node.kind {
                    Some(Kind::Inner) => $stream.present().join_global(table, key, |l, r| Some(join(Some(&l), Some(r)))),
                    _ => $stream.present().left_join_global(table, key, |l, r| Some(join(Some(&l), r))),
                }
            };
        }
        match self.from(node) {
            Flow(s) => Flow(joined!(s)),
            Loose(s) => Loose(joined!(s)),
            _ => misfit(node),
        }
    }
    fn join_foreign(&mut self, node: &Node) -> Handle {
        let (Rows(left), Rows(right)) = (self.from(node), self.with(node)) else { misfit(node) };
        let key = node.key();
        let key = move |value: &String| key.of(value);
        let joined = match node.kind {
            Some(Kind::Inner) => left.join_foreign(node.id(), right, key, |l, r| join(Some(l), Some(r))),
            _ => left.left_join_foreign(node.id(), right, key, |l, r| join(Some(l), r)),
        };
        self.kept(node, joined)
    }
    fn join_stream(&mut self, node: &Node) -> Handle {
        let (left, right) = (self.from(node), self.with(node));
        let (left, right) = (self.placed(node, left, "left").present(), self.placed(node, right, "right").present());
        let (before, after) = (millis(node.before_ms()), millis(node.after_ms()));
        let window = within(before.max(after)).before(before).after(after).grace(millis(node.grace_ms()));
        Flow(match node.kind {
            Some(Kind::Inner) => left.join_stream(right, window, node.id(), |l, r| Some(join(Some(l), Some(r)))),
            Some(Kind::Left) => left.left_join_stream(right, window, node.id(), |l, r| Some(join(Some(l), r))),
            _ => left.outer_join_stream(right, window, node.id(), |l, r| Some(join(l, r))),
        })
    }
    fn join_table(&mut self, node: &Node) -> Built {
        let (left, right) = (self.from(node), self.with(node));
        let left = self.placed(node, left, "left").present();
        Ok(Flow(match (right, node.grace_ms) {
            (Rows(right), None) => joined(node, left, right),
            (Past(right), None) => joined(node, left, right),
            (Past(right), Some(grace)) => joined(node, left, right.with_grace(node.id(), millis(grace))),
            _ => misfit(node),
        }))
    }
    fn join_tables(&mut self, node: &Node) -> Built {
        let joined = match (self.from(node), self.with(node)) {
            (Rows(left), Rows(right)) => joined_tables(node, left, right),
            (Rows(left), Past(right)) => joined_tables(node, left, right),
            (Past(left), Rows(right)) => joined_tables(node, left, right),
            (Past(left), Past(right)) => joined_tables(node, left, right),
            _ => misfit(node),
        };
        Ok(self.kept(node, joined))
    }
}
/// A join of a stream with any table.
fn joined<T>(node: &Node, left: Stream<One, String>, right: T) -> Stream<One, Text>
where
    T: TableSide<Value = String> + RightOf<One> + JoinsTable<String>,
{
    match node.kind {
        Some(Kind::Inner) => left.join(right, |l: String, r: &String| Some(join(Some(&l), Some(r)))),
        _ => left.left_join(right, |l: String, r: Option<&String>| Some(join(Some(&l), r))),
    }
}
/// A join of two tables of any kind.
fn joined_tables<M, N>(node: &Node, left: Table<One, String, M>, right: Table<One, String, N>) -> Table<One, String>
where
    M: 'static,
    N: 'static,
{
    match node.kind {
        Some(Kind::Inner) => left.join(right, |l, r| join(Some(l), Some(r))),
        Some(Kind::Left) => left.left_join(right, |l, r| join(Some(l), r)),
        _ => left.outer_join(right, join),
    }
}
