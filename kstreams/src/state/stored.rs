//! A typed store: keys and values over a write set of bytes.
use super::{
    migrating::{Migrating, Rewritten},
    open::{Logged, TimeOf},
};
use crate::{
    Headers, Key, Record,
    codec::Presence,
    op::{Between, Failure, Row},
    plan::{StoreKind, TopicId},
    record::millis_of,
    task::{Outbox, Outgoing},
};
use kstreams_store::{Bytes, Direction, Found, Parked, Slot, WriteSet, layout::window};
use std::{ops::Bound, rc::Rc, time::Duration};

/// What a change does to a row.
#[derive(Debug)]
pub(crate) enum Step<V> {
    /// The value was changed in place.
    Keep,
    Set(V),
    Delete,
}
impl<V> From<crate::Slot> for Step<V> {
    fn from(slot: crate::Slot) -> Self {
        match slot {
            crate::Slot::Keep => Step::Keep,
            crate::Slot::Delete => Step::Delete,
        }
    }
}
/// What a row is now, and what it was, if that was asked for.
#[derive(Debug)]
pub(crate) struct Changed<V> {
    pub(crate) new: Option<Rc<V>>,
    pub(crate) old: Option<Rc<V>>,
    pub(crate) time: i64,
}

/// Where a store's changes are logged.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Log {
    pub(crate) topic: TopicId,
    pub(crate) partition: u32,
    /// The largest row that it takes, key and value.
    pub(crate) row_bytes: usize,
}
/// Bytes of a key that an error shows.
const KEY_SHOWN: usize = 64;

impl Log {
    /// A row over the limit would be refused with its whole transaction, again and again.
    pub(super) fn takes(self, store: &str, key: &[u8], value: Option<&[u8]>) -> crate::Result<()> {
        let (size, limit) = (key.len() + value.map_or(0, <[u8]>::len), self.row_bytes);
        if size <= limit {
            return Ok(());
        }
        Err(format!(
            "store `{store}`: the row of key {:?} has {size} bytes, its changelog takes {limit}: raise the changelog's `max.message.bytes` together \
             with `max_record_bytes`, or keep less in one row",
            String::from_utf8_lossy(&key[..key.len().min(KEY_SHOWN)])
        )
        .into())
    }
}

/// How long windows are kept.
#[derive(Clone, Copy)]
struct Kept {
    retention: i64,
    segment: i64,
}
impl Kept {
    fn of(kind: StoreKind) -> Option<Kept> {
        match kind {
            StoreKind::KeyValue | StoreKind::Versioned { .. } => None,
            StoreKind::Window { retention, .. } | StoreKind::Session { retention } => {
                let retention = millis_of(retention);
                Some(Kept { retention, segment: window::segment_interval(retention) })
            }
        }
    }
}

/// A store of a task.
pub(crate) struct Stored<K, V> {
    pub(super) name: String,
    pub(super) set: WriteSet<V>,
    kind: StoreKind,
    /// Size of the time windows in its keys, where that is known.
    window: Option<Duration>,
    /// Of a windowed store, milliseconds: how long windows are kept, and what one segment holds.
    windows: Option<Kept>,
    /// `None`: not logged, or restored from its source topic.
    pub(super) log: Option<Log>,
    /// Largest window start put into the store; reads hide what retention has passed. Of a buffer, the largest time that was observed.
    store_time: i64,
    /// What it was at the last commit.
    pub(super) committed_time: i64,
    /// Of a table that is restored from its topic.
    time_of: Option<TimeOf<K>>,
    /// Where rows may be of another type.
    migrating: Option<Migrating>,
    /// Written into segments that are gone: logged, as Kafka Streams does, and not kept.
    refused: Vec<Refused<V>>,
    /// Their keys and places, about.
    refused_bytes: usize,
    key: Vec<u8>,
    of: std::marker::PhantomData<fn() -> K>,
}
struct Refused<V> {
    key: Vec<u8>,
    value: Option<Rc<V>>,
    time: i64,
}
/// A row as a scan gives it: key, value, time.
pub(crate) type Scanned<K, V> = (K, Rc<V>, i64);
/// Keys in the bytes of a store, from one to another.
pub(crate) type StoredBounds = (Bound<Vec<u8>>, Bound<Vec<u8>>);

impl<K: Key, V: Record> Stored<K, V> {
    pub(super) fn new(
        name: String,
        kind: StoreKind,
        log: Option<Log>,
        set: WriteSet<V>,
        store_time: i64,
        migrating: Option<Migrating>,
    ) -> Self {
        let mut stored = Stored {
            name,
            set,
            kind,
            window: None,
            windows: Kept::of(kind),
            log,
            store_time,
            committed_time: -1,
            time_of: None,
            migrating,
            refused: vec![],
            refused_bytes: 0,
            key: vec![],
            of: std::marker::PhantomData,
        };
        stored.advance_for_good(store_time);
        stored
    }
    /// A store that is not logged.
    #[cfg(test)]
    pub(crate) fn over(set: WriteSet<V>) -> Self {
        Stored::new("s".to_owned(), StoreKind::KeyValue, None, set, -1, None)
    }
    /// The same over keys with time windows of this size.
    pub(super) fn sized(mut self, window: Option<Duration>) -> Self {
        self.window = window;
        self
    }
    pub(super) fn commit(&mut self, generation: u64) {
        if let Some(Rewritten { key, value, time }) = self.migrating.as_mut().and_then(Migrating::rewrite_committed) {
            self.set.restore(&key, Some(&value), time, generation);
        }
        self.set.commit(generation);
        self.forget_refused();
        self.committed_time = self.store_time;
    }
    pub(super) fn abort(&mut self) {
        self.set.abort();
        self.migrating.iter_mut().for_each(Migrating::rewrite_aborted);
        self.forget_refused();
        self.store_time = self.committed_time;
    }
    fn forget_refused(&mut self) {
        self.refused.clear();
        self.refused_bytes = 0;
    }
    /// Bytes that are not committed, about.
    pub(super) fn open_bytes(&self) -> usize {
        self.set.open_bytes() + self.refused_bytes
    }
    /// Largest window start put into the store; −1 before the first.
    pub(crate) fn store_time(&self) -> i64 {
        self.store_time
    }
    pub(super) fn kind(&self) -> StoreKind {
        self.kind
    }
    /// How long windows are kept, milliseconds.
    pub(super) fn retention(&self) -> Option<i64> {
        self.windows.map(|kept| kept.retention)
    }
    pub(super) fn is_dirty(&self) -> bool {
        self.set.dirty_len() > 0 || !self.refused.is_empty() || self.is_rewriting()
    }
    /// Leaves the committed slots.
    pub(super) fn park(&mut self) -> Parked {
        let mut parked = self.set.park();
        parked.time = Some(self.committed_time);
        parked.note = self.mark().unwrap_or_default();
        parked
    }
    pub(super) fn is_rewriting(&self) -> bool {
        self.migrating.as_ref().is_some_and(Migrating::is_rewriting)
    }
    pub(super) fn mark(&self) -> Option<Vec<u8>> {
        self.migrating.as_ref().map(|migrating| migrating.mark().to_string().into_bytes())
    }
    /// Says why what was restored cannot be used.
    pub(super) fn unreadable(&mut self) -> Option<String> {
        let mut migrating = self.migrating.take()?;
        let why = migrating.unreadable(|key| self.decode(key).is_ok_and(|key| self.is_expired(&key)));
        self.migrating = Some(migrating);
        why
    }
    /// How a source topic says the time of its records.
    pub(crate) fn times_by(&mut self, time_of: TimeOf<K>) {
        self.time_of = Some(time_of);
    }
    /// Puts a changelog record into the committed slots. A source topic may hold records that the policy skipped: they are no rows.
    pub(super) fn restore(&mut self, record: &Logged<'_>, generation: u64) {
        let Logged { key, value, time, latest, headers } = *record;
        let Ok(decoded) = self.decode(key) else { return };
        let time = match &self.time_of {
            Some(time_of) => time_of(&decoded, value, time).filter(|time| (0..=latest).contains(time)),
            None => Some(time),
        };
        let Some(time) = time else { return };
        self.advance_for_good(decoded.window_start().unwrap_or(-1));
        let Some(migrating) = &mut self.migrating else { return self.set.restore(key, value, time, generation) };
        let set = &self.set;
        let value = migrating.read(key, value, &headers(), || keys_of(set));
        self.set.restore(key, value.as_deref(), time, generation);
    }
    /// The store's own time.
    pub(crate) fn time(&self) -> i64 {
        self.store_time
    }
    /// Moves the store's own time on, as part of this transaction.
    pub(crate) fn observe(&mut self, time: i64) {
        self.store_time = self.store_time.max(time);
    }
    /// The row of a key.
    pub(crate) fn get(&mut self, key: &K) -> Result<Row<V>, Box<Failure>> {
        if self.is_expired(key) {
            return Ok(None);
        }
        self.get_kept(key)
    }
    /// The row of a window that closes. Kafka Streams' scans in the order of time see windows that lie just their retention behind, and
    /// sessions as long as their segment is there.
    pub(crate) fn get_closing(&mut self, key: &K) -> Result<Row<V>, Box<Failure>> {
        if matches!(self.kind, StoreKind::Window { .. }) && self.age(key).is_some_and(|age| age > 0) {
            return Ok(None);
        }
        self.get_kept(key)
    }
    fn get_kept(&mut self, key: &K) -> Result<Row<V>, Box<Failure>> {
        self.encode(key)?;
        self.set.get(&self.key)?.map(found).transpose()
    }
    /// Replaces a row; answers what it was if `wants_old`.
    pub(crate) fn replace(&mut self, key: &K, value: Option<Rc<V>>, time: i64, wants_old: bool) -> Result<Changed<V>, Box<Failure>> {
        let old = if wants_old { self.get(key)?.map(|(value, _)| value) } else { None };
        let is_admitted = self.admit(key);
        self.encode(key)?;
        match &value {
            value if !is_admitted => self.refuse(value.clone(), time),
            Some(value) => self.set.put(&self.key, value.clone(), time),
            None => self.set.delete(&self.key, time),
        }
        Ok(Changed { new: value, old, time })
    }
    /// Remembers a write of the key in `self.key` that only the changelog gets.
    fn refuse(&mut self, value: Option<Rc<V>>, time: i64) {
        self.refused_bytes += self.key.len() + size_of::<Refused<V>>() + size_of::<V>();
        self.refused.push(Refused { key: self.key.clone(), value, time });
    }
    /// Changes a row in place. The row's time becomes the larger of both.
    pub(crate) fn change(
        &mut self,
        key: &K,
        time: i64,
        wants_old: bool,
        step: impl FnOnce(Option<&mut V>) -> Step<V>,
    ) -> Result<Changed<V>, Box<Failure>> {
        if !self.admit(key) {
            // As in Kafka Streams: computed from nothing, handed on and logged, but not kept.
            let new = if let Step::Set(new) = step(None) { Some(Rc::new(new)) } else { None };
            self.encode(key)?;
            self.refuse(new.clone(), time);
            return Ok(Changed { new, old: None, time });
        }
        self.encode(key)?;
        let slot = self.set.slot(&self.key);
        let mut old = None;
        let (mut value, time) = match if self.is_expired(key) { None } else { self.set.take(slot)? } {
            None => (None, time),
            Some(there) => {
                let (value, before) = found(there)?;
                old = if wants_old { Some(Rc::new(value.duplicate()?)) } else { None };
                (Some(value), time.max(before))
            }
        };
        let new = self.stepped(slot, &mut value, time, step)?;
        Ok(Changed { new, old, time })
    }
    fn stepped(
        &mut self,
        slot: Slot,
        value: &mut Option<Rc<V>>,
        time: i64,
        step: impl FnOnce(Option<&mut V>) -> Step<V>,
    ) -> Result<Option<Rc<V>>, Box<Failure>> {
        let new = match value {
            None => match step(None) {
                Step::Set(new) => Some(Rc::new(new)),
                Step::Keep | Step::Delete => None,
            },
            Some(value) => match step(Some(unique(value)?)) {
                Step::Keep => Some(value.clone()),
                Step::Set(new) => Some(Rc::new(new)),
                Step::Delete => None,
            },
        };
        match &new {
            Some(new) => self.set.write(slot, new.clone(), time),
            None => self.set.erase(slot, time),
        }
        Ok(new)
    }
    /// Rows between two keys, in byte order.
    pub(crate) fn rows(&self, from: Bound<&K>, to: Bound<&K>) -> Result<Vec<Scanned<K, V>>, Box<Failure>> {
        self.scan(self.stored_bounds((from, to))?, Direction::Forward, |_| true)
    }
    /// Keys of the rows between two keys, in byte order.
    pub(crate) fn keys(&self, between: Between<'_, K>) -> Result<Vec<K>, Box<Failure>> {
        let (from, to) = self.stored_bounds(between)?;
        let mut keys = vec![];
        for row in self.set.range(from.as_ref().map(Vec::as_slice), to.as_ref().map(Vec::as_slice), Direction::Forward)? {
            let key = self.decode(&row?.0)?;
            if !self.is_expired(&key) {
                keys.push(key);
            }
        }
        Ok(keys)
    }
    /// Where keys are in the store.
    pub(crate) fn stored_bounds(&self, between: Between<'_, K>) -> crate::Result<StoredBounds> {
        encoded_bounds(between, |key, out| self.form(key, out))
    }
    /// Rows between two stored keys that are wanted, in byte order or against it.
    pub(crate) fn scan(
        &self,
        bounds: StoredBounds,
        direction: Direction,
        wanted: impl Fn(&[u8]) -> bool,
    ) -> Result<Vec<Scanned<K, V>>, Box<Failure>> {
        self.walk(bounds, direction, wanted)?.collect()
    }
    /// [`Stored::scan`], row by row: what is not asked for is not read.
    pub(crate) fn walk(
        &self,
        (from, to): StoredBounds,
        direction: Direction,
        wanted: impl Fn(&[u8]) -> bool,
    ) -> Result<impl Iterator<Item = Result<Scanned<K, V>, Box<Failure>>>, Box<Failure>> {
        let rows = self.set.range(from.as_ref().map(Vec::as_slice), to.as_ref().map(Vec::as_slice), direction)?;
        Ok(rows.filter_map(move |row| self.scanned(row, &wanted).map(|row| row.map(|(_, row)| row)).transpose()))
    }
    /// So many rows that are wanted, and the stored key of the last, if more may lie behind it.
    pub(crate) fn page_of(
        &self,
        (from, to): (&Bound<Vec<u8>>, &Bound<Vec<u8>>),
        direction: Direction,
        wanted: &impl Fn(&[u8]) -> bool,
        most: usize,
    ) -> Result<(Vec<Scanned<K, V>>, Option<Vec<u8>>), Box<Failure>> {
        let mut rows = vec![];
        for row in self.set.range(from.as_ref().map(Vec::as_slice), to.as_ref().map(Vec::as_slice), direction)? {
            let Some((key, row)) = self.scanned(row, wanted)? else { continue };
            rows.push(row);
            if rows.len() == most {
                return Ok((rows, Some(key.to_vec())));
            }
        }
        Ok((rows, None))
    }
    fn scanned(
        &self,
        row: Result<(Bytes, Found<V>), kstreams_store::Error>,
        wanted: &impl Fn(&[u8]) -> bool,
    ) -> Result<Option<(Bytes, Scanned<K, V>)>, Box<Failure>> {
        let (stored, value) = row?;
        if !wanted(&stored) {
            return Ok(None);
        }
        let key = self.decode(&stored)?;
        let (value, time) = found(value)?;
        Ok((!self.is_expired(&key)).then_some((stored, (key, value, time))))
    }
    /// Changes since the last commit, in the order in which keys were first touched; the old value is the committed one.
    pub(crate) fn uncommitted(&mut self, wants_old: bool) -> Result<Vec<(K, Changed<V>)>, Box<Failure>> {
        let mut changes = vec![];
        for dirty in self.set.dirty() {
            let key = self.decode(dirty.key)?;
            let (new, time) = dirty.open.map_or((None, dirty.time), |value| (Some(value.clone()), dirty.time));
            let old = if wants_old { self.set.committed(dirty.key)?.map(|row| decode_row::<V>(&row.bytes)).transpose()? } else { None };
            changes.push((key, Changed { new, old, time }));
        }
        Ok(changes)
    }
    /// Encodes what changed, once: the same bytes go to the changelog and into the committed slots.
    pub(super) fn prepare(&mut self, outbox: &mut Outbox) -> crate::Result<()> {
        let log = self.log;
        let mut encode = |value: &V, out: &mut Vec<u8>| -> crate::Result<()> {
            match value.encode(out)? {
                Presence::Value => Ok(()),
                Presence::Null => Err("a value of a store was encoded as null".into()),
            }
        };
        let (mut checked, name) = (Ok(()), &self.name);
        let none = Headers::new();
        let headers = self.migrating.as_ref().map_or(&none, Migrating::headers);
        let mut emit = |key: &[u8], value: Option<&[u8]>, time: i64| {
            if let Some(log @ Log { topic, partition, .. }) = log {
                checked = std::mem::replace(&mut checked, Ok(())).and_then(|()| log.takes(name, key, value));
                outbox.push(Outgoing {
                    topic,
                    name: None,
                    partition: Some(partition),
                    timestamp: time.max(0),
                    key: Some(key),
                    value,
                    headers,
                });
            }
        };
        let rewritten =
            self.migrating.as_ref().and_then(Migrating::rewrite_from).map(|from| rewrite(&self.set, from, &mut emit)).transpose()?;
        for Refused { key, value, time } in &self.refused {
            let mut bytes = vec![];
            value.as_ref().map(|value| encode(value, &mut bytes)).transpose()?;
            emit(key, value.as_ref().map(|_| &*bytes), *time);
        }
        self.set.prepare(&mut encode, &mut emit).map_err(|e| format!("store `{name}`: {e}"))?;
        checked?;
        if let (Some(migrating), Some((last, is_done))) = (&mut self.migrating, rewritten) {
            migrating.rewrite_prepared(last, is_done);
        }
        Ok(())
    }
    fn encode(&mut self, key: &K) -> crate::Result<()> {
        let mut bytes = std::mem::take(&mut self.key);
        bytes.clear();
        let presence = self.form(key, &mut bytes);
        self.key = bytes;
        match presence? {
            Presence::Value => Ok(()),
            Presence::Null => Err("a key was encoded as null".into()),
        }
    }
    fn form(&self, key: &K, out: &mut Vec<u8>) -> crate::Result<Presence> {
        match self.kind {
            StoreKind::KeyValue | StoreKind::Session { .. } | StoreKind::Versioned { .. } => key.encode(out),
            StoreKind::Window { .. } => key.encode_stored(out),
        }
    }
    fn decode(&self, bytes: &[u8]) -> crate::Result<K> {
        let key = match self.kind {
            StoreKind::KeyValue | StoreKind::Session { .. } | StoreKind::Versioned { .. } => K::decode(Some(bytes)),
            StoreKind::Window { size, .. } => K::decode_stored(bytes, size),
        }?;
        Ok(sized(key, self.window))
    }
    /// A window whose start (of a session: end) is at or before store time − retention is absent, exactly.
    fn is_expired(&self, key: &K) -> bool {
        self.age(key).is_some_and(|age| age >= 0)
    }
    /// How far beyond its retention a window lies.
    fn age(&self, key: &K) -> Option<i64> {
        let (kept, start) = self.windows.zip(key.window_start())?;
        Some(self.store_time.saturating_sub(kept.retention).saturating_sub(start))
    }
    /// Moves store time on outside of a transaction: what is restored is committed.
    fn advance_for_good(&mut self, time: i64) {
        self.store_time = self.store_time.max(time);
        self.committed_time = self.store_time;
        if let Some(kept) = self.windows {
            self.set.expire_for_good(self.store_time.saturating_sub(kept.retention));
        }
    }
    /// Moves store time on and says whether the window's segment is still there: Kafka Streams drops by whole segments on write.
    fn admit(&mut self, key: &K) -> bool {
        let Some((Kept { retention, segment }, start)) = self.windows.zip(key.window_start()) else { return true };
        if start > self.store_time {
            self.store_time = start;
            self.set.expire(self.store_time.saturating_sub(retention));
        }
        start.div_euclid(segment) >= self.store_time.saturating_sub(retention).div_euclid(segment)
    }
}
/// Hands rows as they were at the last commit to `emit`, as many as are good for one commit. What this transaction makes of them comes behind.
/// Answers the last one, and whether it was the last of all.
fn rewrite<V>(
    set: &WriteSet<V>,
    from: Bound<&[u8]>,
    emit: &mut dyn FnMut(&[u8], Option<&[u8]>, i64),
) -> crate::Result<(Option<Rewritten>, bool)> {
    let (mut last, mut bytes) = (None, 0);
    for row in set.last_committed_range(from, Bound::Unbounded, usize::MAX)? {
        let (key, Found::Stored(row)) = row? else { continue };
        if Migrating::is_enough(bytes) {
            return Ok((last, false));
        }
        emit(&key, Some(&row.bytes), row.time);
        bytes += key.len() + row.bytes.len();
        last = Some(Rewritten { key: key.to_vec(), value: row.bytes.to_vec(), time: row.time });
    }
    Ok((last, true))
}
fn keys_of<V>(set: &WriteSet<V>) -> Vec<Vec<u8>> {
    let rows = set.range(Bound::Unbounded, Bound::Unbounded, Direction::Forward);
    rows.into_iter().flatten().filter_map(|row| row.ok().map(|(key, _)| key.to_vec())).collect()
}
/// A key with the end of its time window, if the size is known.
pub(super) fn sized<K: Key>(key: K, window: Option<Duration>) -> K {
    match window {
        Some(size) => key.sized(size),
        None => key,
    }
}
/// Bounds in the bytes of a store.
pub(super) fn encoded_bounds<K>(
    (from, to): Between<'_, K>,
    encode: impl Fn(&K, &mut Vec<u8>) -> crate::Result<Presence>,
) -> crate::Result<StoredBounds> {
    let bytes = |key: &K| {
        let mut out = vec![];
        encode(key, &mut out).map(|_| out)
    };
    let encoded = |bound: Bound<&K>| -> crate::Result<Bound<Vec<u8>>> {
        Ok(match bound {
            Bound::Included(key) => Bound::Included(bytes(key)?),
            Bound::Excluded(key) => Bound::Excluded(bytes(key)?),
            Bound::Unbounded => Bound::Unbounded,
        })
    };
    Ok((encoded(from)?, encoded(to)?))
}
/// The value to be changed in place; where somebody still holds it, a copy.
fn unique<V: Record>(value: &mut Rc<V>) -> Result<&mut V, Box<Failure>> {
    if Rc::get_mut(value).is_none() {
        *value = Rc::new(value.duplicate()?);
    }
    Rc::get_mut(value).ok_or_else(|| Box::new(Failure::Record("a value is held twice".into())))
}
fn found<V: Record>(found: Found<V>) -> Result<(Rc<V>, i64), Box<Failure>> {
    match found {
        Found::Open { value, time } => Ok((value, time)),
        Found::Stored(row) => Ok((decode_row(&row.bytes)?, row.time)),
    }
}
pub(super) fn decode_row<V: Record>(bytes: &[u8]) -> crate::Result<Rc<V>> {
    V::decode(Some(bytes)).map(Rc::new).map_err(|e| format!("a stored value cannot be read, its type has changed: {e}").into())
}
