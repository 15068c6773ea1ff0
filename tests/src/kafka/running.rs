//! Applications on threads of the test program, and what they tell.
use kstreams::{App, AppError, Closed, Event, ShutdownToken, plan::TaskId, worker::TaskState};
use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

/// An application that runs until it is told to finish.
pub struct Running {
    token: ShutdownToken,
    thread: JoinHandle<Result<Closed, AppError>>,
    told: Arc<Mutex<Vec<Event>>>,
}
const PATIENCE: Duration = Duration::from_secs(60);

impl Running {
    pub fn start<Q: Send + 'static>(app: App<Q>) -> Running {
        let told: Arc<Mutex<Vec<Event>>> = Arc::default();
        let heard = told.clone();
        let app = app.on_event(move |event| lock(&heard).push(event.clone()));
        let token = app.shutdown_token();
        let run = move || {
            let runtime = tokio::runtime::Builder::new_current_thread().build();
            runtime.unwrap_or_else(|e| panic!("{e}")).block_on(app.run_until(std::future::pending::<()>()))
        };
        Running { token, thread: thread::spawn(run), told }
    }
    /// Whether it ended by itself.
    pub fn has_ended(&self) -> bool {
        self.thread.is_finished()
    }
    /// Finishes it in good order.
    ///
    /// # Errors
    /// As the application's.
    pub fn finish(self) -> Result<Closed, AppError> {
        self.token.cancel();
        self.join()
    }
    /// Waits until it ends by itself.
    ///
    /// # Errors
    /// As the application's.
    pub fn join(self) -> Result<Closed, AppError> {
        self.thread.join().unwrap_or_else(|_| panic!("the application panicked"))
    }
    pub fn events(&self) -> Vec<Event> {
        lock(&self.told).clone()
    }
    /// Tasks that run here now.
    pub fn tasks(&self) -> BTreeSet<TaskId> {
        let mut tasks = BTreeSet::new();
        for event in lock(&self.told).iter() {
            match event {
                Event::Task { task, state: TaskState::Running } => drop(tasks.insert(*task)),
                Event::Task { task, .. } => drop(tasks.remove(task)),
                _ => {}
            }
        }
        tasks
    }
    /// Changelog records that were read back so far.
    pub fn restored(&self) -> u64 {
        let restored = |e: &Event| if let Event::RestoreProgress { restored, remaining: 0, .. } = e { *restored } else { 0 };
        lock(&self.told).iter().map(restored).sum()
    }
    /// Waits for something that it tells.
    pub fn wait_for<T>(&self, what: &str, pick: impl Fn(&Event) -> Option<T>) -> T {
        self.wait_until(what, || lock(&self.told).iter().find_map(&pick))
    }
    /// Waits until there is an answer.
    pub fn wait_until<T>(&self, what: &str, answer: impl Fn() -> Option<T>) -> T {
        let since = Instant::now();
        loop {
            if let Some(answer) = answer() {
                return answer;
            }
            assert!(since.elapsed() < PATIENCE, "waited for {what}, but: {:?}", lock(&self.told).iter().rev().take(20).collect::<Vec<_>>());
            assert!(!self.has_ended(), "waited for {what}, but it ended: {:?}", lock(&self.told).iter().rev().take(20).collect::<Vec<_>>());
            thread::sleep(Duration::from_millis(10));
        }
    }
}
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
