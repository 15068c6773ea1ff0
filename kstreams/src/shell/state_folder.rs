//! State on disk: a folder for each application, in it a lock, the process's name, and a folder with a redb file for each task.
//!
//! ```text
//! <state dir>/<application id>/lock            one process at a time
//! <state dir>/<application id>/instance        the process's name, made once
//! <state dir>/<application id>/0_3/state.redb  all stores of task 0_3, with their changelog positions
//! ```
//! Nothing here is ever deleted by us: what is on disk is a committed state with its positions, whatever happened.
use super::Databases;
use crate::plan::TaskId;
use kstreams_store::{Backend, RedbBackend};
use std::{
    collections::BTreeMap,
    fs::{self, DirBuilder, File, TryLockError},
    hash::{BuildHasher, Hasher, RandomState},
    io,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError, Weak},
};

/// The folder of one application, locked for this process as long as this lives.
pub struct StateFolder {
    folder: PathBuf,
    cache_bytes: usize,
    open: Mutex<BTreeMap<TaskId, Weak<RedbBackend>>>,
    _lock: File,
}
/// redb wants a few pages at least.
const CACHE_MIN: usize = 1 << 20;

impl StateFolder {
    /// Makes the folder if there is none, readable by its owner only, and locks it. `cache_bytes` is the page cache of one task's database.
    ///
    /// # Errors
    /// It cannot be made or written, or another process has it.
    pub fn lock(state_dir: &Path, application_id: &str, cache_bytes: usize) -> Result<StateFolder, String> {
        let folder = state_dir.join(application_id);
        make(&folder)?;
        let lock = File::create(folder.join("lock")).map_err(|e| unusable(&folder, &e))?;
        match lock.try_lock() {
            Ok(()) => Ok(StateFolder { folder, cache_bytes: cache_bytes.max(CACHE_MIN), open: Mutex::default(), _lock: lock }),
            Err(TryLockError::WouldBlock) => Err(format!(
                "the state folder {} is in use by another process of `{application_id}`. Give each process a folder of its own \
                 (`Config::state_dir`, KSTREAMS_STATE_DIR)",
                folder.display()
            )),
            Err(TryLockError::Error(e)) => Err(unusable(&folder, &e)),
        }
    }
    /// The process's name, made when the folder is: a process that comes back ends the transactions that it left open.
    ///
    /// # Errors
    /// It cannot be read or written.
    pub fn instance(&self) -> Result<String, String> {
        let file = self.folder.join("instance");
        match fs::read_to_string(&file) {
            Ok(name) if !name.trim().is_empty() => Ok(name.trim().to_owned()),
            Ok(_) => self.new_instance(&file),
            Err(e) if e.kind() == io::ErrorKind::NotFound => self.new_instance(&file),
            Err(e) => Err(unusable(&file, &e)),
        }
    }
    fn new_instance(&self, file: &Path) -> Result<String, String> {
        let name = random_name();
        fs::write(file, &name).map_err(|e| unusable(file, &e))?;
        Ok(name)
    }
    fn open_file(&self, task: TaskId) -> Result<Arc<RedbBackend>, String> {
        let folder = self.folder.join(task.to_string());
        make(&folder)?;
        let file = folder.join("state.redb");
        RedbBackend::open(&file, self.cache_bytes).map(Arc::new).map_err(|e| e.to_string())
    }
}
impl Databases for StateFolder {
    /// While somebody has a task's database open, the same one is answered: a worker that lost the task may still hold it.
    fn open(&self, task: TaskId) -> Result<Arc<dyn Backend>, String> {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(backend) = open.get(&task).and_then(Weak::upgrade) {
            return Ok(backend);
        }
        let backend = self.open_file(task)?;
        open.insert(task, Arc::downgrade(&backend));
        Ok(backend)
    }
}

/// Makes a folder with its parents; others need not see what is in it.
fn make(folder: &Path) -> Result<(), String> {
    let mut builder = DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.recursive(true).create(folder).map_err(|e| unusable(folder, &e))
}
fn unusable(path: &Path, error: &io::Error) -> String {
    format!(
        "{} cannot be used for state: {error}. Choose another folder (`Config::state_dir`, KSTREAMS_STATE_DIR) or mend its permissions",
        path.display()
    )
}
/// Unlikely to be made twice: the standard library seeds its hash tables with randomness of the system.
pub(crate) fn random_name() -> String {
    format!("{:016x}", RandomState::new().build_hasher().finish())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn task(partition: u32) -> TaskId {
        TaskId { sub_topology: 0, partition }
    }

    #[test]
    fn one_process_at_a_time_has_it() {
        let place = tempfile::tempdir().unwrap();
        let first = StateFolder::lock(place.path(), "app", 0).unwrap();
        let refused = StateFolder::lock(place.path(), "app", 0).err().unwrap();
        assert!(refused.contains("in use by another process of `app`"), "{refused}");
        assert!(StateFolder::lock(place.path(), "other", 0).is_ok());
        drop(first);
        assert!(StateFolder::lock(place.path(), "app", 0).is_ok());
    }

    #[test]
    fn the_instance_stays() {
        let place = tempfile::tempdir().unwrap();
        let name = StateFolder::lock(place.path(), "app", 0).unwrap().instance().unwrap();
        let again = StateFolder::lock(place.path(), "app", 0).unwrap();
        assert_eq!(again.instance().unwrap(), name);
        assert_ne!(StateFolder::lock(place.path(), "other", 0).unwrap().instance().unwrap(), name);
    }

    #[test]
    fn a_database_that_is_open_is_shared_and_one_that_was_closed_opens_again() {
        let place = tempfile::tempdir().unwrap();
        let folder = StateFolder::lock(place.path(), "app", 0).unwrap();
        let held = folder.open(task(3)).unwrap();
        assert!(folder.open(task(3)).is_ok());
        drop(held);
        assert!(folder.open(task(3)).is_ok());
        assert!(place.path().join("app/0_3/state.redb").is_file());
    }

    #[cfg(unix)]
    #[test]
    fn others_cannot_look_into_it() {
        use std::os::unix::fs::PermissionsExt;
        let place = tempfile::tempdir().unwrap();
        let _folder = StateFolder::lock(place.path(), "app", 0).unwrap();
        let mode = fs::metadata(place.path().join("app")).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o700);
    }

    #[test]
    fn a_place_that_cannot_be_written_is_named_with_the_way_out() {
        let place = tempfile::tempdir().unwrap();
        fs::write(place.path().join("app"), "a file").unwrap();
        let refused = StateFolder::lock(place.path(), "app", 0).err().unwrap();
        assert!(refused.contains("cannot be used for state") && refused.contains("KSTREAMS_STATE_DIR"), "{refused}");
    }
}
