//! A database of which some tables are never on disk: what belongs to them goes to memory, the rest to the database below.
use crate::{Backend, Checkpoint, MemoryBackend, Result, Snapshot, TableView};
use std::{collections::BTreeSet, sync::Arc};

/// What of a database is held in memory only, by name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Kept {
    /// Tables, with all their segments.
    pub tables: BTreeSet<String>,
    /// Topics whose positions go with these rows: who opens the database anew has neither.
    pub topics: BTreeSet<String>,
    /// Notes beside these rows.
    pub marks: BTreeSet<String>,
}
impl Kept {
    fn has_table(&self, name: &str) -> bool {
        self.tables.contains(name.split_once('/').map_or(name, |(table, _)| table))
    }
    /// What is kept, and what goes to disk.
    fn split(&self, checkpoint: &Checkpoint) -> (Checkpoint, Checkpoint) {
        let (tables, disk_tables) = checkpoint.tables.iter().cloned().partition(|rows| self.has_table(&rows.table));
        let (dropped, disk_dropped) = checkpoint.dropped.iter().cloned().partition(|table| self.has_table(table));
        let (positions, disk_positions) = checkpoint.positions.iter().cloned().partition(|((topic, _), _)| self.topics.contains(topic));
        let (anew, disk_anew) = checkpoint.anew.iter().cloned().partition(|anew| self.has_table(&anew.table));
        let (marks, disk_marks) = checkpoint.marks.iter().cloned().partition(|(key, _)| self.marks.contains(key));
        let afresh = checkpoint.afresh;
        let disk = Checkpoint {
            afresh,
            anew: disk_anew,
            tables: disk_tables,
            dropped: disk_dropped,
            positions: disk_positions,
            marks: disk_marks,
        };
        (Checkpoint { afresh, anew, tables, dropped, positions, marks }, disk)
    }
}

/// A [`Backend`] over another one, with tables that live as long as this does.
pub struct PartlyInMemory {
    kept: Arc<Kept>,
    memory: MemoryBackend,
    disk: Arc<dyn Backend>,
}
impl PartlyInMemory {
    /// Nothing is in memory yet, whatever `disk` holds.
    pub fn new(disk: Arc<dyn Backend>, kept: Kept) -> PartlyInMemory {
        PartlyInMemory { kept: Arc::new(kept), memory: MemoryBackend::new(), disk }
    }
}
impl Backend for PartlyInMemory {
    fn snapshot(&self) -> Result<Arc<dyn Snapshot>> {
        let (kept, memory, disk) = (self.kept.clone(), self.memory.snapshot()?, self.disk.snapshot()?);
        Ok(Arc::new(Both { kept, memory, disk }))
    }
    /// The disk comes first: what it refuses is not in memory either. Notes alone are not worth a transaction.
    fn write(&self, checkpoint: &Checkpoint) -> Result<()> {
        let (memory, disk) = self.kept.split(checkpoint);
        if disk.afresh || !(disk.tables.is_empty() && disk.dropped.is_empty() && disk.positions.is_empty()) {
            self.disk.write(&disk)?;
        }
        self.memory.write(&memory)
    }
    fn memory_bytes(&self) -> usize {
        self.memory.memory_bytes() + self.disk.memory_bytes()
    }
}

struct Both {
    kept: Arc<Kept>,
    memory: Arc<dyn Snapshot>,
    disk: Arc<dyn Snapshot>,
}
impl Both {
    fn of(&self, kept: bool) -> &dyn Snapshot {
        if kept { &*self.memory } else { &*self.disk }
    }
}
impl Snapshot for Both {
    fn table(&self, name: &str) -> Result<Option<Arc<dyn TableView>>> {
        self.of(self.kept.has_table(name)).table(name)
    }
    fn tables(&self, prefix: &str) -> Result<Vec<String>> {
        let (mut tables, mut disk) = (self.memory.tables(prefix)?, self.disk.tables(prefix)?);
        disk.retain(|table| !self.kept.has_table(table));
        tables.append(&mut disk);
        Ok(tables)
    }
    fn position(&self, topic: &str, partition: i32) -> Option<i64> {
        self.of(self.kept.topics.contains(topic)).position(topic, partition)
    }
    fn mark(&self, key: &str) -> Option<Vec<u8>> {
        self.of(self.kept.marks.contains(key)).mark(key)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Bytes, Row, TableRows};

    fn kept() -> Kept {
        let set = |name: &str| BTreeSet::from([name.to_owned()]);
        Kept { tables: set("hot"), topics: set("hot-changelog"), marks: set("time/hot") }
    }
    fn rows(table: &str) -> TableRows {
        let row = Row { bytes: b"1".as_slice().into(), time: 1 };
        TableRows { table: table.to_owned(), rows: vec![(Bytes::from(b"k".as_slice()), Some(row))] }
    }
    fn checkpoint(stores: &[&str]) -> Checkpoint {
        Checkpoint {
            tables: stores.iter().flat_map(|store| [rows(store), rows(&format!("{store}/7"))]).collect(),
            positions: stores.iter().map(|store| ((format!("{store}-changelog"), 0), 5)).collect(),
            marks: stores.iter().map(|store| (format!("time/{store}"), vec![9])).collect(),
            ..Checkpoint::default()
        }
    }
    fn seen(backend: &dyn Backend, store: &str) -> (usize, bool, Option<i64>, Option<Vec<u8>>) {
        let snapshot = backend.snapshot().unwrap();
        let table = snapshot.table(store).unwrap().is_some();
        let segments = snapshot.tables(&format!("{store}/")).unwrap().len();
        (segments, table, snapshot.position(&format!("{store}-changelog"), 0), snapshot.mark(&format!("time/{store}")))
    }

    #[test]
    fn what_is_kept_is_seen_like_the_rest_and_gone_with_the_process() {
        let disk: Arc<dyn Backend> = Arc::new(MemoryBackend::new());
        let both = PartlyInMemory::new(disk.clone(), kept());
        both.write(&checkpoint(&["hot", "cold"])).unwrap();
        let there = (1, true, Some(5), Some(vec![9]));
        assert_eq!((seen(&both, "hot"), seen(&both, "cold")), (there.clone(), there.clone()));
        assert_eq!(seen(&*disk, "hot"), (0, false, None, None));
        // Two tables here, and two on what stands for the disk, each with a row of two bytes.
        assert_eq!((both.memory_bytes(), disk.memory_bytes()), (8, 4));
        let again = PartlyInMemory::new(disk, kept());
        assert_eq!((seen(&again, "hot"), seen(&again, "cold")), ((0, false, None, None), there));
    }

    #[test]
    fn what_an_older_program_wrote_to_disk_is_not_seen() {
        let disk: Arc<dyn Backend> = Arc::new(MemoryBackend::new());
        disk.write(&checkpoint(&["hot"])).unwrap();
        assert_eq!(seen(&PartlyInMemory::new(disk, kept()), "hot"), (0, false, None, None));
    }

    #[test]
    fn notes_alone_do_not_go_to_disk() {
        let disk: Arc<dyn Backend> = Arc::new(MemoryBackend::new());
        let both = PartlyInMemory::new(disk.clone(), kept());
        let mut of_memory = checkpoint(&["hot"]);
        of_memory.marks.push(("written-at".into(), vec![1]));
        both.write(&of_memory).unwrap();
        assert_eq!(disk.snapshot().unwrap().mark("written-at"), None);
    }
}
