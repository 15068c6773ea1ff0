//! What surrounds a record while it goes through a task's operators: where it came from, the clocks, where output goes.
use super::{sink::Unwritable, timers::Timers, upstream::Upstream};
use crate::{
    Headers, Meta, Timestamp,
    codec::Presence,
    plan::{NodeId, TopicId, TopicLimits},
    task::Outbox,
};
use std::{fmt, ops::Range};

/// What went wrong in an operator. The task adds operator, topic, partition and offset.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The record cannot be processed: the policy decides.
    Record(Box<dyn std::error::Error + Send + Sync>),
    /// The store cannot be read or written: the task closes and opens again.
    Store(kstreams_store::Error),
    /// An operator holds as much as it may: the task stops whatever the policy says.
    Full(String),
}
impl Failure {
    /// A record is to blame, and the policy decides about it; else the task stops.
    pub(crate) fn is_the_records(&self) -> bool {
        matches!(self, Failure::Record(_))
    }
}
impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Failure::Record(e) => e.fmt(f),
            Failure::Store(e) => e.fmt(f),
            Failure::Full(text) => text.fmt(f),
        }
    }
}
impl From<Box<dyn std::error::Error + Send + Sync>> for Box<Failure> {
    fn from(error: Box<dyn std::error::Error + Send + Sync>) -> Self {
        // A store's error that came through user code stays a store's error.
        Box::new(match error.downcast::<kstreams_store::Error>() {
            Ok(store) => Failure::Store(*store),
            Err(error) => Failure::Record(error),
        })
    }
}
impl From<kstreams_store::Error> for Box<Failure> {
    fn from(error: kstreams_store::Error) -> Self {
        Box::new(Failure::Store(error))
    }
}
/// What a push answers.
pub(crate) type Flow = Result<(), Box<Failure>>;

/// Handed down with every record.
pub(crate) struct Scope {
    /// The operator whose code runs; errors and panics are attributed to it.
    pub(crate) node: NodeId,
    /// The record being processed, as it was read. Its headers are put in only while user code looks at them.
    pub(crate) meta: Box<Meta>,
    /// Largest timestamp that the task has taken; −1 before the first.
    pub(crate) stream_time: i64,
    /// Wall-clock epoch milliseconds.
    pub(crate) wall_time: i64,
    /// A processor asked for a commit.
    pub(crate) commit_requested: bool,
    /// Records that operators dropped on purpose since the last commit.
    pub(crate) dropped: Dropped,
    pub(crate) timers: Timers,
    /// How far upstream tasks have come.
    pub(crate) upstream: Upstream,
    pub(crate) outbox: Outbox,
    pub(crate) max_record_bytes: usize,
    /// Records that each node was handed, by the node's number; empty where nobody counts.
    pub(crate) counts: Vec<u64>,
    /// Topics that records have named and that cannot be written.
    pub(crate) unwritable: Unwritable,
    scratch: Vec<u8>,
}

/// Counts of records that an operator dropped on purpose.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Dropped {
    /// Behind the window's end and grace, or a versioned table's history; or out of order, where only what a key is now counts.
    pub late: u64,
    /// Taken by no arm of a `split` without a default branch.
    pub unmatched: u64,
    /// Seen before, where a stream is deduplicated.
    pub duplicates: u64,
}

impl Scope {
    pub(crate) fn new(max_record_bytes: usize) -> Scope {
        let meta = Meta { topic: "".into(), partition: -1, offset: -1, timestamp: Timestamp(-1), headers: Headers::new() };
        Scope {
            node: NodeId(0),
            meta: Box::new(meta),
            stream_time: -1,
            wall_time: 0,
            commit_requested: false,
            dropped: Dropped::default(),
            timers: Timers::default(),
            upstream: Upstream::default(),
            outbox: Outbox::default(),
            max_record_bytes,
            counts: vec![],
            unwritable: Unwritable::default(),
            scratch: vec![],
        }
    }
    /// As after a restart, but for what is known of the world and what was counted.
    pub(crate) fn afresh(&mut self) -> Scope {
        let (counts, unwritable) = (std::mem::take(&mut self.counts), std::mem::take(&mut self.unwritable));
        Scope { counts, unwritable, ..Scope::new(self.max_record_bytes) }
    }
    /// A node is handed a record: it answers for what happens from here, and the record is counted.
    pub(crate) fn enter(&mut self, node: NodeId) {
        self.node = node;
        if let Some(count) = self.counts.get_mut(node.index()) {
            *count += 1;
        }
    }
    /// Shows user code the record's origin together with the headers that it has here.
    pub(crate) fn with_meta<R>(&mut self, time: Timestamp, headers: &mut Headers, look: impl FnOnce(&Meta) -> R) -> R {
        std::mem::swap(&mut self.meta.headers, headers);
        let read_at = std::mem::replace(&mut self.meta.timestamp, time);
        let seen = look(&self.meta);
        self.meta.timestamp = read_at;
        std::mem::swap(&mut self.meta.headers, headers);
        seen
    }
    /// Encodes a record straight into the outbox.
    pub(crate) fn produce(
        &mut self,
        to: &Target,
        time: Timestamp,
        headers: Headers,
        write: impl FnOnce(&mut Writer<'_>) -> crate::Result<()>,
    ) -> Flow {
        let start = self.outbox.buffer().len();
        let mut writer =
            Writer { target: to, out: self.outbox.buffer(), scratch: &mut self.scratch, key: None, value: None, partition: None };
        let written = write(&mut writer);
        let Writer { key, value, partition, .. } = writer;
        let size = self.outbox.buffer().len() - start;
        let checked = written.and_then(|()| fits(size, self.max_record_bytes, to)).and_then(|()| in_time(time.0, self.wall_time, to));
        if let Err(error) = checked {
            self.outbox.buffer().truncate(start);
            return Err(error.into());
        }
        self.outbox.seal(to.topic, partition, time.0, key, value, headers);
        Ok(())
    }
}
fn fits(size: usize, limit: usize, to: &Target) -> crate::Result<()> {
    let limit = to.limits.record_bytes.map_or(limit, |accepted| accepted.min(limit));
    if size <= limit {
        return Ok(());
    }
    Err(format!("a record of {size} bytes for topic `{}` is over the limit of {limit}: raise `max_record_bytes` together with the topic's `max.message.bytes`, or make it smaller", to.name).into())
}

fn in_time(time: i64, now: i64, to: &Target) -> crate::Result<()> {
    match to.limits.ahead_ms {
        Some(ahead) if time.saturating_sub(now) > ahead => {
            let Target { name, .. } = to;
            Err(format!("topic `{name}` takes no record whose time is more than {ahead} ms ahead of the clock, this one's is {time}: raise its `message.timestamp.after.max.ms`, or bound the sources' (`Config::max_future`)").into())
        }
        _ => Ok(()),
    }
}

/// A topic that operators write to.
#[derive(Clone, Debug)]
pub(crate) struct Target {
    pub(crate) topic: TopicId,
    pub(crate) name: std::sync::Arc<str>,
    pub(crate) partitions: u32,
    pub(crate) limits: TopicLimits,
    pub(crate) partition_of: fn(&[u8], u32) -> u32,
}

/// Encodes one record into the outbox's buffer.
pub(crate) struct Writer<'a> {
    target: &'a Target,
    out: &'a mut Vec<u8>,
    scratch: &'a mut Vec<u8>,
    key: Option<Range<usize>>,
    value: Option<Range<usize>>,
    partition: Option<u32>,
}
impl Writer<'_> {
    pub(crate) fn key<K: crate::TopicKey>(&mut self, key: &K) -> crate::Result<()> {
        let start = self.out.len();
        if key.encode_key(self.out)? == Presence::Null {
            return Ok(());
        }
        self.key = Some(start..self.out.len());
        self.scratch.clear();
        let place: &[u8] = if K::PLACED_BY_ITSELF {
            &self.out[start..]
        } else {
            key.place_key(self.scratch)?;
            self.scratch
        };
        self.partition = Some((self.target.partition_of)(place, self.target.partitions));
        Ok(())
    }
    /// Sends the record to this partition, whatever its key says.
    pub(crate) fn set_partition(&mut self, partition: u32) {
        self.partition = Some(partition);
    }
    /// Leaves the partition to the producer.
    pub(crate) fn leave_partition(&mut self) {
        self.partition = None;
    }
    pub(crate) fn value(&mut self, encode: impl FnOnce(&mut Vec<u8>) -> crate::Result<Presence>) -> crate::Result<()> {
        let start = self.out.len();
        if encode(self.out)? == Presence::Value {
            self.value = Some(start..self.out.len());
        }
        Ok(())
    }
}
