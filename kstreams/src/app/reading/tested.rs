//! Stores of a topology under test: the driver's tasks are asked as an application's are, at once and all of them.
use super::{
    QueryError, Row,
    directory::refused,
    layout::Layout,
    reader::{Range, decoded},
};
use crate::{
    Key, Record, StoreOf, TestDriver,
    plan::TaskId,
    state::{Only, PageLimits, StoredRow, Wanted},
    worker::Query,
};
use std::ops::Bound;

impl<Q> TestDriver<Q> {
    /// All rows of a store as the last commit left them, in the order of their keys' bytes (Kafka Streams: `TopologyTestDriver.getKeyValueStore` and its like).
    /// The handle is what the topology function returns.
    ///
    /// ```
    /// use kstreams::prelude::*;
    ///
    /// #[topic(name = "words", key = String, value = String, partitions = 3)]
    /// pub struct Words;
    /// #[topology(id = "counting")]
    /// pub fn counting(words: StreamOf<Words>) -> StoreOf<String, u64> {
    ///     words.count("words-per-key").store()
    /// }
    /// # fn main() {
    /// let mut driver = TestDriver::new(counting::topology());
    /// driver.input(Words).send("bob".into(), "ale".into()).send("ann".into(), "tea".into()).send("bob".into(), "tea".into());
    /// assert_eq!(driver.rows(driver.topology().stores()), [("ann".into(), 1), ("bob".into(), 2)]);
    /// # }
    /// ```
    ///
    /// # Panics
    /// If the topology has no such store, or a row cannot be read.
    pub fn rows<K: Key, V: Record>(&self, store: &StoreOf<K, V>) -> Vec<(K, V)> {
        let rows = self.rows_of(store).unwrap_or_else(|error| panic!("{error}"));
        rows.into_iter().map(|row| (row.key, row.value)).collect()
    }
    fn rows_of<K: Key, V: Record>(&self, store: &StoreOf<K, V>) -> Result<Vec<Row<K, V>>, QueryError> {
        let layout = Layout::find(self.topology().plan(), self.deployment(), store.name())?;
        let mut rows = vec![];
        for task in layout.tasks() {
            rows.extend(self.rows_of_task(&layout, task)?);
        }
        rows.sort_by(|a, b| a.key.cmp(&b.key));
        rows.iter().map(|row| decoded(&layout, row)).collect()
    }
    fn rows_of_task(&self, layout: &Layout, task: TaskId) -> Result<Vec<StoredRow>, QueryError> {
        let (mut rows, all) = (vec![], Range::all(Only::Any));
        let mut from = all.from;
        loop {
            let wanted = Wanted::Rows { from, to: all.to.clone(), only: all.only.clone() };
            let query =
                Query { id: 0, task, store: layout.name.clone(), wanted, most: PageLimits::default(), until: i64::MAX, stale_ms: None };
            let page = self.ask(query).map_err(|refusal| refused(task, refusal))?;
            rows.extend(page.rows);
            let Some(next) = page.next else { return Ok(rows) };
            from = Bound::Included(next);
        }
    }
}
