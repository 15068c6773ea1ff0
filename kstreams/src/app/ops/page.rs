//! The live page: one file with the drawing in it (`page.html`); and what a browser is shown that has no token (`door.html`).
use super::Ops;
use crate::document::live;
use axum::{
    http::{HeaderMap, StatusCode, header},
    response::{Html, IntoResponse, Response},
};
use std::sync::Arc;

const PAGE: &str = include_str!("page.html");
/// Asks for the token, keeps it for the tab, and loads the page with it.
const DOOR: &str = include_str!("door.html");
const STYLE_HERE: &str = "/* the drawing's style */";
const DRAWING_HERE: &str = "<!-- the drawing -->";

/// The page. A large topology takes a while to lay out: not on the thread that answers whether the application is alive.
pub(super) async fn page(ops: Arc<Ops>) -> Result<String, String> {
    let drawing = tokio::task::spawn_blocking(move || ops.drawing()).await.map_err(|error| error.to_string())??;
    Ok(PAGE.replacen(STYLE_HERE, live::STYLE, 1).replacen(DRAWING_HERE, &drawing, 1))
}
/// The answer to who has no token: a browser that wants the page is asked for one.
pub(super) fn turned_away(path: &str, headers: &HeaderMap) -> Response {
    let browser = headers.get(header::ACCEPT).and_then(|accept| accept.to_str().ok()).is_some_and(|accept| accept.contains("text/html"));
    let status = (StatusCode::UNAUTHORIZED, [(header::WWW_AUTHENTICATE, "Bearer")]);
    if browser && path.ends_with("/topology") {
        return (status.0, status.1, Html(DOOR)).into_response();
    }
    (status.0, status.1, "a bearer token is needed\n").into_response()
}

impl Ops {
    /// The document of what runs; before it runs, of what is declared.
    pub(super) fn document(&self) -> Result<String, String> {
        let plan = self.blueprint.plan();
        let deployment = self.running().map_or_else(|| plan.declared_deployment(), Arc::unwrap_or_clone);
        live::json(plan, deployment, &self.settings).map_err(|error| error.to_string())
    }
    /// The drawing of what runs; before it runs, of what is declared.
    fn drawing(&self) -> Result<String, String> {
        if let Some(drawn) = self.drawn.get() {
            return Ok(drawn.clone());
        }
        let plan = self.blueprint.plan();
        let draw = |deployment| live::drawn(plan, deployment).map_err(|error| error.to_string());
        match self.running() {
            None => draw(plan.declared_deployment()),
            Some(deployment) => draw((*deployment).clone()).map(|drawn| self.drawn.get_or_init(|| drawn).clone()),
        }
    }
}
