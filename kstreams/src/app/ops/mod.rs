//! Operations over HTTP: health, metrics, the live page of the topology. Everything is read from what runs; nothing here changes anything.
//!
//! | path | what |
//! |---|---|
//! | `/live` | 200 while every worker's thread is there |
//! | `/ready` | 200 while every task of this process processes records |
//! | `/metrics` | Prometheus text, Kafka Streams' names in snake case (`exposition`) |
//! | `/topology` | the live page: one file with the drawing in it, asks `/state` again and again (`page`) |
//! | `/topology.json` | the document of what runs, as [`Format::Json`](crate::document::Format::Json) writes it, with the settings in force |
//! | `/state` | workers, tasks, positions, lag, restores, budgets, errors, bad records with samples (`snapshot`) |
//! | `/store/{name}` | rows of a store (`rows`); on other addresses than loopback only with a token |
mod bottleneck;
mod exposition;
mod guard;
mod journal;
mod page;
mod rows;
mod serving;
mod shares;
mod snapshot;

pub(super) use journal::Journal;
pub(super) use serving::Doorkeeper;

use super::{reading::Directory, telling::Told};
use crate::{App, Blueprint, document::Setting, plan::Deployment};
use std::{
    net::SocketAddr,
    sync::{Arc, OnceLock},
};

/// Where operations are served.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OpsAddress(pub(super) SocketAddr);
impl From<u16> for OpsAddress {
    /// A port of the loopback interface.
    fn from(port: u16) -> Self {
        OpsAddress(SocketAddr::from(([127, 0, 0, 1], port)))
    }
}
impl From<SocketAddr> for OpsAddress {
    fn from(address: SocketAddr) -> Self {
        OpsAddress(address)
    }
}
impl From<([u8; 4], u16)> for OpsAddress {
    fn from(address: ([u8; 4], u16)) -> Self {
        OpsAddress(SocketAddr::from(address))
    }
}

/// What the handlers look at.
pub(super) struct Ops {
    pub(super) blueprint: Arc<Blueprint>,
    /// Those in force; secrets are hidden in it.
    pub(super) settings: Vec<Setting>,
    pub(super) directory: Arc<Directory>,
    pub(super) told: Arc<Told>,
    pub(super) guard: guard::Guard,
    pub(super) shares: shares::Shares,
    /// The drawing of what runs, once it was asked for.
    pub(super) drawn: OnceLock<String>,
}

impl<Q> App<Q> {
    /// Serves health, metrics and the live page of the topology while the application runs: `/live`, `/ready`, `/metrics`, `/topology`,
    /// `/topology.json`, `/state`, `/store/{name}`. A port alone means loopback; other addresses are to be named:
    /// `serve_ops(([0, 0, 0, 0], 8080))`. It has a thread of its own: a busy runtime does not make it look dead.
    ///
    /// ```no_run
    /// # use kstreams::prelude::*;
    /// # #[topic(name = "words", key = String, value = u64, partitions = 3)]
    /// # struct Words;
    /// # #[topic(name = "long-words", key = String, value = u64, partitions = 3)]
    /// # struct Long;
    /// # #[topology(id = "long-words")]
    /// # fn long_words(words: StreamOf<Words>) {
    /// #     words.filter(|length| *length > 9).to(Long);
    /// # }
    /// # async fn run() -> kstreams::Result<()> {
    /// let app = App::new(long_words::topology(), Config::new());
    /// app.serve_ops(8080).run_until(std::future::pending::<()>()).await?;
    /// # Ok(()) }
    /// # fn main() {}
    /// ```
    pub fn serve_ops(mut self, address: impl Into<OpsAddress>) -> App<Q> {
        self.ops.address = Some(address.into());
        self
    }
    /// Everything but `/live` and `/ready` is answered only with this bearer token (`Authorization: Bearer …`; in a browser once as `?token=…`).
    pub fn ops_token(mut self, token: impl Into<String>) -> App<Q> {
        self.ops.token = Some(token.into());
        self
    }
    /// The same endpoints, to be mounted in a router of your own; `/store/{name}` only if there is a token ([`App::ops_token`]).
    ///
    /// ```
    /// # use kstreams::prelude::*;
    /// # #[topic(name = "words", key = String, value = u64, partitions = 3)]
    /// # struct Words;
    /// # #[topic(name = "long-words", key = String, value = u64, partitions = 3)]
    /// # struct Long;
    /// # #[topology(id = "long-words")]
    /// # fn long_words(words: StreamOf<Words>) {
    /// #     words.filter(|length| *length > 9).to(Long);
    /// # }
    /// # fn main() {
    /// let app = App::new(long_words::topology(), Config::new());
    /// let router: axum::Router = axum::Router::new().nest("/ops", app.router());
    /// # }
    /// ```
    pub fn router(&self) -> axum::Router {
        serving::router(Arc::new(self.ops_of(self.ops.token.is_some())))
    }
    /// What is to be opened when the application starts.
    pub(super) fn doorkeeper(&self) -> Doorkeeper {
        let loopback = self.ops.address.is_some_and(|OpsAddress(address)| address.ip().is_loopback());
        let rows = loopback || self.ops.token.is_some();
        Doorkeeper { address: self.ops.address.map(|OpsAddress(address)| address), ops: Arc::new(self.ops_of(rows)) }
    }
    fn ops_of(&self, rows: bool) -> Ops {
        Ops {
            blueprint: self.topology().blueprint().clone(),
            settings: self.config.listed(),
            directory: self.directory().clone(),
            told: self.told.clone(),
            guard: guard::Guard { token: self.ops.token.clone(), rows },
            shares: shares::Shares::default(),
            drawn: OnceLock::new(),
        }
    }
}

impl Ops {
    /// What runs, once it does.
    fn running(&self) -> Option<Arc<Deployment>> {
        self.directory.serving().ok().map(|serving| serving.deployment)
    }
}

/// What was said about operations before the application started; not `Debug`, for the token is a secret.
#[derive(Clone, Default)]
pub(super) struct OpsSettings {
    address: Option<OpsAddress>,
    token: Option<String>,
}
