//! Partitions that are being read: one queue each, and the offset that is wanted next.
use super::{
    ffi::{BEGINNING, Client, ClientError, Code, END, Isolation, Position, Queue, Received},
    wake::Wake,
};
use crate::plan::TopicId;
use std::{
    collections::BTreeMap,
    sync::Arc,
    time::{Duration, Instant},
};

/// One partition being read.
struct Reading {
    topic: String,
    queue: Queue,
    /// Offset of the next record to hand on; `None`: the first that there is.
    next: Option<i64>,
    paused: bool,
}
impl Reading {
    fn position(&self, partition: u32) -> Position {
        Position::new(&self.topic, partition, self.next.unwrap_or(BEGINNING))
    }
}

/// All partitions that a consumer reads.
///
/// librdkafka's own positions are not relied on. It pauses what is assigned while a rebalance waits for its answer, and goes on where it
/// believes the application to be: a record too far if an end-of-partition event was taken in a batch (librdkafka #4844), too early
/// if the partition was assigned in the meantime. So every partition knows what it wants next: records below it are dropped, and
/// before each answer the client is told the offsets anew ([`Readings::reposition`]).
#[derive(Default)]
pub(crate) struct Readings(BTreeMap<(TopicId, u32), Reading>);

/// How long the client's own thread may take to accept a new position; it is a matter of microseconds unless the machine is overloaded.
const SEEK: Duration = Duration::from_secs(10);

impl Readings {
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Starts to read a partition, or goes on from another offset.
    pub(crate) fn read(
        &mut self,
        client: &Arc<Client>,
        wake: &Wake,
        (topic, name, partition): (TopicId, &str, u32),
        from: Option<i64>,
    ) -> Result<(), String> {
        if let Some(reading) = self.0.get_mut(&(topic, partition)) {
            reading.next = from;
            reading.paused = false;
            let position = reading.position(partition);
            return seek(client, vec![position], true);
        }
        let mut queue =
            Queue::partition(client, name, partition).ok_or_else(|| format!("no queue for partition {partition} of {name:?}"))?;
        queue.wake(wake.descriptor());
        let reading = Reading { topic: name.into(), queue, next: from, paused: false };
        client.assign(&[reading.position(partition)]).map_err(|e| format!("partition {partition} of {name:?} cannot be read: {e}"))?;
        self.0.insert((topic, partition), reading);
        Ok(())
    }

    /// Tells the client again where each partition stands. To be called before a rebalance is answered, while everything is paused: one
    /// fetch behind the end of a partition would already be an error.
    pub(crate) fn reposition(&self, client: &Client) -> Result<(), String> {
        let positions: Vec<Position> = self.0.iter().map(|((_, p), r)| r.position(*p)).collect();
        if positions.is_empty() { Ok(()) } else { seek(client, positions, false) }
    }

    /// Makes the client fetch now. Its broker threads do not hear that a partition was added or may be read on, and would look at their
    /// partitions after a second only; a request to the same brokers wakes them. Nobody needs the answer.
    pub(crate) fn stir(&self, client: &Client, answer: &Queue) {
        let positions: Vec<Position> = self.0.iter().map(|((_, p), r)| Position::new(&r.topic, *p, END)).collect();
        if !positions.is_empty() {
            client.list_offsets(&positions, Isolation::Uncommitted, 0, SEEK, answer);
        }
    }

    /// Hands in no more records of it. What the client has fetched stays where it is.
    pub(crate) fn pause(&mut self, topic: TopicId, partition: u32, paused: bool) {
        if let Some(reading) = self.0.get_mut(&(topic, partition)) {
            reading.paused = paused;
        }
    }

    /// Stops reading these; what the client has to be told to take away.
    pub(crate) fn remove(&mut self, mut which: impl FnMut(TopicId, u32) -> bool) -> Vec<Position> {
        let gone: Vec<_> = self.0.extract_if(.., |(t, p), _| which(*t, *p)).collect();
        gone.into_iter().map(|((_, p), r)| r.position(p)).collect()
    }

    /// Takes what has come in, at most `limit` records a partition.
    pub(crate) fn receive(&mut self, limit: usize, mut take: impl FnMut(TopicId, u32, Received)) {
        for ((topic, partition), reading) in self.0.iter_mut().filter(|(_, r)| !r.paused) {
            for received in reading.queue.receive(limit) {
                match received {
                    Received::Messages(messages) => {
                        let messages = messages.from(reading.next.unwrap_or(0));
                        let Some(next) = messages.next_offset() else { continue };
                        reading.next = Some(next);
                        take(*topic, *partition, Received::Messages(messages));
                    }
                    Received::End(offset) => {
                        reading.next = reading.next.max(Some(offset));
                        take(*topic, *partition, Received::End(offset));
                    }
                    error => take(*topic, *partition, error),
                }
            }
        }
    }
}

/// Moves partitions. One that has not begun to be fetched begins where it was assigned; unless that is good enough, wait until it has begun.
fn seek(client: &Client, positions: Vec<Position>, must_have_begun: bool) -> Result<(), String> {
    let until = Instant::now() + SEEK;
    let mut left = positions;
    loop {
        let answers = client.seek(&left, SEEK).map_err(|e| format!("positions cannot be set: {e}"))?;
        let not_begun = |p: &Position| p.error.as_ref().is_some_and(|e| e.code == Code::STATE || e.code == Code::UNKNOWN_PARTITION);
        if let Some(failed) = answers.iter().find(|p| p.error.is_some() && !not_begun(p)) {
            return Err(told(failed));
        }
        left.retain(|p| answers.iter().any(|a| a.at == p.at && not_begun(a)));
        if left.is_empty() || !must_have_begun {
            return Ok(());
        }
        if Instant::now() >= until {
            return Err(format!("partition {} of {:?} does not begin to be read", left[0].at.partition, left[0].at.topic));
        }
        std::thread::sleep(Duration::from_millis(2));
    }
}

fn told(p: &Position) -> String {
    let why = p.error.as_ref().map(ClientError::to_string).unwrap_or_default();
    format!("partition {} of {:?} cannot be read from offset {}: {why}", p.at.partition, p.at.topic, p.offset)
}
