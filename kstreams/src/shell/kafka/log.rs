//! librdkafka's own log lines and errors, into `tracing`.
use super::ffi::{Client, ClientError, Code, Event, Queue};
use std::{sync::Arc, time::Duration};

/// Logs what has come in for a client that nobody serves between two questions.
pub(super) fn drain(client: &Arc<Client>) {
    let Some(queue) = Queue::main(client) else { return };
    while let Some(event) = queue.poll(Duration::ZERO) {
        note(event);
    }
}
/// Logs what nobody else wants of an event.
pub(crate) fn note(event: Event) {
    match event {
        Event::Log { level, facility, text } => line(level, &facility, &text),
        Event::Error(error) => problem(&error),
        Event::Deleted { answer: Err(error) } => {
            tracing::warn!(target: "kstreams::kafka", %error, "purging records failed; it is tried again")
        }
        _ => {}
    }
}

fn line(level: i32, facility: &str, text: &str) {
    // Properties of producers that consumers get too, and the other way round: what passes through goes to both.
    if facility == "CONFWARN" {
        return tracing::debug!(target: "kstreams::librdkafka", "{text}");
    }
    match level {
        ..=3 => tracing::error!(target: "kstreams::librdkafka", facility, "{text}"),
        4 => tracing::warn!(target: "kstreams::librdkafka", facility, "{text}"),
        5 | 6 => tracing::info!(target: "kstreams::librdkafka", facility, "{text}"),
        _ => tracing::debug!(target: "kstreams::librdkafka", facility, "{text}"),
    }
}

fn problem(error: &ClientError) {
    // Brokers come and go; librdkafka reconnects.
    if [Code::ALL_BROKERS_DOWN, Code::TRANSPORT, Code::TIMED_OUT].contains(&error.code) {
        return tracing::warn!(target: "kstreams::kafka", %error, "a broker cannot be reached; trying again");
    }
    tracing::error!(target: "kstreams::kafka", %error, "the client reports an error");
}
