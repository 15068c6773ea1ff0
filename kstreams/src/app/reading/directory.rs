//! Who has which task: the desks of this process's workers, and for the others the group's members.
use super::{Owner, QueryError};
use crate::{
    plan::{Deployment, TaskId},
    shell::{Clock, Desk, DeskRefusal, SystemClock, member},
    state::Page,
    worker::{Query, Refusal},
};
use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    thread,
    time::Duration,
};
use tokio::sync::oneshot;

/// A member of the group and what it has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::app) struct MemberTasks {
    pub(in crate::app) client_id: String,
    pub(in crate::app) host: Option<String>,
    pub(in crate::app) tasks: Vec<TaskId>,
}
type Members = Arc<Vec<MemberTasks>>;
type AskMembers = dyn Fn() -> Result<Vec<MemberTasks>, String> + Send + Sync;

/// What runs, for those who ask.
#[derive(Clone)]
pub(in crate::app) struct Serving {
    pub(in crate::app) deployment: Arc<Deployment>,
    pub(in crate::app) clock: SystemClock,
    /// One a worker.
    pub(in crate::app) desks: Vec<Desk>,
    /// Asks the group; it may take a while.
    pub(in crate::app) members: Arc<AskMembers>,
}

/// Empty before the application starts and after it ends.
#[derive(Default)]
pub(in crate::app) struct Directory {
    running: Mutex<Running>,
    /// One question to the group at a time; who comes meanwhile takes its answer.
    asking: tokio::sync::Mutex<()>,
    /// Until when somebody waits for the group; dropped, they wait no more.
    patient: Mutex<Vec<(i64, oneshot::Sender<()>)>>,
}
#[derive(Default)]
struct Running {
    serving: Option<Serving>,
    /// What the group said last, and when.
    members: Option<(i64, Result<Members, String>)>,
}

/// What the group said is taken for true so long.
const MEMBERS_FRESH_MS: i64 = 500;

impl Directory {
    pub(in crate::app) fn open(&self, serving: Serving) {
        self.running().serving = Some(serving);
    }
    pub(in crate::app) fn close(&self) {
        *self.running() = Running::default();
    }
    pub(in crate::app) fn serving(&self) -> Result<Serving, QueryError> {
        self.running().serving.clone().ok_or(QueryError::NotRunning)
    }
    /// Ends the waiting of those whose time is over.
    pub(in crate::app) fn expire(&self) {
        if let Ok(serving) = self.serving() {
            let now = serving.clock.now().monotonic;
            serving.desks.iter().for_each(|desk| desk.expire(now));
            self.patient().retain(|(until, _)| *until >= now);
        }
    }
    /// One page of a store of a task.
    pub(super) async fn ask(&self, query: Query) -> Result<Page, QueryError> {
        let (task, until) = (query.task, query.until);
        let serving = self.serving()?;
        let Some(desk) = serving.desks.iter().find(|desk| desk.has(task)) else {
            // What the group says of a process that has just left is of the past.
            let has_ended = serving.desks.iter().all(Desk::is_closed);
            return Err(if has_ended { QueryError::NotRunning } else { self.elsewhere(task, until).await });
        };
        let answer = desk.ask(query).map_err(|refusal| match refusal {
            DeskRefusal::Full => QueryError::Busy,
            DeskRefusal::Closed => QueryError::NotRunning,
        })?;
        answer.await.map_err(|_| QueryError::NotRunning)?.map_err(|refusal| refused(task, refusal))
    }
    async fn elsewhere(&self, task: TaskId, until: i64) -> QueryError {
        let (patience, gone) = oneshot::channel();
        self.patient().push((until, patience));
        let owner = tokio::select! {
            owner = self.owner(task) => owner,
            _ = gone => Err(QueryError::TimedOut),
        };
        match owner {
            Ok(Some(owner)) if !owner.here => QueryError::Elsewhere { task: task.to_string(), owner },
            // The group has given it to this process, whose worker does not know yet; or to nobody.
            Ok(_) => QueryError::Rebalancing { task: task.to_string() },
            Err(error) => error,
        }
    }
    /// Who has a task; `None`: nobody, at this moment.
    pub(super) async fn owner(&self, task: TaskId) -> Result<Option<Owner>, QueryError> {
        let serving = self.serving()?;
        let members = self.members(&serving).await?;
        let here: Vec<String> = serving.desks.iter().filter_map(Desk::member).collect();
        Ok(members.iter().find(|m| m.tasks.contains(&task)).map(|m| owner(m, task.partition, &here)))
    }
    async fn members(&self, serving: &Serving) -> Result<Members, QueryError> {
        let _asks = self.asking.lock().await;
        let now = serving.clock.now().monotonic;
        if let Some((at, members)) = &self.running().members
            && now - at < MEMBERS_FRESH_MS
        {
            return members.clone().map_err(QueryError::Group);
        }
        let members = off_the_runtime(serving.members.clone()).await.map(Arc::new);
        self.running().members = Some((serving.clock.now().monotonic, members.clone()));
        members.map_err(QueryError::Group)
    }
    fn patient(&self) -> MutexGuard<'_, Vec<(i64, oneshot::Sender<()>)>> {
        self.patient.lock().unwrap_or_else(PoisonError::into_inner)
    }
    fn running(&self) -> MutexGuard<'_, Running> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
/// The group's answer can take seconds, and whoever waits for it must not hold up a runtime.
async fn off_the_runtime(ask: Arc<AskMembers>) -> Result<Vec<MemberTasks>, String> {
    let (tell, told) = oneshot::channel();
    // Nobody may be waiting any more.
    let work = move || drop(tell.send(ask()));
    thread::Builder::new().name("kstreams-members".into()).spawn(work).map_err(|e| format!("no thread: {e}"))?;
    told.await.map_err(|_| "the question was not answered".to_owned())?
}
fn owner(found: &MemberTasks, partition: u32, here: &[String]) -> Owner {
    let (member, endpoint) = member::read(&found.client_id);
    let here = here.contains(&member);
    Owner { member, endpoint, host: found.host.clone(), partition, here }
}
pub(super) fn refused(task: TaskId, refusal: Refusal) -> QueryError {
    let task = task.to_string();
    match refusal {
        Refusal::NotHere | Refusal::Opening => QueryError::Rebalancing { task },
        Refusal::Restoring { remaining } => QueryError::Restoring { task, remaining },
        Refusal::Failed => QueryError::Failed { task },
        Refusal::Stale { by_ms } => QueryError::Stale { task, by: Duration::from_millis(by_ms.max(0).unsigned_abs()) },
        Refusal::Late => QueryError::TimedOut,
        Refusal::NoStore => QueryError::Unreadable(format!("task {task} did not open it")),
        Refusal::Unreadable(reason) => QueryError::Unreadable(reason),
    }
}
