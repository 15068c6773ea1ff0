//! Asking the cluster and waiting for the answer: for what is done before a worker runs, and inside a commit.
use super::{
    ffi::{Client, ClientError, Code, Event, Queue},
    log,
};
use std::{
    sync::Arc,
    time::{Duration, Instant},
};

/// A client and a queue for its answers.
pub(crate) struct Ask {
    queue: Queue,
    client: Arc<Client>,
}
impl Ask {
    pub(crate) fn new(client: &Arc<Client>) -> Result<Ask, String> {
        let queue = Queue::new(client).ok_or("librdkafka gives no queue for answers")?;
        Ok(Ask { queue, client: client.clone() })
    }
    /// Sends a question and waits for the first event that `pick` takes.
    pub(crate) fn ask<T>(
        &self,
        within: Duration,
        send: impl FnOnce(&Client, &Queue),
        mut pick: impl FnMut(Event) -> Result<T, Event>,
    ) -> Result<T, ClientError> {
        let until = Instant::now() + within;
        send(&self.client, &self.queue);
        loop {
            let left = until.saturating_duration_since(Instant::now());
            match self.queue.poll(left).map(&mut pick) {
                Some(Ok(answer)) => return Ok(answer),
                Some(Err(event)) => log::note(event),
                None if left.is_zero() => return Err(ClientError::of(Code::TIMED_OUT)),
                None => {}
            }
        }
    }
}
