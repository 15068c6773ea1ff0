//! The index of a write set: a hash table, or a tree where scans are frequent. Nothing ever iterates the hash table.
use super::Entry;
use crate::{Bytes, Direction};
use hashbrown::HashTable;
use rustc_hash::FxHasher;
use std::{
    collections::{BTreeMap, btree_map},
    hash::Hasher,
    ops::{Bound, RangeBounds},
};

pub(super) enum Index {
    Hash { table: HashTable<u32>, seed: u64 },
    Tree(BTreeMap<Bytes, u32>),
}
fn hash(seed: u64, key: &[u8]) -> u64 {
    let mut hasher = FxHasher::default();
    hasher.write_u64(seed);
    hasher.write(key);
    hasher.finish()
}
impl Index {
    pub(super) fn new(ordered: bool, seed: u64) -> Index {
        if ordered { Index::Tree(BTreeMap::new()) } else { Index::Hash { table: HashTable::new(), seed } }
    }
    pub(super) fn find<V>(&self, key: &[u8], entries: &[Entry<V>]) -> Option<u32> {
        match self {
            Index::Hash { table, seed } => table.find(hash(*seed, key), |at| &*entries[*at as usize].key == key).copied(),
            Index::Tree(tree) => tree.get(key).copied(),
        }
    }
    pub(super) fn insert<V>(&mut self, key: Bytes, at: u32, entries: &[Entry<V>]) {
        match self {
            Index::Hash { table, seed } => {
                table.insert_unique(hash(*seed, &key), at, |at| hash(*seed, &entries[*at as usize].key));
            }
            Index::Tree(tree) => {
                tree.insert(key, at);
            }
        }
    }
    /// Entries between two keys, in byte order or against it. The tree is walked as they are asked for; the hash table is looked through at once,
    /// for so many of them and one more.
    pub(super) fn range<V>(
        &self,
        (from, to): (Bound<&[u8]>, Bound<&[u8]>),
        direction: Direction,
        entries: &[Entry<V>],
        most: usize,
    ) -> Places<'_> {
        match self {
            Index::Tree(_) if crate::no_key_between(from, to) => Places::Found(vec![].into_iter()),
            Index::Tree(tree) => Places::Walked(tree.range::<[u8], _>((from, to)), direction),
            Index::Hash { .. } => {
                let within = |at: &u32| RangeBounds::<[u8]>::contains(&(from, to), &*entries[*at as usize].key);
                let found = (0..entries.len() as u32).filter(within).collect();
                Places::Found(first_sorted(found, direction, entries, most.saturating_add(1)).into_iter())
            }
        }
    }
    /// How many entries a range is looked for among, at once.
    pub(super) fn looked_through<V>(&self, entries: &[Entry<V>]) -> usize {
        if matches!(self, Index::Hash { .. }) { entries.len() } else { 0 }
    }
    pub(super) fn clear(&mut self) {
        match self {
            Index::Hash { table, .. } => table.clear(),
            Index::Tree(tree) => tree.clear(),
        }
    }
}
/// The first so many in a direction, sorted.
fn first_sorted<V>(mut found: Vec<u32>, direction: Direction, entries: &[Entry<V>], most: usize) -> Vec<u32> {
    let by_key = |a: &u32, b: &u32| direction.order(&entries[*a as usize].key, &entries[*b as usize].key);
    if most < found.len() {
        found.select_nth_unstable_by(most, by_key);
        found.truncate(most);
    }
    found.sort_unstable_by(by_key);
    found
}

/// Where the entries of a range are, in its direction.
pub(super) enum Places<'a> {
    Walked(btree_map::Range<'a, Bytes, u32>, Direction),
    Found(std::vec::IntoIter<u32>),
}
impl Iterator for Places<'_> {
    type Item = u32;
    fn next(&mut self) -> Option<u32> {
        match self {
            Places::Walked(range, Direction::Forward) => range.next().map(|(_, at)| *at),
            Places::Walked(range, Direction::Backward) => range.next_back().map(|(_, at)| *at),
            Places::Found(places) => places.next(),
        }
    }
}
