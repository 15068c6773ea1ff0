//! A worker's desk: questions of other threads lie there until the worker takes them, and answers go back over it to whoever asked.
use super::Load;
use crate::{
    plan::TaskId,
    state::Page,
    worker::{Answer, Event, Input, Query, Refusal, TaskState, View},
};
use std::{
    collections::BTreeMap,
    sync::{
        Arc, Mutex, MutexGuard, OnceLock, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
};
use tokio::sync::oneshot;

/// Questions that may wait at a desk: above it whoever asks is told to come later, and the worker's records have their turn.
const WAITING_MAX: usize = 1_024;

/// What a query got.
pub type Rows = Result<Page, Refusal>;

/// The desk of one worker; clones are the same desk.
#[derive(Clone, Default)]
pub struct Desk {
    inner: Arc<Inner>,
}
#[derive(Default)]
struct Inner {
    /// Something lies there: looked at before each turn, without the lock.
    asked: AtomicBool,
    open: Mutex<Open>,
    wake: OnceLock<Box<dyn Fn() + Send + Sync>>,
    load: Load,
}
#[derive(Default)]
struct Open {
    questions: Vec<Query>,
    /// By id: until when somebody waits, and how to tell.
    queries: BTreeMap<u64, (i64, oneshot::Sender<Rows>)>,
    /// Those who want to see the worker as it is, and until when.
    looks: Vec<(i64, oneshot::Sender<View>)>,
    last_id: u64,
    tasks: BTreeMap<TaskId, TaskState>,
    member: Option<String>,
    closed: bool,
}

/// Why a question was not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DeskRefusal {
    /// Too many wait.
    Full,
    /// The worker is gone.
    Closed,
}

impl Desk {
    /// Lays a query down; its id is set here. The receiver fails if the worker goes away without an answer.
    ///
    /// # Errors
    /// Nobody will take it.
    pub fn ask(&self, mut query: Query) -> Result<oneshot::Receiver<Rows>, DeskRefusal> {
        let (tell, told) = oneshot::channel();
        self.lay(|open| {
            open.last_id += 1;
            query.id = open.last_id;
            open.queries.insert(query.id, (query.until, tell));
            query
        })?;
        Ok(told)
    }
    /// Asks the worker to show itself; `None` if it is gone, or too many wait already. The receiver fails if it does not find the time before `until`.
    pub fn look(&self, until: i64) -> Option<oneshot::Receiver<View>> {
        let (tell, told) = oneshot::channel();
        let mut open = self.open();
        if open.closed || open.looks.len() >= WAITING_MAX {
            return None;
        }
        open.looks.push((until, tell));
        drop(open);
        self.call();
        Some(told)
    }
    fn call(&self) {
        self.inner.asked.store(true, Ordering::Release);
        if let Some(wake) = self.inner.wake.get() {
            wake();
        }
    }
    /// What the worker's thread spends its time on.
    pub fn load(&self) -> &Load {
        &self.inner.load
    }
    /// Whether the worker is gone.
    pub fn is_closed(&self) -> bool {
        self.open().closed
    }
    fn lay(&self, question: impl FnOnce(&mut Open) -> Query) -> Result<(), DeskRefusal> {
        let mut open = self.open();
        if open.closed {
            return Err(DeskRefusal::Closed);
        }
        if open.questions.len() >= WAITING_MAX {
            return Err(DeskRefusal::Full);
        }
        let question = question(&mut open);
        open.questions.push(question);
        drop(open);
        self.call();
        Ok(())
    }
    /// Ends the waiting of those whose time is over: the worker may be busy for longer with one record.
    pub fn expire(&self, now: i64) {
        let late: Vec<_> = self.open().queries.extract_if(.., |_, (until, _)| *until < now).collect();
        late.into_iter().for_each(|(_, (_, tell))| drop(tell.send(Err(Refusal::Late))));
        self.open().looks.retain(|(until, _)| *until >= now);
    }
    /// The worker's name in the group, once it has joined.
    pub fn member(&self) -> Option<String> {
        self.open().member.clone()
    }
    /// Tasks of this worker and their states.
    pub fn tasks(&self) -> BTreeMap<TaskId, TaskState> {
        self.open().tasks.clone()
    }
    /// Whether this worker has a task.
    pub fn has(&self, task: TaskId) -> bool {
        self.open().tasks.contains_key(&task)
    }
    fn open(&self) -> MutexGuard<'_, Open> {
        self.inner.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The worker's side of its desk. Dropped, it closes: nobody waits for a worker that is gone.
pub struct Seat {
    desk: Desk,
}
impl Seat {
    /// Sits down under this name in the group; `wake` gets the worker out of its sleep.
    pub fn at(desk: Desk, member: &str, wake: impl Fn() + Send + Sync + 'static) -> Seat {
        // A desk has one worker in its life: a second `wake` would be another one's.
        let _ = desk.inner.wake.set(Box::new(wake));
        desk.open().member = Some(member.to_owned());
        Seat { desk }
    }
    /// Takes what lies there.
    pub fn take(&self, happened: &mut Vec<Input>) {
        if self.desk.inner.asked.swap(false, Ordering::AcqRel) {
            let mut open = self.desk.open();
            happened.extend(open.questions.drain(..).map(Input::Query));
            // One look serves all who wait for one.
            happened.extend((!open.looks.is_empty()).then_some(Input::Look));
        }
    }
    /// Gives an answer back. Who asked may have gone.
    pub fn answer(&self, answer: Answer) {
        if let Some((_, tell)) = self.desk.open().queries.remove(&answer.id) {
            let _ = tell.send(answer.page);
        }
    }
    /// Shows the worker to those who want to see it.
    pub fn show(&self, view: &View) {
        std::mem::take(&mut self.desk.open().looks).into_iter().for_each(|(_, tell)| drop(tell.send(view.clone())));
    }
    /// Keeps the list of tasks that others look at to find the right desk.
    pub fn note(&self, event: &Event) {
        let load = self.desk.load();
        match event {
            Event::Committed { records, took_ms } => return load.committed(*records, *took_ms),
            Event::Aborted { .. } => return load.aborted(),
            Event::Task { state: TaskState::Closed, .. } => load.task(false),
            Event::Task { task, .. } if !self.desk.has(*task) => load.task(true),
            _ => {}
        }
        match event {
            Event::Task { task, state: TaskState::Closed } => _ = self.desk.open().tasks.remove(task),
            Event::Task { task, state } => _ = self.desk.open().tasks.insert(*task, *state),
            _ => {}
        }
    }
}
impl Drop for Seat {
    fn drop(&mut self) {
        let mut open = self.desk.open();
        *open = Open { closed: true, member: open.member.take(), ..Open::default() };
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::state::{PageLimits, Wanted};

    fn query() -> Query {
        let task = TaskId { sub_topology: 0, partition: 0 };
        Query { id: 0, task, store: "s".into(), wanted: Wanted::Row(vec![]), most: PageLimits::default(), until: 0, stale_ms: None }
    }

    #[test]
    fn answers_find_who_asked_and_a_worker_that_goes_leaves_nobody_waiting() {
        let desk = Desk::default();
        let seat = Seat::at(desk.clone(), "a-0", || ());
        let (mut first, mut second) = (desk.ask(query()).unwrap(), desk.ask(query()).unwrap());
        let mut happened = vec![];
        seat.take(&mut happened);
        let ids: Vec<u64> = happened.iter().map(|i| if let Input::Query(q) = i { q.id } else { 0 }).collect();
        assert_eq!(ids, [1, 2]);
        seat.answer(Answer { id: 2, page: Err(Refusal::Late) });
        assert_eq!(second.try_recv().unwrap(), Err(Refusal::Late));
        let mut third = desk.ask(query()).unwrap();
        desk.expire(1);
        assert_eq!((first.try_recv().unwrap(), third.try_recv().unwrap()), (Err(Refusal::Late), Err(Refusal::Late)));
        let mut first = desk.ask(query()).unwrap();
        drop(seat);
        assert!(first.try_recv().is_err());
        assert_eq!(desk.ask(query()).unwrap_err(), DeskRefusal::Closed);
        assert_eq!(desk.member().as_deref(), Some("a-0"), "the group may name it for a while");
    }

    #[test]
    fn a_desk_holds_only_so_many() {
        let desk = Desk::default();
        (0..WAITING_MAX).for_each(|_| drop(desk.ask(query()).unwrap()));
        assert_eq!(desk.ask(query()).unwrap_err(), DeskRefusal::Full);
    }
}
