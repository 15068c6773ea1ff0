//! Writes checkpoints: on a thread of its own, or at once where a run must be deterministic.
use crate::plan::TaskId;
use kstreams_store::{Backend, Checkpoint, Snapshot};
use std::{
    collections::VecDeque,
    sync::{Arc, mpsc},
    thread,
};

/// A checkpoint to be written.
pub struct CheckpointJob {
    /// Of this task.
    pub task: TaskId,
    /// Up to this generation.
    pub generation: u64,
    /// Where to.
    pub backend: Arc<dyn Backend>,
    /// What.
    pub rows: Checkpoint,
}

/// A checkpoint that was written, or was not.
pub struct Written {
    /// Of this task.
    pub task: TaskId,
    /// Up to this generation.
    pub generation: u64,
    /// The database as it stands behind the checkpoint.
    pub snapshot: Result<Arc<dyn Snapshot>, String>,
}

/// Takes checkpoints and gives them back as written, in order. When it is dropped it finishes what it was given.
pub struct CheckpointWriter {
    way: Way,
}
enum Way {
    Synchronous(VecDeque<Written>),
    Threaded { jobs: Option<mpsc::Sender<CheckpointJob>>, written: mpsc::Receiver<Written>, thread: Option<thread::JoinHandle<()>> },
}
impl CheckpointWriter {
    /// Writes in the call: for tests and simulations.
    pub fn synchronous() -> CheckpointWriter {
        CheckpointWriter { way: Way::Synchronous(VecDeque::new()) }
    }
    /// Writes on a thread; `wake` is called there after each checkpoint.
    ///
    /// # Errors
    /// The thread could not be started.
    pub fn threaded(name: &str, wake: impl Fn() + Send + 'static) -> std::io::Result<CheckpointWriter> {
        let (jobs, to_write) = mpsc::channel();
        let (done, written) = mpsc::channel();
        let work = move || write_all(&to_write, &done, &wake);
        let thread = thread::Builder::new().name(format!("{name}-checkpoints")).spawn(work)?;
        Ok(CheckpointWriter { way: Way::Threaded { jobs: Some(jobs), written, thread: Some(thread) } })
    }
    /// Hands a checkpoint over.
    pub fn write(&mut self, job: CheckpointJob) {
        match &mut self.way {
            Way::Synchronous(done) => done.push_back(write(job)),
            Way::Threaded { jobs: Some(jobs), .. } => {
                // The thread ends only after this sender is gone, so the job arrives.
                let _ = jobs.send(job);
            }
            Way::Threaded { jobs: None, .. } => {}
        }
    }
    /// The next checkpoint that was written since the last call.
    pub fn poll(&mut self) -> Option<Written> {
        match &mut self.way {
            Way::Synchronous(done) => done.pop_front(),
            Way::Threaded { written, .. } => written.try_recv().ok(),
        }
    }
}
impl Drop for CheckpointWriter {
    fn drop(&mut self) {
        if let Way::Threaded { jobs, thread, .. } = &mut self.way {
            drop(jobs.take());
            // A panic in a backend was the thread's; nothing is left to be done about it here.
            let _ = thread.take().map(thread::JoinHandle::join);
        }
    }
}

fn write_all(jobs: &mpsc::Receiver<CheckpointJob>, done: &mpsc::Sender<Written>, wake: &impl Fn()) {
    for job in jobs {
        // Nobody listens any more when the worker is gone; the checkpoint is on disk all the same.
        let _ = done.send(write(job));
        wake();
    }
}
fn write(job: CheckpointJob) -> Written {
    let snapshot = job.backend.write(&job.rows).and_then(|()| job.backend.snapshot()).map_err(|e| e.to_string());
    Written { task: job.task, generation: job.generation, snapshot }
}
