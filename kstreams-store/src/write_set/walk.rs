//! The walk of changes: open → prepared → committed → in a checkpoint; and back again by an abort.
use super::{
    Dirty, Parked, WriteSet,
    base::{Base, segment_table},
};
use crate::{Bytes, Result, Row, Snapshot, TableRows};
use std::{collections::BTreeMap, sync::Arc};

impl<V> WriteSet<V> {
    /// Keys changed since the last commit, in the order of first change.
    pub fn dirty(&self) -> impl Iterator<Item = Dirty<'_, V>> {
        self.dirty.iter().filter_map(|at| {
            let entry = &self.entries[*at as usize];
            entry.live.as_ref().map(|live| Dirty { key: &entry.key, open: live.value.as_ref(), time: live.time })
        })
    }
    /// What a key was at the last commit.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub fn committed(&self, key: &[u8]) -> Result<Option<Row>> {
        if self.is_expired(key) {
            return Ok(None);
        }
        let entry = self.index.find(key, &self.entries).map(|at| &self.entries[at as usize]);
        match entry.and_then(|e| e.committed.as_ref()) {
            Some(committed) => Ok(committed.row.clone()),
            None => self.base.get(key),
        }
    }
    /// Encodes what changed, in the order of first change, and hands each key to `emit` with its bytes (`None`: deleted) and time. The same
    /// bytes become the committed slots.
    ///
    /// # Errors
    /// What `encode` answers; the transaction must then be aborted.
    pub fn prepare<E>(
        &mut self,
        encode: &mut dyn FnMut(&V, &mut Vec<u8>) -> Result<(), E>,
        emit: &mut dyn FnMut(&[u8], Option<&[u8]>, i64),
    ) -> Result<(), E> {
        let mut bytes = vec![];
        for at in &self.dirty {
            let entry = &mut self.entries[*at as usize];
            let Some(live) = &entry.live else { continue };
            entry.prepared = match &live.value {
                Some(value) => {
                    bytes.clear();
                    encode(value, &mut bytes)?;
                    Some(Row { time: live.time, bytes: bytes.as_slice().into() })
                }
                None => None,
            };
            emit(&entry.key, entry.prepared.as_ref().map(|row| &*row.bytes), live.time);
        }
        Ok(())
    }
    /// What was prepared is committed, as part of this generation.
    pub fn commit(&mut self, generation: u64) {
        for at in std::mem::take(&mut self.dirty) {
            let entry = &mut self.entries[at as usize];
            entry.dirty = false;
            let row = entry.prepared.take();
            self.set_committed(at, row, generation);
        }
        self.oldest_committed = self.oldest_segment;
        self.open_bytes = 0;
    }
    /// Back to the last commit.
    pub fn abort(&mut self) {
        for at in std::mem::take(&mut self.dirty) {
            let entry = &mut self.entries[at as usize];
            (entry.dirty, entry.live, entry.prepared) = (false, None, None);
        }
        // A value that was taken and not written back is lost too.
        self.entries.iter_mut().for_each(|entry| entry.live = None);
        self.oldest_segment = self.oldest_committed;
        self.open_bytes = 0;
    }
    /// Puts a changelog record into the committed slot; of several for one key the last stands.
    pub fn restore(&mut self, key: &[u8], value: Option<&[u8]>, time: i64, generation: u64) {
        let at = self.entry(key);
        self.entries[at as usize].live = None;
        self.set_committed(at, value.map(|bytes| Row { time, bytes: bytes.into() }), generation);
    }
    /// Committed rows up to a generation, by table, and the tables of expired segments: what a checkpoint takes.
    pub fn rows_up_to(&self, generation: u64) -> (Vec<TableRows>, Vec<String>) {
        let mut tables: BTreeMap<i64, Vec<(Bytes, Option<Row>)>> = BTreeMap::new();
        for entry in &self.entries {
            let Some(committed) = entry.committed.as_ref().filter(|c| c.generation <= generation) else { continue };
            let segment = self.shape.segments.map_or(0, |s| s.of(&entry.key));
            if self.shape.segments.is_none() || segment >= self.oldest_committed {
                tables.entry(segment).or_default().push((entry.key.clone(), committed.row.clone()));
            }
        }
        let named = |segment: i64| match self.shape.segments {
            Some(_) => segment_table(&self.shape.table, segment),
            None => self.shape.table.clone(),
        };
        let rows = tables.into_iter().map(|(segment, rows)| TableRows { table: named(segment), rows }).collect();
        (rows, self.base.expired(self.oldest_committed).map(named).collect())
    }
    /// A checkpoint up to a generation is written: what it holds leaves memory, and reads go to the new snapshot.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub fn settle(&mut self, generation: u64, snapshot: Arc<dyn Snapshot>) -> Result<()> {
        self.base = Base::open(&self.shape, &*snapshot)?;
        self.anew = false;
        let entries = std::mem::take(&mut self.entries);
        let dirty: BTreeMap<u32, usize> = self.dirty.iter().enumerate().map(|(order, at)| (*at, order)).collect();
        self.index.clear();
        self.committed_bytes = 0;
        for (at, mut entry) in entries.into_iter().enumerate() {
            let expired = self.shape.segments.is_some_and(|s| s.of(&entry.key) < self.oldest_committed);
            let kept = entry.committed.take_if(|c| c.generation > generation && !expired);
            if kept.is_none() && !entry.dirty {
                continue;
            }
            let now = self.entries.len() as u32;
            let key = entry.key.clone();
            if let Some(order) = dirty.get(&(at as u32)) {
                self.dirty[*order] = now;
            }
            entry.committed = None;
            self.entries.push(entry);
            self.index.insert(key, now, &self.entries);
            if let Some(kept) = kept {
                self.set_committed(now, kept.row, kept.generation);
            }
        }
        Ok(())
    }
    /// Leaves the committed slots and forgets everything else.
    pub fn park(&mut self) -> Parked {
        self.dirty.clear();
        self.index.clear();
        let rows = std::mem::take(&mut self.entries).into_iter().filter_map(|e| e.committed.map(|c| (e.key, c.row))).collect();
        (self.open_bytes, self.committed_bytes) = (0, 0);
        Parked { rows, oldest_segment: Some(self.oldest_committed), anew: self.anew, ..Parked::default() }
    }
}
