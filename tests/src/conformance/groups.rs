//! Scenarios' groupings, aggregations and table operators.
use super::{
    build::{Builds, Built, misfit, missing},
    functions::{add, keeps, reduce, zero},
    handle::{
        Handle::{self, *},
        One, Text, Timed,
    },
    scenario::Node,
};
use kstreams::{TimeWindows, WindowedStream, prelude::*};

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
            "windowTime" if node.emit_final => return missing("emit on window close"),
            "windowTime" => {
                let Grouped(s) = self.from(node) else { misfit(node) };
                InTime(s, time_windows(node))
            }
            "countW" | "reduceW" | "aggregateW" => match self.from(node) {
                InTime(s, windows) => TimedRows(timed(node, s.windowed_by(windows))),
                _ => misfit(node),
            },
            "filterTable" | "filterNotTable" | "mapValuesTable" => self.table_operator(node),
            "toStream" | "toStreamW" => match self.from(node) {
                Rows(t) => Flow(t.to_stream()),
                TimedRows(t) => TimedFlow(t.to_stream()),
                _ => misfit(node),
            },
            "flattenKey" => match self.from(node) {
                TimedFlow(s) => Flow(s.unwindow()),
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
fn timed(node: &Node, windowed: WindowedStream<One, Timed, String, TimeWindows>) -> Table<Timed, String> {
    match &*node.op {
        "countW" => windowed.count(node.store()).map_values(|n| n.to_string()),
        "reduceW" => windowed.reduce(node.store(), reduce),
        _ => windowed.aggregate(node.store(), zero, add),
    }
}
fn time_windows(node: &Node) -> TimeWindows {
    let size = millis(node.size_ms());
    let windows = node.advance_ms.map_or(tumbling(size), |advance| hopping(size, millis(advance)));
    windows.grace(millis(node.grace_ms()))
}
