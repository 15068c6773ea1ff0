//! A versioned store: what every key has been, for as long as its history (KIP-889, `RocksDBVersionedStore`). Rows have our layout
//! (`kstreams_store::layout::versioned`); the changelog has Kafka Streams': each put by itself, its value under the time from which it is valid.
use super::{
    open::{Logged, TimeOf},
    page::{Page, StoredRow, Wanted},
    stored::{Changed, Log, Step, decode_row, encoded_bounds, sized},
};
use crate::{
    Key, Record,
    codec::Presence,
    op::{Between, Failure, Row},
    task::{Outbox, Outgoing},
};
use kstreams_store::{
    Bytes, Direction, Error, Found, Parked, WriteSet,
    layout::versioned::{self, NOW},
};
use std::{
    collections::BTreeSet,
    ops::{Bound, RangeBounds},
    rc::Rc,
    time::Duration,
};

/// What a key was from some time on.
#[derive(Debug)]
pub(super) enum Version<V> {
    Value(Rc<V>),
    Deleted,
    /// As it is stored: a row that only changes its place is not decoded for it.
    Encoded(Bytes),
}
/// The first byte of a stored version.
const DELETED: u8 = 0;
const VALUE: u8 = 1;

impl<V: Record> Version<V> {
    fn of(value: Option<&Rc<V>>) -> Self {
        value.map_or(Version::Deleted, |value| Version::Value(value.clone()))
    }
    /// Of a changelog record's value.
    fn logged(value: Option<&[u8]>) -> Self {
        let encoded = |value: &[u8]| Version::Encoded([&[VALUE], value].concat().into());
        value.map_or(Version::Deleted, encoded)
    }
    fn is_deleted(&self) -> bool {
        match self {
            Version::Value(_) => false,
            Version::Deleted => true,
            Version::Encoded(bytes) => bytes.first() != Some(&VALUE),
        }
    }
    fn value(&self) -> crate::Result<Option<Rc<V>>> {
        match self {
            Version::Value(value) => Ok(Some(value.clone())),
            Version::Deleted => Ok(None),
            Version::Encoded(bytes) => bytes.split_first().filter(|(first, _)| **first == VALUE).map(|(_, v)| decode_row(v)).transpose(),
        }
    }
    fn encode(&self, out: &mut Vec<u8>) -> crate::Result<()> {
        match self {
            Version::Value(value) => {
                out.push(VALUE);
                encode_value(&**value, out)?;
            }
            Version::Deleted => out.push(DELETED),
            Version::Encoded(bytes) => out.extend_from_slice(bytes),
        }
        Ok(())
    }
}
fn encode_value<V: Record>(value: &V, out: &mut Vec<u8>) -> crate::Result<()> {
    match value.encode(out)? {
        Presence::Value => Ok(()),
        Presence::Null => Err("a value of a store was encoded as null".into()),
    }
}

/// A put of this transaction, for the changelog.
struct Put<V> {
    key: Vec<u8>,
    value: Option<Rc<V>>,
    time: i64,
}
/// What a put changes: the row that ends at `valid_to` is from then on this one, or none.
struct Edit<V> {
    valid_to: i64,
    row: Option<(i64, Rc<Version<V>>)>,
}
impl<V> Edit<V> {
    fn set(valid_to: i64, from: i64, version: Rc<Version<V>>) -> Self {
        Edit { valid_to, row: Some((from, version)) }
    }
}
/// Where a put belongs among the versions of its key.
struct Fit<V> {
    edits: [Option<Edit<V>>; 2],
    is_latest: bool,
}
impl<V> Fit<V> {
    fn latest(first: Option<Edit<V>>, second: Option<Edit<V>>) -> Self {
        Fit { edits: [first, second], is_latest: true }
    }
    fn past(first: Edit<V>, second: Option<Edit<V>>) -> Self {
        Fit { edits: [Some(first), second], is_latest: false }
    }
}
/// A row: from when it is valid, until when, and what the key was.
type Past<V> = (i64, i64, Rc<Version<V>>);

/// A versioned store of a task.
pub(crate) struct Versions<K, V> {
    name: String,
    pub(super) set: WriteSet<Version<V>>,
    log: Option<Log>,
    history: i64,
    /// Size of the time windows in its keys, where that is known.
    window: Option<Duration>,
    /// Largest time put into the store: what lies further behind it than the history is gone, and cannot be put any more.
    time: i64,
    /// What it was at the last commit.
    committed_time: i64,
    /// Of a table that is restored from its topic.
    time_of: Option<TimeOf<K>>,
    puts: Vec<Put<V>>,
    put_bytes: usize,
    /// Why the state could not be restored. Nothing is read from it then.
    broken: Option<String>,
    key: Vec<u8>,
}

impl<K: Key, V: Record> Versions<K, V> {
    pub(super) fn new(name: String, history: i64, log: Option<Log>, set: WriteSet<Version<V>>, time: i64) -> Self {
        let mut versions = Versions {
            name,
            set,
            log,
            history,
            window: None,
            time: -1,
            committed_time: -1,
            time_of: None,
            puts: vec![],
            put_bytes: 0,
            broken: None,
            key: vec![],
        };
        versions.advance_for_good(time);
        versions
    }
    /// The same over keys with time windows of this size.
    pub(super) fn sized(mut self, window: Option<Duration>) -> Self {
        self.window = window;
        self
    }
    /// How a source topic says the time of its records.
    pub(crate) fn times_by(&mut self, time_of: TimeOf<K>) {
        self.time_of = Some(time_of);
    }
    /// What the key is now. That never expires.
    pub(crate) fn get(&mut self, key: &K) -> Result<Row<V>, Box<Failure>> {
        self.begin(key)?;
        self.row(self.ending_at(NOW)?)
    }
    /// What the key was at a time; nothing if that lies behind the history, unless it has not changed since.
    pub(crate) fn get_as_of(&mut self, key: &K, time: i64) -> Result<Row<V>, Box<Failure>> {
        self.begin(key)?;
        let now = self.ending_at(NOW)?.filter(|(from, ..)| *from <= time);
        if now.is_some() || self.is_behind(time) {
            return self.row(now);
        }
        let past = self.first_after(time)?.filter(|(from, ..)| *from <= time);
        self.row(past)
    }
    /// Puts what a key is from `time` on, until its next version. `None`: too late, it is not put. Else what the key was before (of all
    /// versions the latest), and whether the version put is the latest.
    pub(crate) fn put(
        &mut self,
        key: &K,
        value: Option<Rc<V>>,
        time: i64,
        wants_old: bool,
    ) -> Result<Option<(Changed<V>, bool)>, Box<Failure>> {
        if !(0..NOW).contains(&time) {
            return Err(Box::new(Failure::Record(format!("{time} is no time for a version of a key").into())));
        }
        if self.is_behind(time) {
            return Ok(None);
        }
        let old = if wants_old { self.get(key)?.map(|(value, _)| value) } else { None };
        self.begin(key)?;
        self.time = self.time.max(time);
        self.set.expire(self.time.saturating_sub(self.history));
        let Fit { edits, is_latest } = self.fit(Version::of(value.as_ref()), time)?;
        for Edit { valid_to, row } in edits.into_iter().flatten() {
            let place = self.place(valid_to);
            match row {
                Some((from, version)) => self.set.put(&place, version, from),
                None => self.set.delete(&place, time),
            }
        }
        if self.log.is_some() {
            self.put_bytes += self.key.len() + size_of::<Put<V>>();
            self.puts.push(Put { key: self.key.clone(), value: value.clone(), time });
        }
        Ok(Some((Changed { new: value, old, time }, is_latest)))
    }
    /// Changes what a key is now. The version put has the larger of both times.
    pub(crate) fn change(
        &mut self,
        key: &K,
        time: i64,
        wants_old: bool,
        step: impl FnOnce(Option<&mut V>) -> Step<V>,
    ) -> Result<Option<(Changed<V>, bool)>, Box<Failure>> {
        let now = self.get(key)?;
        let time = now.as_ref().map_or(time, |(_, before)| time.max(*before));
        let mut value = now.map(|(value, _)| value.duplicate()).transpose()?;
        let new = match step(value.as_mut()) {
            Step::Keep => value,
            Step::Set(new) => Some(new),
            Step::Delete => None,
        };
        self.put(key, new.map(Rc::new), time, wants_old)
    }
    /// Keys that are something now, in byte order.
    pub(crate) fn keys(&self, between: Between<'_, K>) -> Result<Vec<K>, Box<Failure>> {
        if let Some(text) = &self.broken {
            return Err(Error::Read(text.clone()).into());
        }
        let (from, to) = encoded_bounds(between, |key, out| key.encode(out))?;
        let within = (from.as_ref().map(Vec::as_slice), to.as_ref().map(Vec::as_slice));
        let mut keys = BTreeSet::new();
        for row in self.set.range(Bound::Unbounded, Bound::Unbounded, Direction::Forward)? {
            let (place, _) = row?;
            let key = versioned::key_of(&place);
            if versioned::valid_to(&place) == NOW && RangeBounds::<[u8]>::contains(&within, key) {
                keys.insert(key.to_vec());
            }
        }
        keys.iter().map(|key| Ok(sized(K::decode(Some(key))?, self.window))).collect()
    }
    fn is_behind(&self, time: i64) -> bool {
        time < self.time.saturating_sub(self.history)
    }
    /// Turns to a key.
    fn begin(&mut self, key: &K) -> Result<(), Box<Failure>> {
        if let Some(text) = &self.broken {
            return Err(Error::Read(text.clone()).into());
        }
        self.key.clear();
        match key.encode(&mut self.key)? {
            Presence::Value => Ok(()),
            Presence::Null => Err(Box::new(Failure::Record("a key was encoded as null".into()))),
        }
    }
    fn row(&self, found: Option<Past<V>>) -> Result<Row<V>, Box<Failure>> {
        let Some((from, _, version)) = found else { return Ok(None) };
        Ok(version.value()?.map(|value| (value, from)))
    }
    fn place(&self, valid_to: i64) -> Vec<u8> {
        let mut place = self.key.clone();
        versioned::append_suffix(valid_to, &mut place);
        place
    }
    fn ending_at(&self, valid_to: i64) -> Result<Option<Past<V>>, Error> {
        Ok(self.set.get(&self.place(valid_to))?.map(|found| past(valid_to, found)))
    }
    /// The earliest of the versions left behind that were valid after a time.
    fn first_after(&self, time: i64) -> Result<Option<Past<V>>, Error> {
        let (from, to) = versioned::past_after(&self.key, time);
        for row in self.set.range(from.as_ref().map(Vec::as_slice), to.as_ref().map(Vec::as_slice), Direction::Forward)? {
            let (place, found) = row?;
            if versioned::is_of(&self.key, &place) {
                return Ok(Some(past(versioned::valid_to(&place), found)));
            }
        }
        Ok(None)
    }
    fn fit(&self, version: Version<V>, time: i64) -> Result<Fit<V>, Error> {
        match self.ending_at(NOW)? {
            Some((from, _, before)) if from <= time => {
                let left = (from < time).then(|| Edit::set(time, from, before));
                let row = (!version.is_deleted()).then(|| (time, Rc::new(version)));
                Ok(Fit::latest(left, Some(Edit { valid_to: NOW, row })))
            }
            now => self.fit_before(now.map(|(from, ..)| from), version, time),
        }
    }
    /// Of a version older than what the key is now (`next`), or of a key that is nothing now.
    fn fit_before(&self, next: Option<i64>, version: Version<V>, time: i64) -> Result<Fit<V>, Error> {
        let version = Rc::new(version);
        Ok(match (self.first_after(time)?, next) {
            (Some((from, to, before)), _) if from < time => Fit::past(Edit::set(time, from, before), Some(Edit::set(to, time, version))),
            (Some((from, to, _)), _) if from == time => Fit::past(Edit::set(to, time, version), None),
            // Nothing was known of the key at that time.
            (Some((from, ..)), _) => Fit::past(Edit::set(from, time, version), None),
            (None, Some(next)) => Fit::past(Edit::set(next, time, version), None),
            // A delete of nothing leaves a mark, an empty version, so that what is older does not become the latest. A version that ends here
            // says the same.
            (None, None) if version.is_deleted() => {
                let marked = self.ending_at(time)?.is_some();
                Fit::latest((!marked).then(|| Edit::set(time, time, version)), None)
            }
            (None, None) => Fit::latest(Some(Edit::set(NOW, time, version)), None),
        })
    }

    /// Encodes what changed: each put for the changelog, the rows for the committed slots.
    pub(super) fn prepare(&mut self, outbox: &mut Outbox) -> crate::Result<()> {
        self.puts.iter().try_for_each(|put| self.log_put(put, outbox))?;
        let written = self.set.prepare(&mut |version, out| version.encode(out), &mut |_, _, _| ());
        written.map_err(|e| format!("store `{}`: {e}", self.name).into())
    }
    fn log_put(&self, put: &Put<V>, outbox: &mut Outbox) -> crate::Result<()> {
        let Some(log @ Log { topic, partition, .. }) = self.log else { return Ok(()) };
        let mut bytes = vec![];
        let value = put.value.as_ref().map(|value| encode_value(&**value, &mut bytes)).transpose();
        let is_value = value.map_err(|e| format!("store `{}`: {e}", self.name))?.is_some();
        let (key, value) = (Some(&*put.key), is_value.then_some(&*bytes));
        log.takes(&self.name, &put.key, value)?;
        outbox.push(Outgoing {
            topic,
            name: None,
            partition: Some(partition),
            timestamp: put.time,
            key,
            value,
            headers: &crate::Headers::new(),
        });
        Ok(())
    }
    pub(super) fn commit(&mut self, generation: u64) {
        self.set.commit(generation);
        self.forget_puts();
        self.committed_time = self.time;
    }
    pub(super) fn abort(&mut self) {
        self.set.abort();
        self.forget_puts();
        self.time = self.committed_time;
    }
    fn forget_puts(&mut self) {
        self.puts.clear();
        self.put_bytes = 0;
    }
    pub(super) fn is_dirty(&self) -> bool {
        self.set.dirty_len() > 0 || !self.puts.is_empty()
    }
    pub(super) fn open_bytes(&self) -> usize {
        self.set.open_bytes() + self.put_bytes
    }
    pub(super) fn committed_time(&self) -> i64 {
        self.committed_time
    }
    /// What a key is since the last commit. Ranges are refused: what keys were lies between what they are.
    pub(super) fn page(&self, wanted: &Wanted) -> Result<Page, Error> {
        if let Some(text) = &self.broken {
            return Err(Error::Read(text.clone()));
        }
        let Wanted::Row(key) = wanted else {
            return Err(Error::Read(format!("of the versioned store `{}` single keys can be asked for, no ranges", self.name)));
        };
        let mut place = key.clone();
        versioned::append_suffix(NOW, &mut place);
        let row = self.set.last_committed(&place)?;
        let value = |row: kstreams_store::Row| {
            let (first, value) = row.bytes.split_first()?;
            (*first == VALUE).then(|| StoredRow { key: key.clone(), value: value.to_vec(), time: row.time })
        };
        Ok(Page { rows: row.and_then(value).into_iter().collect(), next: None })
    }
    pub(super) fn park(&mut self) -> Parked {
        let mut parked = self.set.park();
        parked.time = Some(self.committed_time);
        parked
    }
    pub(super) fn forget_database(&mut self) {
        self.set.forget_database();
        // Without slots everything is read again, and what was in time when it was put must be so again.
        if self.set.committed_bytes() == 0 {
            (self.time, self.committed_time) = (-1, -1);
        }
    }
    /// Puts a record of the changelog into the committed slots; of the source topic, with the same outcome as when it was processed.
    pub(super) fn restore(&mut self, record: &Logged<'_>, generation: u64) {
        let Some(time) = self.restored_time(record) else { return };
        self.advance_for_good(time);
        if let Err(text) = self.restore_put(record.key, record.value, time, generation) {
            self.broken = Some(format!("store `{}` could not be restored: {text}", self.name));
        }
    }
    fn restored_time(&self, record: &Logged<'_>) -> Option<i64> {
        let Some(time_of) = &self.time_of else { return Some(record.time.max(0)) };
        let key = sized(K::decode(Some(record.key)).ok()?, self.window);
        let time = time_of(&key, record.value, record.time)?;
        ((0..NOW).contains(&time) && time <= record.latest && !self.is_behind(time)).then_some(time)
    }
    fn restore_put(&mut self, key: &[u8], value: Option<&[u8]>, time: i64, generation: u64) -> crate::Result<()> {
        self.key.clear();
        self.key.extend_from_slice(key);
        let Fit { edits, .. } = self.fit(Version::logged(value), time)?;
        for Edit { valid_to, row } in edits.into_iter().flatten() {
            let place = self.place(valid_to);
            match row {
                Some((from, version)) => {
                    let mut bytes = vec![];
                    version.encode(&mut bytes)?;
                    self.set.restore(&place, Some(&bytes), from, generation);
                }
                None => self.set.restore(&place, None, time, generation),
            }
        }
        Ok(())
    }
    /// Moves the store's time on outside of a transaction: what is restored is committed.
    fn advance_for_good(&mut self, time: i64) {
        self.time = self.time.max(time);
        self.committed_time = self.time;
        self.set.expire_for_good(self.time.saturating_sub(self.history));
    }
}
fn past<V>(valid_to: i64, found: Found<Version<V>>) -> Past<V> {
    match found {
        Found::Open { value, time } => (time, valid_to, value),
        Found::Stored(row) => (row.time, valid_to, Rc::new(Version::Encoded(row.bytes))),
    }
}

#[cfg(test)]
mod tests;
