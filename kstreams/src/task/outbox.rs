//! Records on their way out: one flat buffer, so that producing allocates nothing per record.
use crate::{Headers, plan::TopicId};
use std::{ops::Range, sync::Arc};

/// A record to be produced, borrowed from the [`Outbox`].
#[derive(Clone, Copy, Debug)]
pub struct Outgoing<'a> {
    /// Where to.
    pub topic: TopicId,
    /// Of [`TopicId::NAMED`]: the topic's name on the brokers.
    pub name: Option<&'a str>,
    /// The partition, computed by the space's partitioner; `None` for records without a key: the producer chooses.
    pub partition: Option<u32>,
    /// Event time, epoch milliseconds.
    pub timestamp: i64,
    /// Key bytes.
    pub key: Option<&'a [u8]>,
    /// Value bytes; `None` is a tombstone.
    pub value: Option<&'a [u8]>,
    /// Headers.
    pub headers: &'a Headers,
}

#[derive(Clone, Debug)]
struct Pending {
    topic: TopicId,
    name: Option<Arc<str>>,
    partition: Option<u32>,
    timestamp: i64,
    key: Option<Range<usize>>,
    value: Option<Range<usize>>,
    headers: Headers,
}

/// What a worker wants produced, in order. The shell produces all of it before it performs the worker's next output, then clears it.
///
/// Boxed, because it is handed to the task at work and back again with every record.
#[derive(Debug, Default)]
pub struct Outbox(Box<Waiting>);
#[derive(Debug, Default)]
struct Waiting {
    bytes: Vec<u8>,
    records: Vec<Pending>,
}
impl Outbox {
    /// Number of records waiting.
    pub fn len(&self) -> usize {
        self.0.records.len()
    }
    /// Whether nothing waits.
    pub fn is_empty(&self) -> bool {
        self.0.records.is_empty()
    }
    /// Bytes waiting.
    pub fn bytes(&self) -> usize {
        self.0.bytes.len()
    }
    /// The records, in order.
    pub fn iter(&self) -> impl Iterator<Item = Outgoing<'_>> {
        self.0.records.iter().map(|r| Outgoing {
            topic: r.topic,
            name: r.name.as_deref(),
            partition: r.partition,
            timestamp: r.timestamp,
            key: r.key.clone().map(|k| &self.0.bytes[k]),
            value: r.value.clone().map(|v| &self.0.bytes[v]),
            headers: &r.headers,
        })
    }
    /// Forgets what was produced and keeps the buffers.
    pub fn clear(&mut self) {
        self.0.bytes.clear();
        self.0.records.clear();
    }
    /// Adds a record whose bytes are at hand.
    pub fn push(&mut self, record: Outgoing<'_>) {
        let key = record.key.map(|k| self.append(k));
        let value = record.value.map(|v| self.append(v));
        let headers = record.headers.clone();
        let Outgoing { topic, partition, timestamp, .. } = record;
        let name = record.name.map(Arc::from);
        self.0.records.push(Pending { topic, name, partition, timestamp, key, value, headers });
    }
    fn append(&mut self, bytes: &[u8]) -> Range<usize> {
        let start = self.0.bytes.len();
        self.0.bytes.extend_from_slice(bytes);
        start..self.0.bytes.len()
    }
    /// The buffer, to encode into; with [`Outbox::seal`] what was appended since `start` becomes a record.
    pub(crate) fn buffer(&mut self) -> &mut Vec<u8> {
        &mut self.0.bytes
    }
    /// Makes a record of bytes that were encoded into [`Outbox::buffer`].
    pub(crate) fn seal(
        &mut self,
        topic: TopicId,
        partition: Option<u32>,
        timestamp: i64,
        key: Option<Range<usize>>,
        value: Option<Range<usize>>,
        headers: Headers,
    ) {
        self.0.records.push(Pending { topic, name: None, partition, timestamp, key, value, headers });
    }
    /// Says where the last record goes, if its topic is [`TopicId::NAMED`].
    pub(crate) fn name_last(&mut self, name: Arc<str>) {
        if let Some(last) = self.0.records.last_mut() {
            last.name = Some(name);
        }
    }
}
