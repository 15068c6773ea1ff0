//! The thread that stands behind an application's workers: it starts them, looks after them, and brings them to their end.
use super::{
    AppError, Closed,
    listeners::Phase,
    reading::{Directory, Serving},
    state,
    telling::Told,
    watching::{Names, Watching},
};
use crate::{
    Blueprint, Config,
    shell::{SystemClock, Unclaimed},
};
use std::{
    sync::{
        Arc,
        mpsc::{self, Receiver, RecvTimeoutError, Sender},
    },
    thread::{self, JoinHandle},
    time::Duration,
};
use tokio::sync::oneshot::{self, error::RecvError};

/// When an application is done without being asked.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Until {
    /// Never.
    Asked,
    /// When nothing is left to read.
    Drained,
}
/// An application under way.
pub(super) struct Running {
    /// Dropping it asks the application to finish.
    pub(super) ask: Sender<()>,
    pub(super) ended: oneshot::Receiver<Result<Closed, AppError>>,
}
/// A worker on its thread.
pub(super) struct RunningWorker {
    pub(super) ask: Box<dyn Fn() + Send>,
    pub(super) thread: JoinHandle<Result<(), String>>,
}
/// All workers of the process, and what they share.
pub(super) struct Workers {
    pub(super) workers: Vec<RunningWorker>,
    pub(super) unclaimed: Unclaimed<SystemClock>,
    pub(super) serving: Serving,
    /// Whether nothing is left to read.
    pub(super) drained: Box<dyn Fn() -> bool + Send>,
    /// Names of all topics that there are.
    pub(super) topics: Names,
}

/// Between two looks at the workers; one at the end of the input comes sooner.
const LOOK: Duration = Duration::from_millis(100);
const LOOK_FOR_THE_END: Duration = Duration::from_millis(5);
/// Commits of an application that runs to the end of its input.
const COMMIT_TO_SEE_THE_END: Duration = Duration::from_millis(100);

impl Running {
    pub(super) fn start(
        blueprint: Arc<Blueprint>,
        config: Config,
        told: Arc<Told>,
        directory: Arc<Directory>,
        until: Until,
    ) -> Result<Running, AppError> {
        let problems = &blueprint.plan().problems;
        if !problems.is_empty() {
            return Err(AppError::Topology(problems.clone()));
        }
        let config = checked(config, until)?;
        let ((ask, asked), (tell_end, ended)) = (mpsc::channel(), oneshot::channel());
        let name = blueprint.plan().id.clone();
        let work = move || {
            // Nobody waits for it if the application's future was dropped.
            let _ = tell_end.send(supervise(&blueprint, &config, &told, &directory, until, &asked));
        };
        thread::Builder::new().name(name).spawn(work).map_err(|e| AppError::Start(format!("no thread for the application: {e}")))?;
        Ok(Running { ask, ended })
    }
}
/// The supervisor's answer.
pub(super) fn end(answer: Result<Result<Closed, AppError>, RecvError>) -> Result<Closed, AppError> {
    answer.unwrap_or_else(|_| Err(AppError::Worker("the application's thread panicked".to_owned())))
}

fn checked(mut config: Config, until: Until) -> Result<Config, AppError> {
    if config.threads == 0 {
        return Err(AppError::Config("an application without workers does nothing: `Config::threads` must be above 0".to_owned()));
    }
    if until == Until::Drained {
        if config.on_kafka() {
            return Err(AppError::Config("topics of a broker have no end: use `App::run_until` instead of `App::run_to_end`".to_owned()));
        }
        let shortest = COMMIT_TO_SEE_THE_END.min(Duration::from_millis(config.settings().commit_interval_ms.unsigned_abs()));
        config = config.commit_interval(shortest);
    }
    Ok(config)
}

fn supervise(
    blueprint: &Arc<Blueprint>,
    config: &Config,
    told: &Arc<Told>,
    directory: &Directory,
    until: Until,
    asked: &Receiver<()>,
) -> Result<Closed, AppError> {
    let state = state::open(blueprint, config)?;
    // Before the first worker: it may have its tasks running before this thread goes on.
    told.enter(Phase::Started);
    let workers = start(blueprint, config, state, told).inspect_err(|_| told.enter(Phase::Finished))?;
    directory.open(workers.serving.clone());
    let (workers, _watching) = workers.watched(blueprint, config, told);
    workers.look_after(told, directory, until, asked);
    told.enter(Phase::Finishing);
    let finished = workers.finish();
    directory.close();
    told.enter(Phase::Finished);
    finished?;
    match told.failed() {
        Some((task, reason)) => Err(AppError::Task { task: task.to_string(), reason }),
        None => Ok(told.counts()),
    }
}
fn start(blueprint: &Arc<Blueprint>, config: &Config, state: state::State, told: &Arc<Told>) -> Result<Workers, AppError> {
    if config.on_kafka() {
        #[cfg(feature = "kafka")]
        return super::kafka::start(blueprint, config, state, told);
        #[cfg(not(feature = "kafka"))]
        return Err(missing("brokers are configured", "kafka"));
    }
    #[cfg(feature = "embedded")]
    return super::embedded::start(blueprint, config, state, told);
    #[cfg(not(feature = "embedded"))]
    Err(missing("no brokers are configured (`Config::bootstrap_servers`), and the embedded log", "embedded"))
}
#[cfg(not(all(feature = "kafka", feature = "embedded")))]
fn missing(what: &str, feature: &str) -> AppError {
    AppError::Config(format!("{what}: that needs the feature `{feature}` of the crate kstreams (`cargo run --features {feature}`)"))
}

impl Workers {
    /// Begins to look for topics that come later.
    fn watched(mut self, blueprint: &Blueprint, config: &Config, told: &Arc<Told>) -> (Workers, Watching) {
        let known = self.serving.deployment.topics.iter().map(|topic| topic.name.to_string()).collect();
        let names = std::mem::replace(&mut self.topics, Box::new(|| Ok(vec![])));
        (self, Watching::start(blueprint, config, told, known, names))
    }
    /// Until somebody asks, a worker ends, or nothing is left to read.
    fn look_after(&self, told: &Told, directory: &Directory, until: Until, asked: &Receiver<()>) {
        let look = if until == Until::Drained { LOOK_FOR_THE_END } else { LOOK };
        while asked.recv_timeout(look) == Err(RecvTimeoutError::Timeout) {
            let ended = self.workers.iter().any(|worker| worker.thread.is_finished());
            // Nobody would get to the end past a task that stands still.
            let done = until == Until::Drained && (told.failed().is_some() || (self.drained)());
            if ended || done {
                return;
            }
            self.unclaimed.close_old();
            directory.expire();
        }
    }
    /// Each worker commits, gives its tasks back and leaves; then what nobody claimed goes to disk.
    fn finish(self) -> Result<(), AppError> {
        self.workers.iter().for_each(|worker| (worker.ask)());
        // All of them are waited for, also when the first has failed.
        let ends: Vec<_> = self.workers.into_iter().map(|worker| worker.thread.join()).collect();
        self.unclaimed.close_all();
        let failed = |end: thread::Result<_>| end.unwrap_or_else(|_| Err("a worker panicked; its text is on standard error".to_owned()));
        ends.into_iter().try_for_each(failed).map_err(AppError::Worker)
    }
}
