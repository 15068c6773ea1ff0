//! The write set: one index over encoded keys, an open and a committed slot an entry, over a snapshot of the database.
mod base;
mod index;
mod last_commit;
mod scan;
mod walk;

use crate::{Bytes, Result, Row, Snapshot};
use base::Base;
use index::Index;
pub use scan::Scan;
use std::{cell::Cell, rc::Rc, sync::Arc};

/// A value as it was found.
#[derive(Debug, PartialEq, Eq)]
pub enum Found<V> {
    /// As its owner put it; shared.
    Open {
        /// The value.
        value: Rc<V>,
        /// Its event time.
        time: i64,
    },
    /// Encoded.
    Stored(Row),
}

/// How a windowed store is cut into segments, which expire whole.
#[derive(Clone, Copy, Debug)]
pub struct Segments {
    /// Milliseconds that one segment holds.
    pub interval_ms: i64,
    /// The time in a key.
    pub time_of: fn(&[u8]) -> i64,
}
impl Segments {
    fn of(&self, key: &[u8]) -> i64 {
        self.at((self.time_of)(key))
    }
    fn at(&self, time: i64) -> i64 {
        time.div_euclid(self.interval_ms.max(1))
    }
}

/// What a write set is for.
#[derive(Clone, Debug)]
pub struct Shape {
    /// Its table; segments are tables `<table>/<segment>`.
    pub table: String,
    /// Scans are frequent: the index is a tree. Else it is a hash table and scans sort.
    pub ordered: bool,
    /// For windowed stores.
    pub segments: Option<Segments>,
    /// Seed of the hash table: equal seeds, equal runs.
    pub hash_seed: u64,
}
impl Shape {
    /// A store that is read by key.
    pub fn unordered(table: &str) -> Shape {
        Shape { table: table.to_owned(), ordered: false, segments: None, hash_seed: 0 }
    }
    /// A store that is scanned.
    pub fn ordered(table: &str) -> Shape {
        Shape { ordered: true, ..Shape::unordered(table) }
    }
}

/// Names an entry until the next commit or abort, so that a key is looked up once for reading and writing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Slot(u32);

/// A value as its owner holds it. After a commit it stays, clean, so that the next change need not decode it.
struct Live<V> {
    value: Option<Rc<V>>,
    time: i64,
}
/// Encoded and committed, in no checkpoint yet.
struct Committed {
    row: Option<Row>,
    generation: u64,
}
struct Entry<V> {
    key: Bytes,
    live: Option<Live<V>>,
    dirty: bool,
    /// Encoded by [`WriteSet::prepare`], waiting for the commit.
    prepared: Option<Row>,
    committed: Option<Committed>,
}
impl<V> Entry<V> {
    fn new(key: Bytes) -> Self {
        Entry { key, live: None, dirty: false, prepared: None, committed: None }
    }
    /// What this entry says of its key; `None`: nothing, ask the snapshot.
    fn says(&self) -> Option<Option<Found<V>>> {
        if let Some(live) = &self.live {
            return Some(live.value.as_ref().map(|value| Found::Open { value: value.clone(), time: live.time }));
        }
        self.committed.as_ref().map(|c| c.row.clone().map(Found::Stored))
    }
}

/// A key that was changed since the last commit.
#[derive(Debug)]
pub struct Dirty<'a, V> {
    /// The key.
    pub key: &'a [u8],
    /// What it is now; `None`: deleted.
    pub open: Option<&'a Rc<V>>,
    /// When.
    pub time: i64,
}

/// What a store leaves behind when its task moves away: committed slots, without types, `Send`.
#[derive(Clone, Debug, Default)]
pub struct Parked {
    rows: Vec<(Bytes, Option<Row>)>,
    oldest_segment: Option<i64>,
    anew: bool,
    /// The store's own time, if its owner keeps one: largest window start that was committed.
    pub time: Option<i64>,
    /// What its owner wants to know when it opens the store again.
    pub note: Vec<u8>,
}

/// A store: changes of this transaction, committed ones that no checkpoint holds yet, and the database below.
pub struct WriteSet<V> {
    shape: Shape,
    base: Base,
    index: Index,
    entries: Vec<Entry<V>>,
    /// Changed since the last commit, in the order of first change.
    dirty: Vec<u32>,
    /// Segments below are gone.
    oldest_segment: i64,
    /// What `oldest_segment` was at the last commit: what checkpoints drop, and where an abort goes back to.
    oldest_committed: i64,
    open_bytes: usize,
    committed_bytes: usize,
    anew: bool,
    /// Entries and rows that scans have looked at.
    looked_at: Cell<u64>,
}

/// What an entry costs beside its bytes: slots, index, allocations.
const ENTRY_BYTES: usize = 160;

impl<V> WriteSet<V> {
    /// An empty write set over a database.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub fn new(shape: Shape, snapshot: Arc<dyn Snapshot>) -> Result<Self> {
        let base = Base::open(&shape, &*snapshot)?;
        Ok(WriteSet::over(shape, base))
    }
    /// A write set over a database and what [`WriteSet::park`] left; the parked rows belong to generation 0, so every checkpoint takes them.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub fn from_parked(shape: Shape, snapshot: Arc<dyn Snapshot>, parked: Parked) -> Result<Self> {
        let mut set = WriteSet::new(shape, snapshot)?;
        if parked.anew {
            set.begin_anew();
        }
        set.oldest_segment = parked.oldest_segment.unwrap_or(i64::MIN);
        set.oldest_committed = set.oldest_segment;
        for (key, row) in parked.rows {
            let at = set.entry(&key);
            set.set_committed(at, row, 0);
        }
        Ok(set)
    }
    /// A write set over nothing.
    pub fn detached(table: String) -> Self {
        WriteSet::over(Shape::ordered(&table), Base::default())
    }
    fn over(shape: Shape, base: Base) -> Self {
        WriteSet {
            index: Index::new(shape.ordered, shape.hash_seed),
            shape,
            base,
            entries: vec![],
            dirty: vec![],
            oldest_segment: i64::MIN,
            oldest_committed: i64::MIN,
            open_bytes: 0,
            committed_bytes: 0,
            anew: false,
            looked_at: Cell::new(0),
        }
    }
    /// Reads no more what the database held of this store: it is written anew. Until the next checkpoint is settled, each has to say so
    /// ([`crate::Checkpoint::anew`]).
    pub fn begin_anew(&mut self) {
        self.anew = true;
        self.forget_database();
    }
    /// Milliseconds that a segment holds, where there are segments.
    pub fn segment_interval(&self) -> Option<i64> {
        self.shape.segments.map(|segments| segments.interval_ms)
    }
    /// Whether the next checkpoint has to say that the store is written anew.
    pub fn is_anew(&self) -> bool {
        self.anew
    }
    /// Reads no more what the database held until now: it is rebuilt. The next checkpoint must be one that begins afresh.
    pub fn forget_database(&mut self) {
        self.base = Base::default();
        // Without slots, what expired is read again too.
        if self.committed_bytes == 0 {
            (self.oldest_segment, self.oldest_committed) = (i64::MIN, i64::MIN);
        }
    }
    /// What a key is: open slot, committed slot, or database.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub fn get(&self, key: &[u8]) -> Result<Option<Found<V>>> {
        if self.is_expired(key) {
            return Ok(None);
        }
        let entry = self.index.find(key, &self.entries).map(|at| &self.entries[at as usize]);
        match entry.and_then(Entry::says) {
            Some(found) => Ok(found),
            None => Ok(self.base.get(key)?.map(Found::Stored)),
        }
    }
    /// Finds or makes the entry of a key, to read and write it with one look-up.
    pub fn slot(&mut self, key: &[u8]) -> Slot {
        Slot(self.entry(key))
    }
    /// Takes the value out of a slot, to be changed and written back with [`WriteSet::write`] or [`WriteSet::erase`]: nothing else holds it
    /// then, unless a reader does.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub fn take(&mut self, slot: Slot) -> Result<Option<Found<V>>> {
        let entry = &mut self.entries[slot.0 as usize];
        if let Some(live) = &mut entry.live {
            let time = live.time;
            return Ok(live.value.take().map(|value| Found::Open { value, time }));
        }
        if let Some(committed) = &entry.committed {
            return Ok(committed.row.clone().map(Found::Stored));
        }
        let key = entry.key.clone();
        if self.is_expired(&key) { Ok(None) } else { Ok(self.base.get(&key)?.map(Found::Stored)) }
    }
    /// Sets a slot's value.
    pub fn write(&mut self, slot: Slot, value: Rc<V>, time: i64) {
        self.change(slot.0, Some(value), time);
    }
    /// Deletes a slot's key.
    pub fn erase(&mut self, slot: Slot, time: i64) {
        self.change(slot.0, None, time);
    }
    /// Sets a key.
    pub fn put(&mut self, key: &[u8], value: Rc<V>, time: i64) {
        let slot = self.slot(key);
        self.write(slot, value, time);
    }
    /// Deletes a key.
    pub fn delete(&mut self, key: &[u8], time: i64) {
        let slot = self.slot(key);
        self.erase(slot, time);
    }
    fn change(&mut self, at: u32, value: Option<Rc<V>>, time: i64) {
        let entry = &mut self.entries[at as usize];
        entry.live = Some(Live { value, time });
        if !entry.dirty {
            entry.dirty = true;
            self.open_bytes += entry.key.len() + size_of::<V>() + ENTRY_BYTES;
            self.dirty.push(at);
        }
    }
    fn entry(&mut self, key: &[u8]) -> u32 {
        if let Some(at) = self.index.find(key, &self.entries) {
            return at;
        }
        let at = self.entries.len() as u32;
        let key: Bytes = key.into();
        self.entries.push(Entry::new(key.clone()));
        self.index.insert(key, at, &self.entries);
        at
    }
    fn set_committed(&mut self, at: u32, row: Option<Row>, generation: u64) {
        let entry = &mut self.entries[at as usize];
        let bytes = |row: &Option<Row>| row.as_ref().map_or(0, |r| r.bytes.len()) + entry.key.len() + ENTRY_BYTES;
        let new = bytes(&row);
        let old = entry.committed.as_ref().map_or(0, |c| bytes(&c.row));
        entry.committed = Some(Committed { row, generation });
        self.committed_bytes = self.committed_bytes + new - old;
    }
    fn is_expired(&self, key: &[u8]) -> bool {
        self.shape.segments.is_some_and(|s| s.of(key) < self.oldest_segment)
    }
    /// Drops whole segments that hold only times before `time`; in the database they go with the next checkpoint.
    pub fn expire(&mut self, time: i64) {
        if let Some(segments) = self.shape.segments {
            self.oldest_segment = self.oldest_segment.max(segments.at(time));
        }
    }
    /// As [`WriteSet::expire`] between transactions: an abort does not take it back.
    pub fn expire_for_good(&mut self, time: i64) {
        self.expire(time);
        self.oldest_committed = self.oldest_committed.max(self.oldest_segment);
    }
    /// Bytes that are not committed, about.
    pub fn open_bytes(&self) -> usize {
        self.open_bytes
    }
    /// Bytes that are committed and in no checkpoint, about.
    pub fn committed_bytes(&self) -> usize {
        self.committed_bytes
    }
    /// Entries in memory and rows below them that scans have looked at: what they cost, whatever they gave.
    pub fn looked_at(&self) -> u64 {
        self.looked_at.get()
    }
    /// Number of keys changed since the last commit.
    pub fn dirty_len(&self) -> usize {
        self.dirty.len()
    }
}
