//! The stores of a task: opened by operators with their types, walked by the task without them.
use super::{
    page::{Page, PageLimits, Wanted},
    stored::{Log, Stored},
    versions::Versions,
};
use crate::{
    Key, Record,
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
}
/// Says the event time of a source topic's record from its key, value and own time; `None`: it is no row.
pub(crate) type TimeOf<K> = Arc<dyn Fn(&K, Option<&[u8]>, i64) -> Option<i64> + Send + Sync>;

/// A store as its task walks it.
pub(crate) trait TaskStore {
    fn prepare(&self, outbox: &mut Outbox) -> crate::Result<()>;
    fn commit(&self, generation: u64);
    fn abort(&self);
    fn restore(&self, record: &Logged<'_>, generation: u64);
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
        self.borrow().set.open_bytes()
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
}

/// What stores are opened over.
pub(crate) struct OpenStores {
    snapshot: Arc<dyn Snapshot>,
    hash_seed: u64,
    parked: BTreeMap<Arc<str>, Parked>,
    logs: BTreeMap<Arc<str>, Log>,
    typed: BTreeMap<StoreIndex, Rc<dyn Any>>,
    /// In the plan's order.
    pub(crate) walked: BTreeMap<StoreIndex, (Arc<str>, Rc<dyn TaskStore>)>,
    /// A store could not be opened.
    pub(crate) error: Option<kstreams_store::Error>,
}
impl OpenStores {
    /// Stores of one task over the view of its last checkpoint.
    pub(crate) fn new(snapshot: Arc<dyn Snapshot>, hash_seed: u64, parked: Vec<(Arc<str>, Parked)>, logs: BTreeMap<Arc<str>, Log>) -> Self {
        let parked = parked.into_iter().collect();
        OpenStores { snapshot, hash_seed, parked, logs, typed: BTreeMap::new(), walked: BTreeMap::new(), error: None }
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
            let (set, time) = stores.write_set(name, store, segments);
            Stored::new(store.name.clone(), store.kind, stores.logs.get(name).copied(), set, time).sized(store.window)
        })
    }
    /// [`OpenStores::open`] of a versioned store.
    pub(crate) fn open_versions<K: Key, V: Record>(&mut self, index: StoreIndex, store: &Store) -> Rc<RefCell<Versions<K, V>>> {
        self.known(index, store, |stores, name, store| {
            let history = if let StoreKind::Versioned { history } = store.kind { millis_of(history) } else { 0 };
            let segments = Segments { interval_ms: versioned::segment_interval(history), time_of: versioned::valid_to };
            let (set, time) = stores.write_set(name, store, Some(segments));
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
    /// The write set of a store over what is parked and stored, and the store's time there.
    fn write_set<V>(&mut self, name: &Arc<str>, store: &Store, segments: Option<Segments>) -> (WriteSet<V>, i64) {
        // What a versioned key was is looked for in the order of its versions.
        let ordered = store.ordered || matches!(store.kind, StoreKind::Versioned { .. });
        let shape = Shape { table: store.name.clone(), ordered, segments, hash_seed: self.hash_seed };
        let parked = self.parked.remove(name);
        let parked_time = parked.as_ref().and_then(|parked| parked.time);
        let set = match parked {
            Some(parked) => WriteSet::from_parked(shape, self.snapshot.clone(), parked),
            None => WriteSet::new(shape, self.snapshot.clone()),
        };
        let set = set.unwrap_or_else(|error| {
            self.error = Some(error);
            WriteSet::detached(store.name.clone())
        });
        let written = self.snapshot.mark(&store_time_mark(name)).and_then(|m| m.try_into().ok()).map_or(-1, i64::from_be_bytes);
        (set, written.max(parked_time.unwrap_or(-1)))
    }
}
/// Where a checkpoint keeps a store's time.
pub(crate) fn store_time_mark(store: &str) -> String {
    format!("store-time/{store}")
}
