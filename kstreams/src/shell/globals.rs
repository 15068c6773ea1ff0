//! The global tables of a process: filled from their topics by one reader, handed to every worker as moments that never change.
use crate::{
    plan::{Deployment, TopicId},
    task::Batch,
    worker::{GlobalRow, GlobalRows, Input},
};
use rpds::RedBlackTreeMapSync;
use std::{
    collections::{BTreeMap, BTreeSet},
    ops::Bound,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

/// One for all workers of a process. Without global tables it does nothing and costs nothing.
#[derive(Clone)]
pub struct GlobalTables {
    tables: Arc<Mutex<BTreeMap<TopicId, Table>>>,
    is_empty: bool,
}
/// What one worker knows of the global tables: how often each had changed when it was last told.
#[derive(Debug, Default)]
pub struct KnownGlobals(BTreeMap<TopicId, u64>);

/// A table being filled.
struct Table {
    rows: Rows,
    /// Partitions that were not read to their end yet.
    behind: BTreeSet<u32>,
    /// Counts batches; a table without any counts as changed once.
    changes: u64,
}
/// Rows whose copies share what they have in common: a moment costs nothing, a change after it a path of the tree.
#[derive(Clone, Default)]
struct Rows(RedBlackTreeMapSync<Arc<[u8]>, Row>);
#[derive(Clone)]
struct Row {
    value: Arc<[u8]>,
    time: i64,
}
impl Row {
    fn shown(&self) -> GlobalRow<'_> {
        GlobalRow { value: &self.value, time: self.time }
    }
}
impl GlobalRows for Rows {
    fn get(&self, key: &[u8]) -> Option<GlobalRow<'_>> {
        self.0.get(key).map(Row::shown)
    }
    fn range<'a>(&'a self, from: Bound<&[u8]>, to: Bound<&[u8]>) -> Box<dyn Iterator<Item = (&'a [u8], GlobalRow<'a>)> + 'a> {
        if kstreams_store::no_key_between(from, to) {
            return Box::new(std::iter::empty());
        }
        // The iterator holds on to its bounds.
        let bounds: (Bound<Arc<[u8]>>, Bound<Arc<[u8]>>) = (from.map(Arc::from), to.map(Arc::from));
        Box::new(self.0.range(bounds).map(|(key, row)| (&**key, row.shown())))
    }
    fn len(&self) -> usize {
        self.0.size()
    }
}

impl GlobalTables {
    /// The deployment's global tables, empty.
    pub fn new(deployment: &Deployment) -> GlobalTables {
        let table = |topic: &TopicId| {
            let behind = (0..deployment.topic(*topic).partitions).collect();
            (*topic, Table { rows: Rows::default(), behind, changes: 1 })
        };
        let tables: BTreeMap<_, _> = deployment.globals.iter().map(table).collect();
        GlobalTables { is_empty: tables.is_empty(), tables: Arc::new(Mutex::new(tables)) }
    }
    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.is_empty
    }
    /// Takes in records of a partition, in order. Nulls delete; a record without a key is no row.
    pub fn take_in(&self, topic: TopicId, batch: &dyn Batch) {
        let mut tables = self.lock();
        let Some(table) = tables.get_mut(&topic) else { return };
        for record in (0..batch.len()).map(|i| batch.get(i)) {
            match (record.key, record.value) {
                (None, _) => {}
                (Some(key), Some(value)) => {
                    table.rows.0.insert_mut(key.into(), Row { value: value.into(), time: record.timestamp });
                }
                (Some(key), None) => _ = table.rows.0.remove_mut(key),
            }
        }
        table.changes += 1;
    }
    /// A partition was read to its end: once all are, workers hear of the table.
    pub fn at_end(&self, topic: TopicId, partition: u32) {
        if let Some(table) = self.lock().get_mut(&topic) {
            table.behind.remove(&partition);
        }
    }
    /// What a worker does not know yet of tables that have caught up.
    pub fn news(&self, known: &mut KnownGlobals) -> Vec<Input> {
        if self.is_empty {
            return vec![];
        }
        let tables = self.lock();
        let is_news = |(topic, table): &(&TopicId, &Table)| table.behind.is_empty() && known.0.get(topic) != Some(&table.changes);
        let news: Vec<_> = tables.iter().filter(is_news).map(|(topic, table)| (*topic, table.changes, table.rows.clone())).collect();
        known.0.extend(news.iter().map(|(topic, changes, _)| (*topic, *changes)));
        news.into_iter().map(|(topic, _, rows)| Input::Global { topic, rows: Arc::new(rows) }).collect()
    }
    fn lock(&self) -> MutexGuard<'_, BTreeMap<TopicId, Table>> {
        self.tables.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
