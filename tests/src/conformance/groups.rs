//! Scenarios' groupings, aggregations and table operators.
use super::{
    build::{Builds, Built, misfit, missing},
    functions::{add, keeps, reduce, subtract, zero},
    handle::{
        Handle::{self, *},
        One, Text,
    },
    scenario::Node,
};
use kstreams::{GroupedTable, prelude::*};

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
                Past(t) => Flow(t.to_stream()),
                TimedRows(t) => TimedFlow(t.to_stream()),
                SessionRows(t) => SessionFlow(t.to_stream()),
                _ => misfit(node),
            },
            "flattenKey" => match self.from(node) {
                TimedFlow(s) => Flow(s.unwindow()),
                SessionFlow(s) => Flow(s.unwindow()),
                _ => misfit(node),
            },
            "groupByTable" => match self.from(node) {
                Rows(t) => GroupedRows(t, Box::new(node.clone())),
                Past(t) => GroupedPast(t, Box::new(node.clone())),
                _ => misfit(node),
            },
            "countTable" | "reduceTable" | "aggregateTable" => self.grouped_rows(node),
            "suppress" | "suppressW" => self.suppress(node),
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
        match self.from(node) {
            Rows(t) => self.kept(node, worked_on(node, t)),
            Past(t) if node.store.is_some() => Rows(worked_on(node, t).materialize(node.store())),
            Past(t) => Past(worked_on(node, t)),
            _ => misfit(node),
        }
    }
    fn grouped_rows(&self, node: &Node) -> Handle {
        let group = match self.from(node) {
            GroupedRows(table, by) => grouped(&by, table),
            GroupedPast(table, by) => grouped(&by, table),
            _ => misfit(node),
        };
        Rows(match &*node.op {
            "countTable" => group.count(node.store()).map_values(|n| n.to_string()),
            "reduceTable" => group.reduce(node.store(), add, subtract),
            _ => group.aggregate(node.store(), zero, add, subtract),
        })
    }
    fn suppress(&self, node: &Node) -> Handle {
        let (name, from) = (node.id(), self.from(node));
        let Some(limit) = node.time_limit_ms else {
            return match from {
                TimedRows(t) => TimedRows(t.suppress(name, until_window_closes())),
                SessionRows(t) => SessionRows(t.suppress(name, until_window_closes())),
                _ => misfit(node),
            };
        };
        let rule = until_time_limit(millis(limit));
        let rule = node.max_records.map_or(rule, |max| rule.max_records(max));
        match from {
            Rows(t) => Rows(t.suppress(name, rule)),
            TimedRows(t) => TimedRows(t.suppress(name, rule)),
            SessionRows(t) => SessionRows(t.suppress(name, rule)),
            _ => misfit(node),
        }
    }
    /// `Materialized` where the scenario names a store.
    pub(super) fn kept(&self, node: &Node, table: Table<One, String>) -> Handle {
        Rows(if node.store.is_some() { table.materialize(node.store()) } else { table })
    }
}
/// `groupByTable`.
fn grouped<M: 'static>(by: &Node, table: Table<One, String, M>) -> GroupedTable<One, String> {
    let key = by.key();
    table.group_by(by.name(), move |value| key.key(value))
}
/// A stateless operator of a table.
fn worked_on<M: 'static>(node: &Node, table: Table<One, String, M>) -> Table<One, String, M> {
    match &*node.op {
        "filterTable" => table.filter(keeps(node)),
        "filterNotTable" => table.filter_not(keeps(node)),
        _ => {
            let suffix = node.suffix();
            table.map_values(move |v| format!("{v}{suffix}"))
        }
    }
}
