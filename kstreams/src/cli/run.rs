//! `run`: the application, until a signal.
use super::{
    args,
    said::{Failed, Said},
};
use crate::{App, Config, Topology};
use serde_json::json;

pub(super) fn run(topology: Topology, config: Config, options: &args::Run) -> Result<Said, Failed> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    let runtime = runtime.map_err(|e| Failed::new(format!("no runtime: {e}")))?;
    let app = with_operations(App::new(topology, config), options);
    let closed = runtime.block_on(app.run_until(signal())).map_err(|e| Failed::new(e.to_string()))?;
    let json =
        json!({ "records": closed.records, "commits": closed.commits, "aborts": closed.aborts, "bad": closed.bad, "late": closed.late });
    Ok(Said::new(format!("{} records, {} bad, {} late", closed.records, closed.bad, closed.late), json))
}
#[cfg(feature = "ops-http")]
fn with_operations(app: App, options: &args::Run) -> App {
    match options.ops {
        Some(port) => app.serve_ops(port),
        None => app,
    }
}
#[cfg(not(feature = "ops-http"))]
fn with_operations(app: App, _: &args::Run) -> App {
    app
}
/// Ctrl-C, or what an orchestrator sends. A signal that cannot be waited for never comes.
async fn signal() {
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
