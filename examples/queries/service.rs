//! How often a word was counted, over HTTP, at any instance: words of other instances are asked there.
use axum::{
    Router,
    extract::{Path, State},
    http::{StatusCode, Uri},
    routing::get,
};
use kstreams::{Owner, QueryError, Reader, prelude::*};
use serde_json::json;
use tokio::net::TcpListener;

/// Words as they come.
#[topic(name = "words", key = String, value = String, partitions = 4)]
pub struct Words;

/// Counts each word.
#[topology(id = "word-service")]
pub fn word_service(words: StreamOf<Words>) -> StoreOf<String, u64> {
    words.count("counts").store()
}

/// Runs an instance, and its service at this listener, whose address the other instances are told.
///
/// # Errors
/// The application does not start or ends with a failure, or the listener breaks.
pub async fn instance(config: Config, listener: TcpListener, until: impl Future<Output = ()> + Send) -> kstreams::Result<()> {
    let endpoint = listener.local_addr()?.to_string();
    let app = App::new(word_service::topology(), config.endpoint(&endpoint));
    let router = router(Service { counts: app.reader(app.stores()), endpoint });
    tokio::select! {
        served = async { axum::serve(listener, router).await } => Ok(served?),
        closed = app.run_until(until) => Ok(closed.map(drop)?),
    }
}

/// What the handlers share.
#[derive(Clone)]
struct Service {
    counts: Reader<String, u64>,
    /// Where this instance is asked.
    endpoint: String,
}
type Answer = (StatusCode, String);

/// `/count/{word}` answers for every word, `/count/{word}/here` for those that this instance has.
fn router(service: Service) -> Router {
    Router::new().route("/count/{word}", get(anywhere)).route("/count/{word}/here", get(here)).with_state(service)
}
async fn anywhere(State(service): State<Service>, Path(word): Path<String>, uri: Uri) -> Answer {
    match service.counts.get(&word).await {
        Err(QueryError::Elsewhere { owner, .. }) => forward(owner, &uri).await,
        counted => answer(&service, &word, counted),
    }
}
/// What is forwarded comes here and goes no further: while tasks move, two instances may believe it of each other.
async fn here(State(service): State<Service>, Path(word): Path<String>) -> Answer {
    answer(&service, &word, service.counts.get(&word).await)
}
fn answer(service: &Service, word: &str, counted: Result<Option<u64>, QueryError>) -> Answer {
    match counted {
        Ok(count) => (StatusCode::OK, json!({ "word": word, "count": count.unwrap_or(0), "instance": service.endpoint }).to_string()),
        Err(error @ QueryError::Elsewhere { .. }) => (StatusCode::MISDIRECTED_REQUEST, error.to_string()),
        // The instance starts or ends, the word's task moves or is restored: whoever asked may ask again, and gets no wrong count meanwhile.
        Err(error) if error.is_passing() || error == QueryError::NotRunning => (StatusCode::SERVICE_UNAVAILABLE, error.to_string()),
        Err(error) => (StatusCode::INTERNAL_SERVER_ERROR, error.to_string()),
    }
}
async fn forward(owner: Owner, uri: &Uri) -> Answer {
    match owner.endpoint {
        Some(endpoint) => asked(format!("http://{endpoint}{}/here", uri.path())).await,
        None => (StatusCode::BAD_GATEWAY, format!("{} does not say where it can be asked", owner.member)),
    }
}
/// What an instance answers at this address, or why it does not.
pub async fn asked(url: String) -> Answer {
    let failed = |url: &str, why: &dyn std::fmt::Display| (StatusCode::BAD_GATEWAY, format!("{url}: {why}"));
    let ask = |url: String| move || ask(&url).unwrap_or_else(|error| failed(&url, &error));
    tokio::task::spawn_blocking(ask(url.clone())).await.unwrap_or_else(|error| failed(&url, &error))
}
fn ask(url: &str) -> Result<Answer, ureq::Error> {
    let agent: ureq::Agent = ureq::Agent::config_builder().http_status_as_error(false).build().into();
    let mut answer = agent.get(url).call()?;
    Ok((answer.status(), answer.body_mut().read_to_string()?))
}
