//! Disks that outlive their processes: in memory, or files of redb.
use kstreams::{
    plan::TaskId,
    shell::{Databases, MemoryDatabases},
};
use kstreams_store::{Backend, MemoryBackend, RedbBackend};
use std::{path::Path, sync::Arc};
use tempfile::TempDir;

/// What disks are made of in a run.
pub enum Disks {
    Memory,
    /// Files of one folder, a folder a disk.
    Redb(TempDir),
}
impl Disks {
    /// Real files, in memory where the system has a place for that: the simulation is about crashes of processes, not about `fsync`.
    pub fn redb() -> Disks {
        let shared = Path::new("/dev/shm");
        let folder = if shared.is_dir() { tempfile::tempdir_in(shared) } else { tempfile::tempdir() };
        folder.map_or_else(|error| unreachable!("no temporary folder: {error}"), Disks::Redb)
    }
    pub fn disk(&self, name: &str) -> Arc<dyn Databases> {
        match self {
            Disks::Memory => Arc::new(MemoryDatabases::new(|| Arc::new(MemoryBackend::new()))),
            Disks::Redb(folder) => Arc::new(Files { prefix: folder.path().join(name).display().to_string() }),
        }
    }
}
/// A file a task. redb refuses to open one that somebody still has open, as it should.
struct Files {
    prefix: String,
}
impl Databases for Files {
    fn open(&self, task: TaskId) -> Result<Arc<dyn Backend>, String> {
        let backend = RedbBackend::open(format!("{}-{task}.redb", self.prefix), 1 << 20);
        backend.map(|b| Arc::new(b) as Arc<dyn Backend>).map_err(|e| e.to_string())
    }
}
