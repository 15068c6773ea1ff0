//! Scenarios' groupings, aggregations and table operators.
use super::{
    build::{Builds, Built, misfit, missing},
    functions::{add, keeps, reduce, zero},
    handle::{
        Handle::{self, *},
        One, Text,
    },
    scenario::Node,
};
use kstreams::prelude::*;

impl Builds {
    pub(super) fn grouping(&mut self, node: &Node) -> Built {
        Ok(match &*node.op {
            "groupByKey" => {
                let from = self.from(node);
                Grouped(self.placed(node, from, node.name()).present())
            }
            "groupBy" => self.group_by(node),
            "count" | "reduce" | "aggregate" => {
                let Grouped(s) = self.from(node) else { misfit(node) };
                Rows(match &*node.op {
                    "count" => s.count(node.store()).map_values(|n| n.to_string()),
                    "reduce" => s.reduce(node.store(), reduce),
                    _ => s.aggregate(node.store(), zero, add),
                })
            }
            "filterTable" | "filterNotTable" | "mapValuesTable" => self.table_operator(node),
            "toStream" | "toStreamW" => match self.from(node) {
                Rows(t) => Flow(t.to_stream()),
                TimedRows(t) => TimedFlow(t.to_stream()),
                SessionRows(t) => SessionFlow(t.to_stream()),
                _ => misfit(node),
            },
            "flattenKey" => match self.from(node) {
                TimedFlow(s) => Flow(s.unwindow()),
                SessionFlow(s) => Flow(s.unwindow()),
                _ => misfit(node),
            },
            op => return missing(&format!("`{op}`")),
        })
    }
    fn group_by(&self, node: &Node) -> Handle {
        let key = node.key();
        let key_of = move |v: &Text| key.key_of(v);
        Grouped(match self.from(node) {
            Flow(s) => s.group_by(node.name(), key_of).present(),
            Loose(s) => s.repartition::<One>(node.name(), key_of).present(),
            _ => misfit(node),
        })
    }
    fn table_operator(&self, node: &Node) -> Handle {
        let Rows(t) = self.from(node) else { misfit(node) };
        self.kept(
            node,
            match &*node.op {
                "filterTable" => t.filter(keeps(node)),
                "filterNotTable" => t.filter_not(keeps(node)),
                _ => {
                    let suffix = node.suffix();
                    t.map_values(move |v| format!("{v}{suffix}"))
                }
            },
        )
    }
    /// `Materialized` where the scenario names a store.
    pub(super) fn kept(&self, node: &Node, table: Table<One, String>) -> Handle {
        Rows(if node.store.is_some() { table.materialize(node.store()) } else { table })
    }
}
