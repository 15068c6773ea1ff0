//! State of tasks that moved away from a worker, kept in the process until another worker claims it or it is checkpointed and closed.
use crate::{plan::TaskId, worker::ParkedTask};
use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

/// The process's parked tasks; clones share them. One for each application in the process.
#[derive(Clone, Default)]
pub struct Parking {
    places: Arc<Mutex<BTreeMap<TaskId, Place>>>,
}
enum Place {
    /// Parked at this monotonic time.
    Parked(ParkedTask, i64),
    /// Being checkpointed; its database is still open.
    Closing,
}

/// What a worker finds that wants to open a task.
pub enum Claim {
    /// The task's state as it was left.
    Parked(ParkedTask),
    /// Its database is being closed: ask again.
    Closing,
    /// Nothing: open the database.
    Absent,
}

impl Parking {
    /// Nothing parked.
    pub fn new() -> Parking {
        Parking::default()
    }
    /// Keeps a task's state.
    pub fn park(&self, task: TaskId, state: ParkedTask, monotonic: i64) {
        self.lock().insert(task, Place::Parked(state, monotonic));
    }
    /// Takes a task's state, for the worker that the group gave the task to.
    pub fn claim(&self, task: TaskId) -> Claim {
        let mut places = self.lock();
        match places.remove(&task) {
            Some(Place::Parked(state, _)) => Claim::Parked(state),
            Some(Place::Closing) => {
                places.insert(task, Place::Closing);
                Claim::Closing
            }
            None => Claim::Absent,
        }
    }
    /// Takes a task that nobody claimed since `before`, to be checkpointed. [`Parking::closed`] must follow when its database is closed.
    pub fn take_unclaimed(&self, before: i64) -> Option<(TaskId, ParkedTask)> {
        let mut places = self.lock();
        let task = places.iter().find(|(_, p)| matches!(p, Place::Parked(_, since) if *since <= before)).map(|(t, _)| *t)?;
        match places.insert(task, Place::Closing) {
            Some(Place::Parked(state, _)) => Some((task, state)),
            _ => None,
        }
    }
    /// A task's database is closed; it may be opened again.
    pub fn closed(&self, task: TaskId) {
        self.lock().remove(&task);
    }
    /// Tasks whose state is parked or being closed.
    pub fn tasks(&self) -> Vec<TaskId> {
        self.lock().keys().copied().collect()
    }
    fn lock(&self) -> MutexGuard<'_, BTreeMap<TaskId, Place>> {
        self.places.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
