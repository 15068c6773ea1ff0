//! Scenarios' joins.
use super::{
    build::{Builds, Built, misfit, missing},
    functions::join,
    handle::Handle::{self, *},
    scenario::{Kind, Node},
};
use kstreams::prelude::*;

impl Builds {
    pub(super) fn join(&mut self, node: &Node) -> Built {
        match &*node.op {
            "joinTable" => self.join_table(node),
            "joinStream" => Ok(self.join_stream(node)),
            _ => self.join_tables(node),
        }
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
        let Rows(right) = right else { misfit(node) };
        if node.grace_ms.is_some() {
            return missing("a join with grace");
        }
        Ok(Flow(match node.kind {
            Some(Kind::Inner) => left.join(right, |l: String, r: &String| Some(join(Some(&l), Some(r)))),
            _ => left.left_join(right, |l: String, r: Option<&String>| Some(join(Some(&l), r))),
        }))
    }
    fn join_tables(&mut self, node: &Node) -> Built {
        let (Rows(left), Rows(right)) = (self.from(node), self.with(node)) else { misfit(node) };
        let joined = match node.kind {
            Some(Kind::Inner) => left.join(right, |l, r| join(Some(l), Some(r))),
            Some(Kind::Left) => left.left_join(right, |l, r| join(Some(l), r)),
            _ => left.outer_join(right, join),
        };
        Ok(self.kept(node, joined))
    }
}
