//! Where the databases of tasks are: in memory, or in folders of the state directory.
use crate::plan::TaskId;
use kstreams_store::Backend;
use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
};

/// Opens the database of a task, and makes it if there is none.
pub trait Databases: Send + Sync {
    /// # Errors
    /// It cannot be opened; the text says where and why.
    fn open(&self, task: TaskId) -> Result<Arc<dyn Backend>, String>;
}

/// Databases in memory. They live as long as this does, so a worker that comes back over the same one finds its state, as on a disk.
pub struct MemoryDatabases {
    make: fn() -> Arc<dyn Backend>,
    open: Mutex<BTreeMap<TaskId, Arc<dyn Backend>>>,
}
impl MemoryDatabases {
    /// None yet.
    pub fn new(make: fn() -> Arc<dyn Backend>) -> MemoryDatabases {
        MemoryDatabases { make, open: Mutex::default() }
    }
}
impl Databases for MemoryDatabases {
    fn open(&self, task: TaskId) -> Result<Arc<dyn Backend>, String> {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(open.entry(task).or_insert_with(self.make).clone())
    }
}
