//! Interim store crate: replaced by branch `store`.
#![allow(missing_docs)]
use std::{
    collections::BTreeMap,
    fmt,
    ops::Bound,
    rc::Rc,
    sync::{Arc, Mutex},
};
#[derive(Debug, Clone)]
pub struct Error(pub String);
impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
impl std::error::Error for Error {}
pub type Result<T, E = Error> = std::result::Result<T, E>;
pub type Bytes = Arc<[u8]>;
#[derive(Clone, Debug)]
pub struct Row {
    pub time: i64,
    pub bytes: Bytes,
}
pub enum Found<V> {
    Open { value: Rc<V>, time: i64 },
    Stored(Row),
}
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    Forward,
    Backward,
}
pub trait TableView: Send + Sync {
    fn get(&self, key: &[u8]) -> Result<Option<Row>>;
    fn all(&self) -> Result<Vec<(Vec<u8>, Row)>>;
}
pub trait Snapshot: Send + Sync {
    fn table(&self, name: &str) -> Result<Option<Arc<dyn TableView>>>;
    fn position(&self, topic: &str, partition: i32) -> Option<i64>;
    fn mark(&self, key: &str) -> Option<Vec<u8>>;
}
pub trait Backend: Send + Sync {
    fn snapshot(&self) -> Result<Arc<dyn Snapshot>>;
    fn write(&self, checkpoint: &Checkpoint) -> Result<()>;
}
#[derive(Clone, Debug)]
pub struct TableRows {
    pub table: String,
    pub rows: Vec<(Bytes, Option<Row>)>,
}
#[derive(Default, Clone, Debug)]
pub struct Checkpoint {
    pub tables: Vec<TableRows>,
    pub dropped: Vec<String>,
    pub positions: Vec<((String, i32), i64)>,
    pub marks: Vec<(String, Vec<u8>)>,
}
pub struct Parked {
    rows: Vec<(Bytes, Option<Row>)>,
}
#[derive(Default, Clone)]
struct Mem {
    tables: BTreeMap<String, BTreeMap<Vec<u8>, Row>>,
    positions: BTreeMap<(String, i32), i64>,
    marks: BTreeMap<String, Vec<u8>>,
}
#[derive(Default)]
pub struct MemoryBackend(Mutex<Arc<Mem>>);
impl MemoryBackend {
    pub fn new() -> Self {
        Self::default()
    }
}
impl Backend for MemoryBackend {
    fn snapshot(&self) -> Result<Arc<dyn Snapshot>> {
        Ok(Arc::new(MemSnap(self.0.lock().map_err(|e| Error(e.to_string()))?.clone())))
    }
    fn write(&self, c: &Checkpoint) -> Result<()> {
        let mut g = self.0.lock().map_err(|e| Error(e.to_string()))?;
        let mut m = (**g).clone();
        for t in &c.tables {
            let table = m.tables.entry(t.table.clone()).or_default();
            for (k, r) in &t.rows {
                match r {
                    Some(r) => {
                        table.insert(k.to_vec(), r.clone());
                    }
                    None => {
                        table.remove(&**k);
                    }
                }
            }
        }
        for d in &c.dropped {
            m.tables.remove(d);
        }
        m.positions.extend(c.positions.iter().cloned());
        m.marks.extend(c.marks.iter().cloned());
        *g = Arc::new(m);
        Ok(())
    }
}
struct MemSnap(Arc<Mem>);
impl Snapshot for MemSnap {
    fn table(&self, name: &str) -> Result<Option<Arc<dyn TableView>>> {
        Ok(self.0.tables.get(name).map(|t| Arc::new(MemTable(t.clone())) as Arc<dyn TableView>))
    }
    fn position(&self, topic: &str, partition: i32) -> Option<i64> {
        self.0.positions.get(&(topic.to_owned(), partition)).copied()
    }
    fn mark(&self, key: &str) -> Option<Vec<u8>> {
        self.0.marks.get(key).cloned()
    }
}
struct MemTable(BTreeMap<Vec<u8>, Row>);
impl TableView for MemTable {
    fn get(&self, key: &[u8]) -> Result<Option<Row>> {
        Ok(self.0.get(key).cloned())
    }
    fn all(&self) -> Result<Vec<(Vec<u8>, Row)>> {
        Ok(self.0.iter().map(|(k, r)| (k.clone(), r.clone())).collect())
    }
}
pub struct Segments {
    pub interval_ms: i64,
    pub time_of: fn(&[u8]) -> i64,
}
pub struct Shape {
    pub table: String,
    pub ordered: bool,
    pub segments: Option<Segments>,
    pub hash_seed: u64,
}
struct Entry<V> {
    key: Bytes,
    open: Option<(Option<Rc<V>>, i64)>,
    prepared: Option<Row>,
    committed: Option<(Option<Row>, u64)>,
    dirty: bool,
}
pub struct WriteSet<V> {
    shape: Shape,
    base: Option<Arc<dyn TableView>>,
    index: BTreeMap<Vec<u8>, usize>,
    entries: Vec<Entry<V>>,
    dirty: Vec<usize>,
}
#[derive(Clone, Copy)]
pub struct Slot(usize);
pub struct Dirty<'a, V> {
    pub key: &'a [u8],
    pub open: Option<&'a Rc<V>>,
    pub time: i64,
}
impl<V> WriteSet<V> {
    pub fn new(shape: Shape, snapshot: Arc<dyn Snapshot>) -> Result<Self> {
        let base = snapshot.table(&shape.table)?;
        Ok(WriteSet { shape, base, index: BTreeMap::new(), entries: vec![], dirty: vec![] })
    }
    pub fn from_parked(shape: Shape, snapshot: Arc<dyn Snapshot>, parked: Parked) -> Result<Self> {
        let mut s = Self::new(shape, snapshot)?;
        for (k, r) in parked.rows {
            let i = s.make(&k);
            s.entries[i].committed = Some((r, 0));
        }
        Ok(s)
    }
    pub fn detached(table: String) -> Self {
        WriteSet {
            shape: Shape { table, ordered: true, segments: None, hash_seed: 0 },
            base: None,
            index: BTreeMap::new(),
            entries: vec![],
            dirty: vec![],
        }
    }
    fn make(&mut self, key: &[u8]) -> usize {
        if let Some(i) = self.index.get(key) {
            return *i;
        }
        self.entries.push(Entry { key: key.into(), open: None, prepared: None, committed: None, dirty: false });
        self.index.insert(key.to_vec(), self.entries.len() - 1);
        self.entries.len() - 1
    }
    fn look(&self, i: Option<usize>, key: &[u8]) -> Result<Option<Found<V>>> {
        if let Some(e) = i.map(|i| &self.entries[i]) {
            if let Some((v, time)) = &e.open {
                return Ok(v.as_ref().map(|v| Found::Open { value: v.clone(), time: *time }));
            }
            if let Some((r, _)) = &e.committed {
                return Ok(r.clone().map(Found::Stored));
            }
        }
        Ok(match &self.base {
            Some(b) => b.get(key)?.map(Found::Stored),
            None => None,
        })
    }
    pub fn get(&self, key: &[u8]) -> Result<Option<Found<V>>> {
        self.look(self.index.get(key).copied(), key)
    }
    pub fn slot(&mut self, key: &[u8]) -> Result<Slot> {
        Ok(Slot(self.make(key)))
    }
    /// The value, to be changed and written back: the open slot gives it away.
    pub fn take(&mut self, slot: Slot) -> Result<Option<Found<V>>> {
        let e = &mut self.entries[slot.0];
        if let Some((v, time)) = &mut e.open {
            let time = *time;
            return Ok(v.take().map(|value| Found::Open { value, time }));
        }
        let key = e.key.clone();
        self.look(Some(slot.0), &key)
    }
    fn touch(&mut self, i: usize) {
        if !self.entries[i].dirty {
            self.entries[i].dirty = true;
            self.dirty.push(i);
        }
    }
    pub fn write(&mut self, slot: Slot, value: Rc<V>, time: i64) {
        self.entries[slot.0].open = Some((Some(value), time));
        self.touch(slot.0);
    }
    pub fn erase(&mut self, slot: Slot, time: i64) {
        self.entries[slot.0].open = Some((None, time));
        self.touch(slot.0);
    }
    pub fn put(&mut self, key: &[u8], value: Rc<V>, time: i64) -> Result<()> {
        let s = self.slot(key)?;
        self.write(s, value, time);
        Ok(())
    }
    pub fn delete(&mut self, key: &[u8], time: i64) -> Result<()> {
        let s = self.slot(key)?;
        self.erase(s, time);
        Ok(())
    }
    pub fn range(
        &self,
        from: Bound<&[u8]>,
        to: Bound<&[u8]>,
        _d: Direction,
    ) -> Result<impl Iterator<Item = Result<(Vec<u8>, Found<V>)>> + use<V>> {
        let mut keys: std::collections::BTreeSet<Vec<u8>> = self.index.keys().cloned().collect();
        if let Some(b) = &self.base {
            keys.extend(b.all()?.into_iter().map(|(k, _)| k));
        }
        let mut out = vec![];
        for k in keys {
            if (from, to).contains_key(&k)
                && let Some(f) = self.get(&k)?
            {
                out.push(Ok((k, f)));
            }
        }
        Ok(out.into_iter())
    }
    pub fn dirty(&self) -> impl Iterator<Item = Dirty<'_, V>> {
        self.dirty.iter().map(|i| {
            let e = &self.entries[*i];
            let (o, t) = e.open.as_ref().map_or((None, 0), |(o, t)| (o.as_ref(), *t));
            Dirty { key: &e.key, open: o, time: t }
        })
    }
    pub fn committed(&self, key: &[u8]) -> Result<Option<Row>> {
        if let Some((r, _)) = self.index.get(key).and_then(|i| self.entries[*i].committed.as_ref()) {
            return Ok(r.clone());
        }
        Ok(match &self.base {
            Some(b) => b.get(key)?,
            None => None,
        })
    }
    pub fn prepare<E>(
        &mut self,
        encode: &mut dyn FnMut(&V, &mut Vec<u8>) -> std::result::Result<(), E>,
        emit: &mut dyn FnMut(&[u8], Option<&[u8]>, i64),
    ) -> std::result::Result<(), E> {
        for i in &self.dirty {
            let e = &mut self.entries[*i];
            if let Some((v, time)) = &e.open {
                e.prepared = None;
                if let Some(v) = v {
                    let mut b = vec![];
                    encode(v, &mut b)?;
                    e.prepared = Some(Row { time: *time, bytes: b.into() });
                }
                emit(&e.key, e.prepared.as_ref().map(|r| &*r.bytes), *time);
            }
        }
        Ok(())
    }
    pub fn commit(&mut self, generation: u64) {
        for i in std::mem::take(&mut self.dirty) {
            let e = &mut self.entries[i];
            e.dirty = false;
            if e.open.take().is_some() {
                e.committed = Some((e.prepared.take(), generation));
            }
        }
    }
    pub fn abort(&mut self) {
        for i in std::mem::take(&mut self.dirty) {
            let e = &mut self.entries[i];
            e.dirty = false;
            e.open = None;
            e.prepared = None;
        }
    }
    pub fn restore(&mut self, key: &[u8], value: Option<&[u8]>, time: i64, generation: u64) {
        let i = self.make(key);
        self.entries[i].committed = Some((value.map(|v| Row { time, bytes: v.into() }), generation));
    }
    pub fn rows_up_to(&self, generation: u64) -> (Vec<TableRows>, Vec<String>) {
        let rows = self
            .index
            .iter()
            .filter_map(|(_, i)| {
                let e = &self.entries[*i];
                e.committed.as_ref().filter(|c| c.1 <= generation).map(|c| (e.key.clone(), c.0.clone()))
            })
            .collect();
        (vec![TableRows { table: self.shape.table.clone(), rows }], vec![])
    }
    pub fn settle(&mut self, generation: u64, snapshot: Arc<dyn Snapshot>) -> Result<()> {
        self.base = snapshot.table(&self.shape.table)?;
        for e in &mut self.entries {
            if e.committed.as_ref().is_some_and(|c| c.1 <= generation) {
                e.committed = None;
            }
        }
        Ok(())
    }
    pub fn expire(&mut self, _before: i64) {}
    pub fn open_bytes(&self) -> usize {
        self.dirty.len() * 64
    }
    pub fn committed_bytes(&self) -> usize {
        self.entries.iter().filter(|e| e.committed.is_some()).count() * 64
    }
    pub fn dirty_len(&self) -> usize {
        self.dirty.len()
    }
    pub fn park(&mut self) -> Parked {
        Parked { rows: self.entries.iter().filter_map(|e| e.committed.as_ref().map(|c| (e.key.clone(), c.0.clone()))).collect() }
    }
}
trait Has {
    fn contains_key(&self, k: &[u8]) -> bool;
}
impl Has for (Bound<&[u8]>, Bound<&[u8]>) {
    fn contains_key(&self, k: &[u8]) -> bool {
        (match self.0 {
            Bound::Included(f) => k >= f,
            Bound::Excluded(f) => k > f,
            Bound::Unbounded => true,
        }) && (match self.1 {
            Bound::Included(t) => k <= t,
            Bound::Excluded(t) => k < t,
            Bound::Unbounded => true,
        })
    }
}
