//! Names of stores, with settings where a plain name will not do.
use super::{Plain, Unmigrated, Versioned, Window, migrate::Makes};
use crate::{
    Key, Record, Table,
    codec::Shape,
    partition::Partitioner,
    plan::{self, Expected, Migration, StoreIndex, StoreKind, recorder},
};
use std::{marker::PhantomData, time::Duration};

/// Names a table's state for queries: the topology function returns it, `App::reader` and, in a test, `TestDriver::rows` read it.
pub struct StoreOf<K, V> {
    name: String,
    partition_of: fn(&[u8], u32) -> u32,
    of: PhantomData<fn() -> (K, V)>,
}
impl<K, V> Clone for StoreOf<K, V> {
    fn clone(&self) -> Self {
        StoreOf { name: self.name.clone(), partition_of: self.partition_of, of: PhantomData }
    }
}
impl<K, V> StoreOf<K, V> {
    /// The partition of a key, by the bytes that place it.
    #[cfg(any(feature = "embedded", feature = "kafka"))]
    pub(crate) fn partition_of(&self, placed_by: &[u8], count: u32) -> u32 {
        (self.partition_of)(placed_by, count)
    }
    /// The store's name.
    pub fn name(&self) -> &str {
        &self.name
    }
}
impl<S: crate::Keyed<Key: Key>, V: Record, M> Table<S, V, M> {
    /// The handle for queries: return it from the topology function. A table without a store of its own has none: `.materialize("name")` it first.
    ///
    /// ```
    /// use kstreams::prelude::*;
    /// # #[topic(name = "words", key = String, value = String, partitions = 1)]
    /// # struct Words;
    /// let b = Topology::builder("example");
    /// let words = b.stream(Words).count("words-per-key");
    /// let topology = b.build(words.store());
    /// assert_eq!(topology.stores().name(), "words-per-key");
    /// ```
    #[track_caller]
    pub fn store(self) -> StoreOf<S::Key, V> {
        StoreOf { name: recorder::store_name(self.at), partition_of: S::Partitioner::partition, of: PhantomData }
    }
}

/// A store's name with settings: `stored("name").retention(days(2))`. `M`: the kind of table that it makes; `T`: what its migrations give.
pub struct Stored<M = Plain, T = Unmigrated> {
    pub(super) draft: StoreDraft,
    pub(super) of: PhantomData<(M, T)>,
}
/// A store's name, to put settings on.
///
/// ```
/// # use kstreams::prelude::*;
/// # #[topic(name = "words", key = String, value = String, partitions = 1)]
/// # struct Words;
/// # #[topic(name = "hourly", key = TimeWindowed<String>, value = u64, partitions = 1, window = hours(1))]
/// # struct Hourly;
/// # let b = Topology::builder("example");
/// # let words = b.stream(Words);
/// let kept = stored("hourly").retention(days(2)).topic_config("segment.ms", "3600000");
/// words.windowed_by(tumbling(hours(1)).grace(days(1))).count(kept).to(Hourly);
/// # let mut driver = TestDriver::new(b.build(()));
/// driver.input(Words).at(0).send("ann".into(), "tea".into());
/// assert_eq!(driver.changelog("hourly").len(), 1);
/// ```
pub fn stored(name: &'static str) -> Stored {
    Stored { draft: StoreDraft::named(name).migrating(vec![]), of: PhantomData }
}
impl<M, T> Stored<M, T> {
    /// How long windows are kept, if longer than size and grace ask for (Kafka Streams: `Materialized.withRetention`).
    ///
    /// ```
    /// # use kstreams::prelude::*;
    /// # #[topic(name = "words", key = String, value = String, partitions = 1)]
    /// # struct Words;
    /// # #[topic(name = "hourly", key = TimeWindowed<String>, value = u64, partitions = 1, window = hours(1))]
    /// # struct Hourly;
    /// # let b = Topology::builder("example");
    /// # let words = b.stream(Words);
    /// words.windowed_by(tumbling(hours(1))).count(stored("hourly").retention(days(7))).to(Hourly);
    /// # let topology = b.build(());
    /// let kept = topology.plan().stores.iter().find_map(|store| store.kind.retention());
    /// assert_eq!(kept, Some(days(7)));
    /// ```
    pub fn retention(mut self, retention: Duration) -> Self {
        self.draft.retention = Some(retention);
        self
    }
    /// A store that is never on disk (Kafka Streams: `Stores.inMemory…`, `Materialized.withStoreType(IN_MEMORY)`). Its rows live as long as the process
    /// does, and are read back from its changelog at every start, however it ended; with [`Stored::unlogged`] they are gone. It holds all its rows in
    /// memory and has no limit of its own: for tables of a known size. Results are the same.
    ///
    /// ```
    /// # use kstreams::prelude::*;
    /// # #[topic(name = "words", key = String, value = String, partitions = 1)]
    /// # struct Words;
    /// # #[topic(name = "sums", key = String, value = u64, partitions = 1)]
    /// # struct Sums;
    /// # let b = Topology::builder("example");
    /// # let words = b.stream(Words);
    /// words.count(stored("words").in_memory()).to(Sums);
    /// # let mut driver = TestDriver::new(b.build(()));
    /// driver.input(Words).send("ann".into(), "tea".into());
    /// driver.crash(); // read back from the changelog
    /// driver.input(Words).send("ann".into(), "ale".into());
    /// assert_eq!(driver.output(Sums).values(), [1, 2]);
    /// ```
    pub fn in_memory(mut self) -> Self {
        self.draft.in_memory = true;
        self
    }
    /// No changelog: a lost disk loses the table.
    ///
    /// ```
    /// # use kstreams::prelude::*;
    /// # #[topic(name = "words", key = String, value = String, partitions = 1)]
    /// # struct Words;
    /// # #[topic(name = "sums", key = String, value = u64, partitions = 1)]
    /// # struct Sums;
    /// # let b = Topology::builder("example");
    /// # let words = b.stream(Words);
    /// words.count(stored("words").unlogged()).to(Sums);
    /// # let mut driver = TestDriver::new(b.build(()));
    /// driver.input(Words).send("ann".into(), "tea".into());
    /// assert_eq!(driver.output(Sums).values(), [1]);
    /// assert!(driver.log().topics().iter().all(|topic| !topic.name.ends_with("-changelog")));
    /// ```
    pub fn unlogged(mut self) -> Self {
        self.draft.logged = false;
        self
    }
    /// Hands on one change a key and commit, not every change: what Java's record cache does, at the commit and never before.
    ///
    /// ```
    /// # use kstreams::prelude::*;
    /// # #[topic(name = "words", key = String, value = String, partitions = 1)]
    /// # struct Words;
    /// # #[topic(name = "sums", key = String, value = u64, partitions = 1)]
    /// # struct Sums;
    /// # let b = Topology::builder("example");
    /// # let words = b.stream(Words);
    /// words.count(stored("words").emit_on_commit()).to(Sums);
    /// # let settings = kstreams::worker::Settings { commit_interval_ms: 1_000, ..Default::default() };
    /// # let mut driver = TestDriver::with_settings(b.build(()), settings);
    /// driver.input(Words).send("ann".into(), "tea".into()).send("ann".into(), "ale".into());
    /// assert!(driver.output(Sums).is_empty());
    /// driver.advance_wall_clock(seconds(1)); // the commit
    /// assert_eq!(driver.output(Sums).values(), [2]);
    /// ```
    pub fn emit_on_commit(mut self) -> Self {
        self.draft.emit_on_commit = true;
        self
    }
    /// A setting of the changelog topic.
    ///
    /// ```
    /// # use kstreams::prelude::*;
    /// # #[topic(name = "words", key = String, value = String, partitions = 1)]
    /// # struct Words;
    /// # #[topic(name = "sums", key = String, value = u64, partitions = 1)]
    /// # struct Sums;
    /// # let b = Topology::builder("example");
    /// # let words = b.stream(Words);
    /// words.count(stored("words").topic_config("min.cleanable.dirty.ratio", "0.1")).to(Sums);
    /// # let mut driver = TestDriver::new(b.build(()));
    /// driver.input(Words).send("ann".into(), "tea".into());
    /// let config = |d: &kstreams::plan::Deployment| Some(d.topic(d.topic_named("example-words-changelog")?).config.clone());
    /// assert!(config(driver.deployment()).unwrap().contains(&("min.cleanable.dirty.ratio".into(), "0.1".into())));
    /// ```
    pub fn topic_config(mut self, key: &str, value: &str) -> Self {
        self.draft.topic_config.push((key.to_owned(), value.to_owned()));
        self
    }
    /// How many keys it will hold, over all partitions: documents then tell how much disk, memory and changelog it takes, for windows times those that
    /// are kept. Nothing else depends on it, and the lock does not know it.
    ///
    /// ```
    /// # use kstreams::prelude::*;
    /// # #[topic(name = "words", key = String, value = String, partitions = 1)]
    /// # struct Words;
    /// # #[topic(name = "sums", key = String, value = u64, partitions = 1)]
    /// # struct Sums;
    /// # let b = Topology::builder("example");
    /// # let words = b.stream(Words);
    /// words.count(stored("words").expect_keys(1_000_000).expect_row_bytes(60)).to(Sums);
    /// # #[cfg(feature = "document")] {
    /// # use kstreams::document::{Format, render};
    /// let page = render(&b.build(()), Format::Markdown).unwrap();
    /// assert!(page.contains("100 MB")); // (60 + 40 bytes) x 1,000,000
    /// # }
    /// ```
    pub fn expect_keys(mut self, keys: u64) -> Self {
        self.draft.expected = self.draft.expected.keys(keys);
        self
    }
    /// How many bytes a key and its value have on average, as they are encoded; see [`Stored::expect_keys`].
    pub fn expect_row_bytes(mut self, bytes: u64) -> Self {
        self.draft.expected = self.draft.expected.row_bytes(bytes);
        self
    }
}

impl Stored {
    /// Keeps what every key has been for the last `history` of stream time (Kafka Streams: `Stores.persistentVersionedKeyValueStore`, KIP-889):
    /// the table becomes [`Versioned`]. An update that is older than that is dropped; one that is older than the key's latest becomes part of its past.
    ///
    /// ```
    /// # use kstreams::prelude::*;
    /// # #[topic(name = "prices", key = String, value = u64, partitions = 1)]
    /// # struct Prices;
    /// # #[topic(name = "orders", key = String, value = u64, partitions = 1)]
    /// # struct Orders;
    /// # #[topic(name = "totals", key = String, value = u64, partitions = 1)]
    /// # struct Totals;
    /// # let b = Topology::builder("example");
    /// # let (prices, orders) = (b.stream(Prices), b.stream(Orders));
    /// let prices = prices.to_table(stored("last-prices").versioned(hours(1)));
    /// orders.join(prices, |amount, price| amount * price).to(Totals);
    /// # let mut driver = TestDriver::new(b.build(()));
    /// driver.input(Prices).at(1_000).send("tea".into(), 3);
    /// driver.input(Prices).at(2_000).send("tea".into(), 4);
    /// // an order meets the price of its own time
    /// driver.input(Orders).at(1_500).send("tea".into(), 10);
    /// driver.input(Orders).at(2_500).send("tea".into(), 10);
    /// assert_eq!(driver.output(Totals).values(), [30, 40]);
    /// ```
    pub fn versioned(mut self, history: Duration) -> Stored<Versioned> {
        self.draft.history = Some(history);
        Stored { draft: self.draft, of: PhantomData }
    }
}

/// A store name: a string literal, or `stored("name")` with settings.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not name a store of `{V}`",
    label = "not the name of a store of `{V}`",
    note = "a store is named by a string literal, with settings by `stored(\"name\").retention(days(2))`",
    note = "what is called `Migrated<T>` comes of `.migrate(from::<Old>(), f)`, whose `f` has to give the store's value: `|old: Old| -> {V} {{ .. }}`"
)]
pub trait IntoStore<V> {
    /// The kind of table that it makes.
    type Kind;
    #[doc(hidden)]
    fn draft(self) -> StoreDraft;
}
#[diagnostic::do_not_recommend]
impl<V> IntoStore<V> for &'static str {
    type Kind = Plain;
    fn draft(self) -> StoreDraft {
        StoreDraft::named(self).migrating(vec![])
    }
}
#[diagnostic::do_not_recommend]
impl<M, T: Makes<V>, V> IntoStore<V> for Stored<M, T> {
    type Kind = M;
    fn draft(self) -> StoreDraft {
        self.draft
    }
}

/// A store before it is in the plan.
#[doc(hidden)]
#[derive(Clone)]
pub struct StoreDraft {
    pub(crate) name: String,
    retention: Option<Duration>,
    history: Option<Duration>,
    in_memory: bool,
    logged: bool,
    emit_on_commit: bool,
    topic_config: Vec<(String, String)>,
    pub(crate) ordered: bool,
    pub(crate) shared: usize,
    pub(crate) expected: Expected,
    advance: Option<Duration>,
    kind: StoreKind,
    schema: (u64, u64),
    types: (&'static str, &'static str),
    shapes: (&'static Shape, &'static Shape),
    migrations: Option<Vec<Migration>>,
}
impl StoreDraft {
    pub(crate) fn named(name: &str) -> StoreDraft {
        StoreDraft {
            name: name.to_owned(),
            retention: None,
            history: None,
            in_memory: false,
            logged: true,
            emit_on_commit: false,
            topic_config: vec![],
            ordered: false,
            shared: 0,
            expected: Expected::UNKNOWN,
            advance: None,
            kind: StoreKind::KeyValue,
            schema: (0, 0),
            types: ("", ""),
            shapes: (&Shape::Opaque, &Shape::Opaque),
            migrations: None,
        }
    }
    pub(crate) fn of<K: Key, V: Record>(name: impl IntoStore<V>, kind: StoreKind) -> StoreDraft {
        name.draft().typed::<K, V>(kind)
    }
    pub(crate) fn typed<K: Key, V: Record>(self, kind: StoreKind) -> StoreDraft {
        let types = (std::any::type_name::<K>(), std::any::type_name::<V>());
        StoreDraft { kind, schema: (K::SCHEMA, V::SCHEMA), types, shapes: (K::SHAPE, V::SHAPE), ..self }
    }
    /// Read in key order.
    pub(crate) fn ordered(mut self) -> Self {
        self.ordered = true;
        self
    }
    pub(crate) fn in_memory(mut self) -> Self {
        self.in_memory = true;
        self
    }
    pub(crate) fn unlogged(mut self) -> Self {
        self.logged = false;
        self
    }
    /// Its rows may be read through migrations.
    pub(crate) fn migrating(mut self, migrations: Vec<Migration>) -> Self {
        self.migrations.get_or_insert_default().extend(migrations);
        self
    }
    /// Reports windows and retentions that cannot be.
    pub(crate) fn checked(self, windows: impl Window, recording: usize) -> StoreDraft {
        if let Some(text) = windows.problem() {
            recorder::problem(recording, text);
        }
        // Where they do not begin at regular times, a record looks for those around it.
        let (advance, ordered) = (windows.over().advance(), windows.over().advance().is_none());
        StoreDraft { advance, ordered, ..self }.kept_for(windows.kept_for(), recording)
    }
    /// Reports a retention that is too short, and versions where windows are kept.
    pub(crate) fn kept_for(self, needed: Duration, recording: usize) -> StoreDraft {
        if self.history.is_some() {
            let text = format!("store `{}` holds windows, which have no versions: leave out `.versioned(..)`", self.name);
            recorder::problem(recording, text);
        }
        if let Some(asked) = self.retention.filter(|asked| *asked < needed) {
            let text = format!(
                "store `{}` keeps windows for {asked:?}, but they are needed for {needed:?} (size and grace): raise `.retention(..)` or lower the grace",
                self.name,
            );
            recorder::problem(recording, text);
        }
        self
    }
    /// Reports windows that would be forgotten before they end.
    pub(crate) fn whole_windows(self, recording: usize) -> StoreDraft {
        if let StoreKind::Window { size, retention } = self.kind
            && retention < size
        {
            let text = format!(
                "store `{}` keeps windows of {size:?} for {retention:?}, so they are forgotten before they end: raise the retention to {size:?} or more",
                self.name
            );
            recorder::problem(recording, text);
        }
        self
    }
    /// Of a store that hands on no changes of its rows: reports that it should do so at a commit.
    pub(crate) fn at_once(self, operator: &str, recording: usize) -> StoreDraft {
        if self.emit_on_commit {
            let text = format!("store `{}`: `{operator}` lets a record through at once or never, leave out `.emit_on_commit()`", self.name);
            recorder::problem(recording, text);
        }
        self
    }
    /// Reports a retention where rows are kept for ever.
    fn check_retention(&self, recording: usize) {
        if self.retention.is_some() && self.kind == StoreKind::KeyValue {
            let text = format!("store `{}` keeps a row a key, and no window that would end: leave out `.retention(..)`", self.name);
            recorder::problem(recording, text);
        }
    }
    /// Puts it into the plan.
    pub(crate) fn add(self, recording: usize) -> StoreIndex {
        self.check_retention(recording);
        let kind = match (self.kind, self.retention) {
            (StoreKind::KeyValue, _) if self.history.is_some() => self.versioned(recording),
            (StoreKind::Window { size, .. }, Some(retention)) => StoreKind::Window { size, retention },
            (StoreKind::Session { .. }, Some(retention)) => StoreKind::Session { retention },
            (kind, _) => kind,
        };
        self.check_migrations(recording);
        let StoreDraft {
            name,
            in_memory,
            logged,
            emit_on_commit,
            topic_config,
            ordered,
            shared,
            schema,
            types,
            shapes,
            expected,
            advance,
            ..
        } = self;
        let migrations = self.migrations.filter(|_| !matches!(kind, StoreKind::Versioned { .. }));
        recorder::store(
            recording,
            plan::Store {
                name,
                kind,
                window: None,
                schema,
                types,
                shapes,
                logged,
                in_memory,
                emit_on_commit,
                ordered,
                source: None,
                topic_config,
                shared,
                expected,
                advance,
                migrations,
            },
        )
    }
    /// Reports migrations that lead nowhere.
    fn check_migrations(&self, recording: usize) {
        let (name, migrations) = (&self.name, self.migrations.as_deref().unwrap_or_default());
        if !migrations.is_empty() && !self.logged {
            let text = format!(
                "store `{name}` is unlogged, and rows are migrated on their way back from the changelog: leave out `.migrate(..)` and give the \
                 store another name, or leave out `.unlogged()`"
            );
            recorder::problem(recording, text);
        }
        for (i, Migration { schema, ty, .. }) in migrations.iter().enumerate() {
            if *schema == self.schema.1 || migrations[..i].iter().any(|before| before.schema == *schema) {
                let text = format!(
                    "store `{name}` is migrated from `{ty}`, which is the type that it has, or is migrated from already: leave out that `.migrate(..)`"
                );
                recorder::problem(recording, text);
            }
        }
    }
    fn versioned(&self, recording: usize) -> StoreKind {
        if self.emit_on_commit {
            let text = format!(
                "store `{}` is versioned: every one of its versions goes on by itself, so `emit_on_commit` has nothing to do there",
                self.name
            );
            recorder::problem(recording, text);
        }
        StoreKind::Versioned { history: self.history.unwrap_or_default() }
    }
    /// Puts it into the plan as the store of a source table: the topic is its changelog.
    pub(crate) fn add_for_source(self, recording: usize, topic: plan::TopicIndex) -> StoreIndex {
        let StoreDraft { name, kind, in_memory, emit_on_commit, ordered, schema, types, shapes, expected, .. } = self;
        let source = Some(topic);
        recorder::store(
            recording,
            plan::Store {
                name,
                kind,
                window: None,
                schema,
                types,
                shapes,
                logged: true,
                in_memory,
                emit_on_commit,
                ordered,
                source,
                topic_config: vec![],
                shared: 0,
                expected,
                advance: None,
                migrations: None,
            },
        )
    }
}
