//! An application: a topology that runs, on Kafka or on the embedded log, until it is told to finish.
#[cfg(feature = "embedded")]
mod embedded;
mod error;
#[cfg(feature = "kafka")]
mod kafka;
mod listeners;
#[cfg(feature = "ops-http")]
mod ops;
mod reading;
mod state;
mod supervisor;
mod telling;
mod watching;

pub use error::AppError;
pub use listeners::{AppState, Restore};
#[cfg(feature = "ops-http")]
pub use ops::OpsAddress;
pub use reading::{Found, Owner, QueryError, Reader, Row};
pub use telling::Closed;
pub use tokio_util::sync::CancellationToken as ShutdownToken;

use crate::{Config, Event, Topology};
use reading::Directory;
use std::{future::Future, sync::Arc};
use supervisor::{Running, Until};
use telling::Told;

/// A topology with its configuration, ready to run.
///
/// ```
/// use kstreams::prelude::*;
///
/// #[topic(name = "words", key = String, value = u64, partitions = 3)]
/// struct Words;
/// #[topic(name = "long-words", key = String, value = u64, partitions = 3)]
/// struct Long;
///
/// #[topology(id = "long-words")]
/// fn long_words(words: StreamOf<Words>) {
///     words.filter(|length| *length > 9).to(Long);
/// }
///
/// # fn main() -> kstreams::Result<()> { tokio::runtime::Builder::new_current_thread().build()?.block_on(run()) }
/// # async fn run() -> kstreams::Result<()> {
/// // on the embedded log; `Config::bootstrap_servers` takes it to Kafka
/// let app = App::new(long_words::topology(), Config::new().exactly_once());
/// let closed = app.run_to_end().await?;
/// assert_eq!(closed.records, 0);
/// # Ok(()) }
/// ```
pub struct App<Q = ()> {
    topology: Topology<Q>,
    config: Config,
    told: Arc<Told>,
    directory: Arc<Directory>,
    shutdown: ShutdownToken,
    #[cfg(feature = "ops-http")]
    ops: ops::OpsSettings,
}

impl<Q> App<Q> {
    /// Nothing runs yet.
    pub fn new(topology: Topology<Q>, config: Config) -> App<Q> {
        App {
            topology,
            config,
            told: Arc::default(),
            directory: Arc::default(),
            shutdown: ShutdownToken::new(),
            #[cfg(feature = "ops-http")]
            ops: ops::OpsSettings::default(),
        }
    }
    /// Hears of states of tasks, commits, restores, bad records and failures; on the workers' threads, so it must not take long. They are
    /// logged (`tracing`) whether somebody listens or not.
    pub fn on_event(self, listener: impl Fn(&Event) + Send + Sync + 'static) -> App<Q> {
        self.told.on_event(listener);
        self
    }
    /// Hears when the application as a whole changes its state, from which to which; on a worker's thread, so it must not take long (Kafka
    /// Streams: `setStateListener`).
    pub fn on_state(self, listener: impl Fn(AppState, AppState) + Send + Sync + 'static) -> App<Q> {
        self.told.on_state(listener);
        self
    }
    /// Hears how state is read back, from begin to end (Kafka Streams: `setGlobalStateRestoreListener`).
    pub fn on_restore(self, listener: impl Fn(&Restore) + Send + Sync + 'static) -> App<Q> {
        self.told.on_restore(listener);
        self
    }
    /// Finishes the application from anywhere: `token.cancel()`.
    pub fn shutdown_token(&self) -> ShutdownToken {
        self.shutdown.clone()
    }
    fn directory(&self) -> &Arc<Directory> {
        &self.directory
    }
    /// The topology.
    pub fn topology(&self) -> &Topology<Q> {
        &self.topology
    }

    /// Runs until `signal` is ready, [`App::shutdown_token`] is cancelled, or a worker cannot go on; then finishes in good order: what was
    /// processed is committed, the group is left, state is checkpointed. Dropping the future finishes too, without waiting for it.
    ///
    /// Workers have threads of their own: the runtime that polls this is not blocked.
    ///
    /// # Errors
    /// The topology, the configuration, topics or the state folder are not what they must be (then nothing ran), a worker failed, or a task
    /// stood still at the end because of a record that it could not process.
    pub async fn run_until(self, signal: impl Future) -> Result<Closed, AppError> {
        self.run(Until::Asked, signal).await
    }
    /// Runs until everything that is in the source topics has been processed, what that puts into repartition topics too; then finishes. Commits
    /// are at most 100 ms apart, so that the end is seen. On the embedded log only: topics of a broker have no end.
    ///
    /// # Errors
    /// As [`App::run_until`]; and if brokers are configured.
    pub async fn run_to_end(self) -> Result<Closed, AppError> {
        self.run(Until::Drained, std::future::pending::<()>()).await
    }
    async fn run(self, until: Until, signal: impl Future) -> Result<Closed, AppError> {
        #[cfg(feature = "ops-http")]
        let _serves = self.doorkeeper().open()?;
        let App { topology, config, told, directory, shutdown, .. } = self;
        let running = Running::start(topology.blueprint().clone(), config, told, directory, until)?;
        let mut ended = std::pin::pin!(running.ended);
        tokio::select! {
            end = &mut ended => return supervisor::end(end),
            _ = signal => {}
            () = shutdown.cancelled() => {}
        }
        drop(running.ask);
        supervisor::end(ended.await)
    }
}
