//! Tables that keep no rows and cannot compute them, the results of foreign-key joins: nothing below may ask for a row.
use super::{NodeId, Plan};

impl Plan {
    /// Reports what looks rows up, or needs to know what a row was, below a table that cannot say.
    pub(super) fn check_rowless(&mut self, tables: Vec<NodeId>) {
        for table in tables {
            let problems: Vec<String> = self.asks_below(table).into_iter().map(|asks| self.asks_in_vain(table, asks)).collect();
            self.problems.extend(problems);
        }
    }
    /// Nodes that would ask: past operators that ask only when they are asked.
    fn asks_below(&self, table: NodeId) -> Vec<NodeId> {
        let mut asks = vec![];
        for reader in self.outputs(table) {
            let node = self.node(reader);
            match node.operator {
                _ if node.stores.iter().any(|store| self.store(*store).source.is_none()) && node.inputs.len() == 1 => {}
                "to" | "to_stream" => {}
                "filter" | "filter_not" | "map_values" => asks.extend(self.asks_below(reader)),
                _ => asks.push(reader),
            }
        }
        asks
    }
    fn asks_in_vain(&self, table: NodeId, asks: NodeId) -> String {
        let (table, asks) = (self.node(table), self.node(asks));
        format!(
            "{}: `{}` needs the rows of `{}` ({}), which keeps none: add `.materialize(\"store-name\")` behind the `{}`",
            asks.place, asks.operator, table.label, table.place, table.operator
        )
    }
}
