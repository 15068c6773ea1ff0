//! The index of a write set: a hash table, or a tree where scans are frequent. Nothing ever iterates the hash table.
use super::Entry;
use crate::Bytes;
use hashbrown::HashTable;
use rustc_hash::FxHasher;
use std::{collections::BTreeMap, hash::Hasher, ops::Bound};

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
    /// The first entries between two keys, in byte order.
    pub(super) fn range<V>(&self, from: Bound<&[u8]>, to: Bound<&[u8]>, entries: &[Entry<V>], most: usize) -> Vec<u32> {
        use std::ops::RangeBounds;
        if crate::no_key_between(from, to) {
            return vec![];
        }
        match self {
            Index::Tree(tree) => tree.range::<[u8], _>((from, to)).map(|(_, at)| *at).take(most).collect(),
            Index::Hash { .. } => {
                let within = |at: &u32| RangeBounds::<[u8]>::contains(&(from, to), &*entries[*at as usize].key);
                let mut found: Vec<u32> = (0..entries.len() as u32).filter(within).collect();
                let by_key = |a: &u32, b: &u32| entries[*a as usize].key.cmp(&entries[*b as usize].key);
                if most < found.len() {
                    found.select_nth_unstable_by(most, by_key);
                    found.truncate(most);
                }
                found.sort_unstable_by(by_key);
                found
            }
        }
    }
    pub(super) fn clear(&mut self) {
        match self {
            Index::Hash { table, .. } => table.clear(),
            Index::Tree(tree) => tree.clear(),
        }
    }
}
