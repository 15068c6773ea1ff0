//! `run`: the application, until a signal.
use super::{
    args,
    progress::Watched,
    said::{Failed, Said},
};
use crate::{App, Closed, Config, Topology};
use serde_json::json;
use std::{
    io::{self, IsTerminal},
    path::Path,
};

impl args::Run {
    /// The folder that is named.
    #[cfg(feature = "embedded")]
    pub(super) fn folder(&self) -> Option<&Path> {
        self.fixtures.as_deref()
    }
    #[cfg(not(feature = "embedded"))]
    fn folder(&self) -> Option<&Path> {
        None
    }
    /// The page is served: somebody looks until a signal.
    #[cfg(feature = "embedded")]
    pub(super) fn serves(&self) -> bool {
        #[cfg(feature = "ops-http")]
        return self.ops.is_some();
        #[cfg(not(feature = "ops-http"))]
        false
    }
}

pub(super) fn run(topology: Topology, config: Config, asked: &args::Run, json: bool) -> Result<Said, Failed> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    let runtime = runtime.map_err(|e| Failed::new(format!("no runtime: {e}")))?;
    #[cfg(feature = "embedded")]
    if !config.on_kafka() {
        return runtime.block_on(super::without_brokers::run(topology, config, asked, json));
    }
    if asked.folder().is_some() {
        return Err(Failed::usage(
            "--fixtures is for the embedded log: topics on brokers are not written by `run`. Name no brokers, or no folder",
        ));
    }
    if io::stderr().is_terminal() {
        say(json, &format!("{} runs until Ctrl-C", topology.id()));
    }
    let closed = runtime.block_on(application(topology, config, asked, json)?.run_until(signal()));
    Ok(said(&closed.map_err(|e| Failed::new(e.to_string()))?))
}
/// To people: beside what programs read.
pub(super) fn say(json: bool, text: &str) {
    if !json {
        eprintln!("{text}");
    }
}
/// With its operations, and heard by whoever sits at the terminal.
pub(super) fn application(topology: Topology, config: Config, asked: &args::Run, json: bool) -> Result<App, Failed> {
    let watched = Watched::new(json);
    let app = App::new(topology, config).on_event(move |event| watched.hear(event));
    #[cfg(not(feature = "ops-http"))]
    let _ = asked;
    #[cfg(feature = "ops-http")]
    let app = super::operations::with(app, asked.ops, json)?;
    Ok(app)
}
pub(super) fn said(closed: &Closed) -> Said {
    let json =
        json!({ "records": closed.records, "commits": closed.commits, "aborts": closed.aborts, "bad": closed.bad, "late": closed.late });
    Said::new(format!("{} records processed, {} bad, {} late", closed.records, closed.bad, closed.late), json)
}
/// Ctrl-C, or what an orchestrator sends. A signal that cannot be waited for never comes.
pub(super) async fn signal() {
    let interrupt = async {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    };
    #[cfg(unix)]
    let terminate = async {
        match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
            Ok(mut signal) => drop(signal.recv().await),
            Err(_) => std::future::pending().await,
        }
    };
    #[cfg(not(unix))]
    let terminate = std::future::pending::<()>();
    tokio::select! {
        () = interrupt => {}
        () = terminate => {}
    }
}
