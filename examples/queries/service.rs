//! How often a word was counted, over HTTP, at any instance: keys of other instances are asked there.
use axum::{
    Router,
    extract::{Path, State},
    http::StatusCode,
    routing::get,
};
use kstreams::{Owner, QueryError, Reader, prelude::*};

/// Words as they come.
#[topic(name = "words", key = String, value = String, partitions = 4)]
pub struct Words;

/// Counts each word.
#[topology(id = "word-service")]
pub fn word_service(words: StreamOf<Words>) -> StoreOf<String, u64> {
    words.count("counts").store()
}

type Counts = Reader<String, u64>;
type Answer = (StatusCode, String);

/// `GET /count/{word}`, to be served where `Config::endpoint` says.
pub fn router(counts: Counts) -> Router {
    Router::new().route("/count/{word}", get(count)).with_state(counts)
}
async fn count(State(counts): State<Counts>, Path(word): Path<String>) -> Answer {
    match counts.get(&word).await {
        Ok(count) => (StatusCode::OK, count.unwrap_or(0).to_string()),
        Err(QueryError::Elsewhere { owner, .. }) => forward(owner, word).await,
        // The word's task moves or is restored: whoever asked may ask again, and gets no wrong count meanwhile.
        Err(error) if error.is_passing() => (StatusCode::SERVICE_UNAVAILABLE, error.to_string()),
        Err(error) => (StatusCode::INTERNAL_SERVER_ERROR, error.to_string()),
    }
}
/// Asks the instance that has the word. In a rebalance two may believe it of each other: a service for the world would forward once only.
async fn forward(owner: Owner, word: String) -> Answer {
    match owner.endpoint {
        Some(endpoint) => ask(endpoint, word).await,
        None => (StatusCode::BAD_GATEWAY, format!("{} does not say where it can be asked", owner.member)),
    }
}
async fn ask(endpoint: String, word: String) -> Answer {
    let ask = move || {
        let agent: ureq::Agent = ureq::Agent::config_builder().http_status_as_error(false).build().into();
        let mut answer = agent.get(format!("http://{endpoint}/count/{word}")).call()?;
        let status = StatusCode::from_u16(answer.status().as_u16()).unwrap_or(StatusCode::BAD_GATEWAY);
        Ok::<Answer, ureq::Error>((status, answer.body_mut().read_to_string()?))
    };
    let failed = |why: String| (StatusCode::BAD_GATEWAY, why);
    match tokio::task::spawn_blocking(ask).await {
        Ok(answer) => answer.unwrap_or_else(|e| failed(e.to_string())),
        Err(e) => failed(e.to_string()),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use kstreams::{
        Headers,
        shell::embedded::{EmbeddedLog, create_topics},
    };
    use std::{net::TcpListener, time::Duration};

    /// An instance with its service, until the token is cancelled.
    fn instance(log: &EmbeddedLog, name: &str) -> (String, kstreams::ShutdownToken) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        listener.set_nonblocking(true).unwrap();
        let endpoint = listener.local_addr().unwrap().to_string();
        let config = Config::new().embedded_log(log.clone()).exactly_once().instance(name).endpoint(&endpoint);
        let app = App::new(word_service::topology(), config);
        let (router, token) = (router(app.reader(app.stores())), app.shutdown_token());
        let listener = tokio::net::TcpListener::from_std(listener).unwrap();
        tokio::spawn(async move { axum::serve(listener, router).await });
        tokio::spawn(app.run_until(std::future::pending::<()>()));
        (endpoint, token)
    }
    async fn asked(endpoint: &str, word: &str) -> String {
        let (status, text) = ask(endpoint.to_owned(), word.to_owned()).await;
        if status.is_success() { text } else { String::new() }
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn any_instance_answers_for_any_word() {
        let log = EmbeddedLog::new();
        create_topics(&log, &word_service::topology().plan().declared_deployment()).unwrap();
        let words: Vec<String> = (0..20).map(|i| format!("word-{i}")).collect();
        for word in &words {
            log.produce("words", Some(word.as_bytes()), Some(b""), 0, &Headers::new()).unwrap();
        }
        let ((a, stop_a), (b, stop_b)) = (instance(&log, "a"), instance(&log, "b"));
        for word in &words {
            for endpoint in [&a, &b] {
                // Tasks move while the second instance joins: then it says so, and is asked again.
                while asked(endpoint, word).await != "1" {
                    tokio::time::sleep(Duration::from_millis(10)).await;
                }
            }
        }
        stop_a.cancel();
        stop_b.cancel();
    }
}
