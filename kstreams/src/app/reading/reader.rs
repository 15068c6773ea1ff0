//! The reader of one store: its limits, and the questions that any key allows.
use super::{Directory, Owner, QueryError, layout::Layout};
use crate::{
    App, Blueprint, Key, Record, StoreOf, Timestamp,
    plan::TaskId,
    shell::Clock,
    state::{Only, Page, PageLimits, StoredRow, Wanted},
    worker::Query,
};
use std::{
    ops::{Bound, RangeBounds},
    sync::Arc,
    time::Duration,
};

impl<Q> App<Q> {
    /// Reads a store of this application while it runs. The handle comes from the topology function: `app.stores()`.
    pub fn reader<K: Key, V: Record>(&self, store: &StoreOf<K, V>) -> Reader<K, V> {
        Reader::new(self.topology().blueprint().clone(), self.directory().clone(), store.clone())
    }
    /// The store handles that the topology function returned.
    pub fn stores(&self) -> &Q {
        self.topology().stores()
    }
}

/// Answers questions about a table from the committed state of this process's tasks: interactive queries.
///
/// What a transaction has not committed is never seen, at least once nor exactly once. An answer is the state at a commit, or it is a [`QueryError`]
/// that says what else to do: the key's task is at another member, moves, or is being restored. A reader can be made before the application runs,
/// and be cloned into handlers.
///
/// Which commit: the last one that the worker knows of. While the task is its own, that is the newest or, at the moment of a commit, the one before
/// it; so what one process says of a key does not go back (exactly once), wherever the task was meanwhile. A worker that the group has given up, and
/// that has not noticed (it stood still, or cannot reach the brokers), can still answer from its own last commit while another member is ahead, as
/// Kafka Streams' stores do; nothing that it would commit now goes through.
///
/// ```
/// use kstreams::{QueryError, prelude::*};
///
/// #[topic(name = "words", key = String, value = String, partitions = 3)]
/// struct Words;
/// #[topology(id = "seen")]
/// fn seen(words: StreamOf<Words>) -> StoreOf<String, u64> {
///     words.count("seen").store()
/// }
///
/// # fn main() -> kstreams::Result<()> { tokio::runtime::Builder::new_current_thread().build()?.block_on(run()) }
/// # async fn run() -> kstreams::Result<()> {
/// let app = App::new(seen::topology(), Config::new());
/// let counts = app.reader(app.stores());
/// // nothing runs yet, and that is what the answer says
/// assert_eq!(counts.get(&"ann".to_owned()).await, Err(QueryError::NotRunning));
/// # Ok(()) }
/// ```
pub struct Reader<K, V> {
    blueprint: Arc<Blueprint>,
    directory: Arc<Directory>,
    pub(super) store: StoreOf<K, V>,
    rows_max: usize,
    bytes_max: usize,
    deadline: Duration,
    stale: Option<Duration>,
    only_here: bool,
}
impl<K, V> Clone for Reader<K, V> {
    fn clone(&self) -> Self {
        Reader { blueprint: self.blueprint.clone(), directory: self.directory.clone(), store: self.store.clone(), ..*self }
    }
}

/// A row of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Row<K, V> {
    /// Its key.
    pub key: K,
    /// Its value.
    pub value: V,
    /// Event time of the value.
    pub time: Timestamp,
}
/// Rows of a table, in the order of their keys' bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Found<K, V> {
    /// The rows.
    pub rows: Vec<Row<K, V>>,
    /// Whether these are all: `false` if the reader's limits cut the rest off.
    pub complete: bool,
    /// Partitions that were asked: all, but for [`Reader::only_here`].
    pub partitions: Vec<u32>,
}

impl<K, V> Reader<K, V> {
    fn new(blueprint: Arc<Blueprint>, directory: Arc<Directory>, store: StoreOf<K, V>) -> Self {
        let deadline = Duration::from_secs(5);
        Reader { blueprint, directory, store, rows_max: 10_000, bytes_max: 16 << 20, deadline, stale: None, only_here: false }
    }
    /// Rows that one scan gives at most. Default 10,000.
    pub fn max_rows(mut self, rows: usize) -> Self {
        self.rows_max = rows.max(1);
        self
    }
    /// Bytes of keys and values that one scan gives at most. Default 16 MiB.
    pub fn max_bytes(mut self, bytes: usize) -> Self {
        self.bytes_max = bytes;
        self
    }
    /// How long a question may take. Default 5 s; it is kept to a tenth of a second.
    pub fn deadline(mut self, deadline: Duration) -> Self {
        self.deadline = deadline;
        self
    }
    /// Refuses an answer while changes of the task wait for their commit longer than this (what has not been read yet is lag, and does not
    /// count). Default: any.
    pub fn at_most_stale(mut self, bound: Duration) -> Self {
        self.stale = Some(bound);
        self
    }
    /// Scans what this process has and passes over the rest: [`Found::partitions`] says what that was. For those who ask every instance
    /// themselves.
    pub fn only_here(mut self) -> Self {
        self.only_here = true;
        self
    }
    pub(super) fn layout(&self) -> Result<Layout, QueryError> {
        Layout::find(self.blueprint.plan(), &self.directory.serving()?.deployment, self.store.name())
    }
    /// Monotonic time until which an answer is waited for.
    fn until(&self) -> Result<i64, QueryError> {
        let now = self.directory.serving()?.clock.now().monotonic;
        Ok(now.saturating_add(i64::try_from(self.deadline.as_millis()).unwrap_or(i64::MAX)))
    }
    async fn page(&self, layout: &Layout, task: TaskId, wanted: Wanted, most: PageLimits, until: i64) -> Result<Page, QueryError> {
        let stale_ms = self.stale.map(|bound| i64::try_from(bound.as_millis()).unwrap_or(i64::MAX));
        self.directory.ask(Query { id: 0, task, store: layout.name.clone(), wanted, most, until, stale_ms }).await
    }
    /// A task's rows up to the reader's limits, and where it would go on.
    async fn rows_of(&self, layout: &Layout, task: TaskId, range: &Range, until: i64) -> Result<Page, QueryError> {
        let (mut all, mut bytes, mut from) = (Page::default(), 0, range.from.clone());
        loop {
            let most = PageLimits::default();
            let most = PageLimits { rows: most.rows.min(self.rows_max - all.rows.len()), bytes: most.bytes.min(self.bytes_max), ..most };
            let wanted = Wanted::Rows { from, to: range.to.clone(), only: range.only.clone() };
            let page = self.page(layout, task, wanted, most, until).await?;
            bytes += page.rows.iter().map(|row| row.key.len() + row.value.len()).sum::<usize>();
            all.rows.extend(page.rows);
            let full = all.rows.len() >= self.rows_max || bytes >= self.bytes_max;
            match page.next {
                Some(next) if !full => from = Bound::Included(next),
                next => return Ok(Page { next, ..all }),
            }
        }
    }
}

/// A range of a store's keys, in bytes.
pub(super) struct Range {
    pub(super) from: Bound<Vec<u8>>,
    pub(super) to: Bound<Vec<u8>>,
    pub(super) only: Only,
}
impl Range {
    pub(super) fn all(only: Only) -> Range {
        Range { from: Bound::Unbounded, to: Bound::Unbounded, only }
    }
    pub(super) fn with_prefix(prefix: Vec<u8>) -> Range {
        let to = behind(&prefix).map_or(Bound::Unbounded, Bound::Excluded);
        Range { from: Bound::Included(prefix), to, only: Only::Any }
    }
}

impl<K: Key, V: Record> Reader<K, V> {
    /// The value of a key; `None`: it has none.
    ///
    /// # Errors
    /// Why there is no answer.
    pub async fn get(&self, key: &K) -> Result<Option<V>, QueryError> {
        Ok(self.row(key).await?.map(|row| row.value))
    }
    /// The row of a key.
    ///
    /// # Errors
    /// Why there is no answer.
    pub async fn row(&self, key: &K) -> Result<Option<Row<K, V>>, QueryError> {
        let layout = self.layout()?;
        let (task, wanted) = (layout.task_of(&self.store, key)?, Wanted::Row(layout.encode(key)?));
        let page = self.page(&layout, task, wanted, PageLimits::default(), self.until()?).await?;
        page.rows.first().map(|row| decoded(&layout, row)).transpose()
    }
    /// Rows between two keys, in the order of their keys' bytes: negative numbers come last. Each partition is as it was at some commit within
    /// the call, different ones at different commits.
    ///
    /// # Errors
    /// Why there is no answer; a part of it is no answer.
    pub async fn range(&self, keys: impl RangeBounds<K>) -> Result<Found<K, V>, QueryError> {
        let layout = self.layout()?;
        let bytes = |bound: Bound<&K>| match bound {
            Bound::Included(key) => layout.encode(key).map(Bound::Included),
            Bound::Excluded(key) => layout.encode(key).map(Bound::Excluded),
            Bound::Unbounded => Ok(Bound::Unbounded),
        };
        let range = Range { from: bytes(keys.start_bound())?, to: bytes(keys.end_bound())?, only: Only::Any };
        self.scan(&layout, layout.tasks(), &range, |_| true).await
    }
    /// All rows, as [`Reader::range`].
    ///
    /// # Errors
    /// Why there is no answer.
    pub async fn all(&self) -> Result<Found<K, V>, QueryError> {
        let layout = self.layout()?;
        self.scan(&layout, layout.tasks(), &Range::all(Only::Any), |_| true).await
    }
    /// Rows whose key begins with these bytes, as [`Reader::range`].
    ///
    /// # Errors
    /// Why there is no answer.
    pub async fn prefix(&self, bytes: impl AsRef<[u8]>) -> Result<Found<K, V>, QueryError> {
        let (layout, range) = (self.layout()?, Range::with_prefix(bytes.as_ref().to_vec()));
        self.scan(&layout, layout.tasks(), &range, |_| true).await
    }
    /// Who has a key: the group is asked, at most twice a second.
    ///
    /// # Errors
    /// Nobody has it at this moment ([`QueryError::Rebalancing`]), or the group cannot be asked.
    pub async fn owner_of(&self, key: &K) -> Result<Owner, QueryError> {
        let task = self.layout()?.task_of(&self.store, key)?;
        self.directory.owner(task).await?.ok_or_else(|| QueryError::Rebalancing { task: task.to_string() })
    }
    pub(super) async fn scan(
        &self,
        layout: &Layout,
        tasks: impl Iterator<Item = TaskId>,
        range: &Range,
        wanted: impl Fn(&K) -> bool,
    ) -> Result<Found<K, V>, QueryError> {
        let until = self.until()?;
        let (mut rows, mut cut, mut partitions) = (vec![], None::<Vec<u8>>, vec![]);
        for task in tasks {
            match self.rows_of(layout, task, range, until).await {
                Ok(page) => {
                    rows.extend(page.rows);
                    cut = cut.into_iter().chain(page.next).min();
                    partitions.push(task.partition);
                }
                Err(QueryError::Elsewhere { .. }) if self.only_here => {}
                Err(error) => return Err(error),
            }
        }
        let complete = cut_off(&mut rows, cut, self.rows_max, self.bytes_max);
        let rows = rows.iter().map(|row| decoded(layout, row)).collect::<Result<Vec<Row<K, V>>, _>>()?;
        Ok(Found { rows: rows.into_iter().filter(|row| wanted(&row.key)).collect(), complete, partitions })
    }
}
/// Puts rows in order and leaves those before the first key that a partition could not give any more, and of these as many as the limits of rows
/// and bytes allow, the first always. Answers whether all are left.
fn cut_off(rows: &mut Vec<StoredRow>, cut: Option<Vec<u8>>, most: usize, bytes_max: usize) -> bool {
    rows.sort_by(|a, b| a.key.cmp(&b.key));
    let behind = |cut: &Vec<u8>| rows.partition_point(|row| row.key < *cut);
    let mut bytes = 0;
    let fits = |row: &StoredRow| {
        bytes += row.key.len() + row.value.len();
        bytes <= bytes_max
    };
    let fitting = rows.iter().map(fits).take_while(|fits| *fits).count().max(1);
    let keep = cut.as_ref().map_or(rows.len(), behind).min(most).min(fitting);
    let complete = cut.is_none() && keep == rows.len();
    rows.truncate(keep);
    complete
}
pub(super) fn decoded<K: Key, V: Record>(layout: &Layout, row: &StoredRow) -> Result<Row<K, V>, QueryError> {
    let value = V::decode(Some(&row.value));
    let value = value.map_err(|e| QueryError::Bytes(format!("a value of store `{}` cannot be read: {e}", layout.name)))?;
    Ok(Row { key: layout.decode(&row.key)?, value, time: Timestamp(row.time) })
}
/// The first key that does not begin with these bytes; `None` if all that follow do.
fn behind(prefix: &[u8]) -> Option<Vec<u8>> {
    let last = prefix.iter().rposition(|byte| *byte < u8::MAX)?;
    let mut behind = prefix[..=last].to_vec();
    behind[last] += 1;
    Some(behind)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_prefix_ends_before_the_next_one() {
        assert_eq!(behind(b"ab"), Some(b"ac".to_vec()));
        assert_eq!(behind(&[1, 255]), Some(vec![2]));
        assert_eq!((behind(&[255]), behind(b"")), (None, None));
    }

    #[test]
    fn rows_behind_a_cut_partition_are_no_answer() {
        let row = |key: &str| StoredRow { key: key.into(), value: vec![], time: 0 };
        let mut rows = vec![row("c"), row("a"), row("b")];
        assert!(cut_off(&mut rows, None, 9, 9));
        assert_eq!(rows, [row("a"), row("b"), row("c")]);
        assert!(!cut_off(&mut rows, Some(b"c".to_vec()), 9, 9));
        assert_eq!(rows, [row("a"), row("b")]);
        assert!(!cut_off(&mut rows, None, 1, 9));
        assert_eq!(rows, [row("a")]);
        let mut rows = vec![row("aaa"), row("b"), row("c")];
        assert!(!cut_off(&mut rows, None, 9, 4));
        assert_eq!(rows, [row("aaa"), row("b")]);
        assert!(!cut_off(&mut rows, None, 9, 2));
        assert_eq!(rows, [row("aaa")], "one row is an answer, however long");
    }
}
