//! The stores of a task: opened by operators with their types, walked by the task without them.
use super::{
    mark::{RowsMark, Verdict, rows_mark},
    migrating::Migrating,
    page::{Page, PageLimits, Wanted},
    stored::{Log, Stored},
    versions::Versions,
};
use crate::{
    Headers, Key, Record,
    plan::{Store, StoreIndex, StoreKind},
    record::millis_of,
    task::Outbox,
};
use kstreams_store::{
    Parked, Segments, Shape, Snapshot, TableRows, WriteSet,
    layout::{session, versioned, window},
};
use std::{any::Any, cell::RefCell, collections::BTreeMap, rc::Rc, sync::Arc};

/// A record that a store is restored from.
#[derive(Clone, Copy)]
pub(crate) struct Logged<'a> {
    pub(crate) key: &'a [u8],
    pub(crate) value: Option<&'a [u8]>,
    pub(crate) time: i64,
    /// The largest event time that a source topic's record may have.
    pub(crate) latest: i64,
    /// Headers cost; few stores ask for them.
    pub(crate) headers: &'a dyn Fn() -> Headers,
}
/// Says the event time of a source topic's record from its key, value and own time; `None`: it is no row.
pub(crate) type TimeOf<K> = Arc<dyn Fn(&K, Option<&[u8]>, i64) -> Option<i64> + Send + Sync>;

/// A store as its task walks it.
pub(crate) trait TaskStore {
    fn prepare(&self, outbox: &mut Outbox) -> crate::Result<()>;
    fn commit(&self, generation: u64);
    fn abort(&self);
    fn restore(&self, record: &Logged<'_>, generation: u64);
    /// Says why what was restored cannot be used.
    fn unreadable(&self) -> Option<String> {
        None
    }
    /// Its changelog is being written once more.
    fn is_rewriting(&self) -> bool {
        false
    }
    /// The mark to write beside its rows.
    fn mark(&self) -> Option<Vec<u8>> {
        None
    }
    /// The next checkpoint is to say that it is written anew.
    fn is_anew(&self) -> bool;
    /// Milliseconds that one of its segments holds.
    fn segment_interval(&self) -> Option<i64>;
    fn rows_up_to(&self, generation: u64) -> (Vec<TableRows>, Vec<String>);
    fn settle(&self, generation: u64, snapshot: &Arc<dyn Snapshot>) -> Result<(), kstreams_store::Error>;
    fn open_bytes(&self) -> usize;
    fn committed_bytes(&self) -> usize;
    fn is_dirty(&self) -> bool;
    fn store_time(&self) -> i64;
    /// Reads no more what the database held until now.
    fn forget_database(&self);
    /// Rows as they were at the last commit.
    fn page(&self, wanted: &Wanted, most: &PageLimits) -> Result<Page, kstreams_store::Error>;
    /// Leaves the committed slots.
    fn park(&self) -> Parked;
    /// Entries and rows that scans have looked at.
    #[cfg(test)]
    fn looked_at(&self) -> u64;
}
impl<K: Key, V: Record> TaskStore for RefCell<Stored<K, V>> {
    fn prepare(&self, outbox: &mut Outbox) -> crate::Result<()> {
        self.borrow_mut().prepare(outbox)
    }
    fn commit(&self, generation: u64) {
        self.borrow_mut().commit(generation);
    }
    fn abort(&self) {
        self.borrow_mut().abort();
    }
    fn restore(&self, record: &Logged<'_>, generation: u64) {
        self.borrow_mut().restore(record, generation);
    }
    fn unreadable(&self) -> Option<String> {
        self.borrow_mut().unreadable()
    }
    fn is_rewriting(&self) -> bool {
        self.borrow().is_rewriting()
    }
    fn mark(&self) -> Option<Vec<u8>> {
        self.borrow().mark()
    }
    fn is_anew(&self) -> bool {
        self.borrow().set.is_anew()
    }
    fn segment_interval(&self) -> Option<i64> {
        self.borrow().set.segment_interval()
    }
    #[allow(clippy::misnamed_getters)] // Of what is committed: this goes to the disk.
    fn store_time(&self) -> i64 {
        self.borrow().committed_time
    }
    fn forget_database(&self) {
        self.borrow_mut().set.forget_database();
    }
    fn rows_up_to(&self, generation: u64) -> (Vec<TableRows>, Vec<String>) {
        self.borrow().set.rows_up_to(generation)
    }
    fn settle(&self, generation: u64, snapshot: &Arc<dyn Snapshot>) -> Result<(), kstreams_store::Error> {
        self.borrow_mut().set.settle(generation, snapshot.clone())
    }
    fn open_bytes(&self) -> usize {
        self.borrow().open_bytes()
    }
    fn committed_bytes(&self) -> usize {
        self.borrow().set.committed_bytes()
    }
    fn is_dirty(&self) -> bool {
        self.borrow().is_dirty()
    }
    fn page(&self, wanted: &Wanted, most: &PageLimits) -> Result<Page, kstreams_store::Error> {
        self.borrow().page(wanted, most)
    }
    fn park(&self) -> Parked {
        self.borrow_mut().park()
    }
    #[cfg(test)]
    fn looked_at(&self) -> u64 {
        self.borrow().set.looked_at()
    }
}
impl<K: Key, V: Record> TaskStore for RefCell<Versions<K, V>> {
    fn prepare(&self, outbox: &mut Outbox) -> crate::Result<()> {
        self.borrow_mut().prepare(outbox)
    }
    fn commit(&self, generation: u64) {
        self.borrow_mut().commit(generation);
    }
    fn abort(&self) {
        self.borrow_mut().abort();
    }
    fn restore(&self, record: &Logged<'_>, generation: u64) {
        self.borrow_mut().restore(record, generation);
    }
    fn is_anew(&self) -> bool {
        self.borrow().set.is_anew()
    }
    fn segment_interval(&self) -> Option<i64> {
        self.borrow().set.segment_interval()
    }
    fn store_time(&self) -> i64 {
        self.borrow().committed_time()
    }
    fn forget_database(&self) {
        self.borrow_mut().forget_database();
    }
    fn rows_up_to(&self, generation: u64) -> (Vec<TableRows>, Vec<String>) {
        self.borrow().set.rows_up_to(generation)
    }
    fn settle(&self, generation: u64, snapshot: &Arc<dyn Snapshot>) -> Result<(), kstreams_store::Error> {
        self.borrow_mut().set.settle(generation, snapshot.clone())
    }
    fn open_bytes(&self) -> usize {
        self.borrow().open_bytes()
    }
    fn committed_bytes(&self) -> usize {
        self.borrow().set.committed_bytes()
    }
    fn is_dirty(&self) -> bool {
        self.borrow().is_dirty()
    }
    fn page(&self, wanted: &Wanted, _: &PageLimits) -> Result<Page, kstreams_store::Error> {
        self.borrow().page(wanted)
    }
    fn park(&self) -> Parked {
        self.borrow_mut().park()
    }
    #[cfg(test)]
    fn looked_at(&self) -> u64 {
        self.borrow().set.looked_at()
    }
}

/// What stores are opened over.
pub(crate) struct OpenStores {
    /// The database as the last checkpoint left it.
    pub(crate) snapshot: Arc<dyn Snapshot>,
    hash_seed: u64,
    parked: BTreeMap<Arc<str>, Parked>,
    logs: BTreeMap<Arc<str>, Log>,
    typed: BTreeMap<StoreIndex, Rc<dyn Any>>,
    /// In the plan's order.
    pub(crate) walked: BTreeMap<StoreIndex, (Arc<str>, Rc<dyn TaskStore>)>,
    /// Stores that are read back from the beginning of their changelogs, whatever is there.
    pub(crate) anew: Vec<Arc<str>>,
    /// A store could not be opened.
    pub(crate) error: Option<kstreams_store::Error>,
    /// What is there is of another type.
    pub(crate) refused: Option<String>,
}
impl OpenStores {
    /// Stores of one task over the view of its last checkpoint.
    pub(crate) fn new(snapshot: Arc<dyn Snapshot>, hash_seed: u64, parked: Vec<(Arc<str>, Parked)>, logs: BTreeMap<Arc<str>, Log>) -> Self {
        let parked = parked.into_iter().collect();
        OpenStores {
            snapshot,
            hash_seed,
            parked,
            logs,
            typed: BTreeMap::new(),
            walked: BTreeMap::new(),
            anew: vec![],
            error: None,
            refused: None,
        }
    }
    /// The store with its types; opened by the first operator that asks. A second one with other types gets a store of its own, which the
    /// task never walks: the typed surface does not let that happen.
    pub(crate) fn open<K: Key, V: Record>(&mut self, index: StoreIndex, store: &Store) -> Rc<RefCell<Stored<K, V>>> {
        self.known(index, store, |stores, name, store| {
            let segments = match store.kind {
                StoreKind::KeyValue | StoreKind::Versioned { .. } => None,
                StoreKind::Window { retention, .. } => {
                    Some(Segments { interval_ms: window::segment_interval(millis_of(retention)), time_of: window::start_of })
                }
                StoreKind::Session { retention } => {
                    Some(Segments { interval_ms: window::segment_interval(millis_of(retention)), time_of: session::end_of })
                }
            };
            let migrating = stores.migrating(name, store);
            let (set, time) = stores.write_set(name, store, segments);
            Stored::new(store.name.clone(), store.kind, stores.logs.get(name).copied(), set, time, migrating).sized(store.window)
        })
    }
    /// [`OpenStores::open`] of a versioned store.
    pub(crate) fn open_versions<K: Key, V: Record>(&mut self, index: StoreIndex, store: &Store) -> Rc<RefCell<Versions<K, V>>> {
        self.known(index, store, |stores, name, store| {
            let history = if let StoreKind::Versioned { history } = store.kind { millis_of(history) } else { 0 };
            let segments = Segments { interval_ms: versioned::segment_interval(history), time_of: versioned::valid_to };
            let (set, time) = stores.write_set(name, store, Some(segments));
            // What was in time when it was put must be so again.
            let time = if set.is_anew() { -1 } else { time };
            Versions::new(store.name.clone(), history, stores.logs.get(name).copied(), set, time).sized(store.window)
        })
    }
    fn known<T>(&mut self, index: StoreIndex, store: &Store, fresh: impl FnOnce(&mut Self, &Arc<str>, &Store) -> T) -> Rc<RefCell<T>>
    where
        T: 'static,
        RefCell<T>: TaskStore,
    {
        if let Some(known) = self.typed.get(&index).and_then(|s| s.clone().downcast::<RefCell<T>>().ok()) {
            return known;
        }
        let name: Arc<str> = store.name.as_str().into();
        let opened = Rc::new(RefCell::new(fresh(self, &name, store)));
        self.typed.insert(index, opened.clone());
        self.walked.insert(index, (name, opened.clone()));
        opened
    }
    /// What is known of the types of its rows. Rows of an older type are forgotten here: they come back from the changelog.
    fn migrating(&mut self, name: &Arc<str>, store: &Store) -> Option<Migrating> {
        store.migrations.as_ref()?;
        let parked = self.parked.get(name).map(|parked| parked.note.clone());
        let mark = parked.or_else(|| self.snapshot.mark(&rows_mark(name))).and_then(|mark| RowsMark::parse(&mark));
        let opened = self.has_rows(name).map_err(|e| self.error = Some(e)).ok()?;
        match Migrating::open(store, mark, opened) {
            Ok((migrating, verdict)) => {
                if verdict == Verdict::Anew {
                    self.parked.remove(name);
                    self.anew.push(name.clone());
                }
                Some(migrating)
            }
            Err(refusal) => {
                self.refused = Some(refusal);
                None
            }
        }
    }
    /// Tables on disk hold segments as long as they were when it was begun. Where the retention is another now, rows come back from the changelog;
    /// without one, the old length stays.
    fn cut(&mut self, name: &Arc<str>, store: &Store, segments: Segments) -> Segments {
        let held = self.snapshot.mark(&segments_mark(name)).and_then(|mark| mark.try_into().ok()).map(i64::from_be_bytes);
        let Some(interval_ms) = held.filter(|held| *held != segments.interval_ms) else { return segments };
        if !self.logs.contains_key(name) && store.source.is_none() {
            return Segments { interval_ms, ..segments };
        }
        if !self.parked.contains_key(name) {
            self.anew.push(name.clone());
        }
        segments
    }
    fn has_rows(&self, name: &str) -> Result<bool, kstreams_store::Error> {
        Ok(self.snapshot.table(name)?.is_some() || !self.snapshot.tables(&format!("{name}/"))?.is_empty())
    }
    /// The write set of a store over what is parked and stored, and the store's time there.
    fn write_set<V>(&mut self, name: &Arc<str>, store: &Store, segments: Option<Segments>) -> (WriteSet<V>, i64) {
        let segments = segments.map(|segments| self.cut(name, store, segments));
        // What a versioned key was is looked for in the order of its versions.
        let ordered = store.ordered || matches!(store.kind, StoreKind::Versioned { .. });
        let shape = Shape { table: store.name.clone(), ordered, segments, hash_seed: self.hash_seed };
        let parked = self.parked.remove(name);
        let parked_time = parked.as_ref().and_then(|parked| parked.time);
        let set = match parked {
            Some(parked) => WriteSet::from_parked(shape, self.snapshot.clone(), parked),
            None => WriteSet::new(shape, self.snapshot.clone()),
        };
        let mut set = set.unwrap_or_else(|error| {
            self.error = Some(error);
            WriteSet::detached(store.name.clone())
        });
        if self.anew.contains(name) {
            set.begin_anew();
        }
        let written = self.snapshot.mark(&store_time_mark(name)).and_then(|m| m.try_into().ok()).map_or(-1, i64::from_be_bytes);
        // Parked rows may be older than those on disk, whose changes are replayed over them: time goes back with them.
        (set, parked_time.unwrap_or(written))
    }
}
/// Where a checkpoint keeps the length of a store's segments.
pub(crate) fn segments_mark(store: &str) -> String {
    format!("segments/{store}")
}
/// All that a checkpoint notes of a store.
pub(crate) fn marks_of(store: &str) -> [String; 4] {
    [store_time_mark(store), written_at_mark(store), rows_mark(store), segments_mark(store)]
}
/// Where a checkpoint notes when it has written a store.
pub(crate) fn written_at_mark(store: &str) -> String {
    format!("written-at/{store}")
}
/// Where a checkpoint keeps a store's time.
pub(crate) fn store_time_mark(store: &str) -> String {
    format!("store-time/{store}")
}
