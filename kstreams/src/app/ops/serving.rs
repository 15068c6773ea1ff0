//! The routes, and the thread that answers them.
use super::{Ops, exposition, page, rows};
use crate::app::AppError;
use axum::{
    Json, Router,
    extract::{Path, Query, Request, State},
    http::{StatusCode, header},
    middleware::{self, Next},
    response::{Html, IntoResponse, Response},
    routing::get,
};
use serde::Deserialize;
use std::{
    net::{SocketAddr, TcpListener},
    sync::Arc,
    thread,
};
use tokio::sync::oneshot;

/// Opens the server when the application starts.
pub(in crate::app) struct Doorkeeper {
    pub(super) address: Option<SocketAddr>,
    pub(super) ops: Arc<Ops>,
}
/// Dropping it closes the server.
pub(in crate::app) struct Opened(#[expect(dead_code, reason = "dropping it is the message")] Option<oneshot::Sender<()>>);
impl Doorkeeper {
    /// Binds the address and answers from now on, if there is one.
    pub(in crate::app) fn open(self) -> Result<Opened, AppError> {
        let Some(address) = self.address else { return Ok(Opened(None)) };
        let failed = |e: std::io::Error| AppError::Start(format!("operations cannot be served at {address}: {e}"));
        let listener = TcpListener::bind(address).map_err(failed)?;
        listener.set_nonblocking(true).map_err(failed)?;
        if !address.ip().is_loopback() && self.ops.guard.token.is_none() {
            tracing::warn!(%address, "operations are served to everybody who reaches this address, but for rows of stores: `App::ops_token` asks for a token");
        }
        tracing::info!(%address, "operations: /topology /state /metrics /live /ready");
        let (close, closed) = oneshot::channel::<()>();
        let router = router(self.ops);
        let work = move || answer(listener, router, closed);
        thread::Builder::new().name("kstreams-ops".into()).spawn(work).map_err(failed)?;
        Ok(Opened(Some(close)))
    }
}
/// A thread of its own with a small runtime: neither workers nor the user's tasks can hold it up.
fn answer(listener: TcpListener, router: Router, closed: oneshot::Receiver<()>) {
    let run = || -> std::io::Result<()> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_io().build()?;
        runtime.block_on(async {
            let listener = tokio::net::TcpListener::from_std(listener)?;
            let serve = axum::serve(listener, router).into_future();
            tokio::select! {
                served = serve => served,
                // A page that polls must not keep the application alive.
                _ = closed => Ok(()),
            }
        })
    };
    if let Err(error) = run() {
        tracing::error!(%error, "operations are not served any more");
    }
}

/// All routes.
pub(super) fn router(ops: Arc<Ops>) -> Router {
    let guarded = Router::new()
        .route("/metrics", get(metrics))
        .route("/topology", get(live_page))
        .route("/topology.json", get(topology))
        .route("/state", get(state))
        .route("/store/{name}", get(store))
        .layer(middleware::from_fn_with_state(ops.clone(), guard));
    Router::new().route("/live", get(live)).route("/ready", get(ready)).merge(guarded).with_state(ops)
}
#[derive(Deserialize)]
struct Token {
    token: Option<String>,
}
async fn guard(State(ops): State<Arc<Ops>>, Query(query): Query<Token>, request: Request, next: Next) -> Response {
    if ops.guard.lets_in(request.headers(), query.token.as_deref()) {
        return next.run(request).await;
    }
    page::turned_away(request.uri().path(), request.headers())
}
async fn live(State(ops): State<Arc<Ops>>) -> (StatusCode, String) {
    said(ops.is_live())
}
async fn ready(State(ops): State<Arc<Ops>>) -> (StatusCode, String) {
    said(ops.is_ready())
}
fn said(answer: Result<&'static str, String>) -> (StatusCode, String) {
    match answer {
        Ok(text) => (StatusCode::OK, format!("{text}\n")),
        Err(text) => (StatusCode::SERVICE_UNAVAILABLE, format!("{text}\n")),
    }
}
async fn metrics(State(ops): State<Arc<Ops>>) -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], exposition::text(&ops.snapshot().await))
}
async fn live_page(State(ops): State<Arc<Ops>>) -> Response {
    page::page(ops).await.map_or_else(untold, |page| Html(page).into_response())
}
async fn topology(State(ops): State<Arc<Ops>>) -> Response {
    ops.document().map_or_else(untold, |text| ([(header::CONTENT_TYPE, "application/json")], text).into_response())
}
fn untold(error: String) -> Response {
    (StatusCode::INTERNAL_SERVER_ERROR, format!("the topology cannot be told: {error}\n")).into_response()
}
async fn state(State(ops): State<Arc<Ops>>) -> Response {
    Json(ops.snapshot().await).into_response()
}
async fn store(State(ops): State<Arc<Ops>>, Path(name): Path<String>, Query(question): Query<rows::Question>) -> Response {
    if !ops.guard.rows {
        let text = "rows of stores are given out on loopback, or to who has a token (`App::ops_token`)\n";
        return (StatusCode::FORBIDDEN, text).into_response();
    }
    let (status, answer) = rows::answer(&ops, &name, &question).await;
    (status, Json(answer)).into_response()
}

impl Ops {
    /// Whether every worker's thread is there.
    fn is_live(&self) -> Result<&'static str, String> {
        let Ok(serving) = self.directory.serving() else { return Ok("not started") };
        match serving.desks.iter().find(|desk| desk.is_closed()) {
            None => Ok("live"),
            Some(desk) => Err(format!("worker {} has ended", desk.member().unwrap_or_default())),
        }
    }
    /// Whether every task of this process processes records.
    fn is_ready(&self) -> Result<&'static str, String> {
        match self.told.app_state() {
            // Its tasks may run a moment before its workers are known to those who ask for rows.
            crate::AppState::Running if self.running().is_some() => Ok("ready"),
            crate::AppState::Running => Err("not ready: its workers are being started".to_owned()),
            state => Err(format!("not ready: {}", state.name())),
        }
    }
}
