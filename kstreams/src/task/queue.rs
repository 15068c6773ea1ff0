//! The queue of one source partition: batches as they came, the head decoded.
use super::{Batch, Raw};
use crate::{
    Meta, Timestamp,
    op::{Flow, Scope, TypedSource},
    plan::TopicId,
    worker::SourceView,
};
use std::{collections::VecDeque, sync::Arc};

/// A source partition of a task.
pub(super) struct Queue {
    pub(super) topic: TopicId,
    source: Box<dyn TypedSource>,
    batches: VecDeque<Box<dyn Batch>>,
    /// Next record of the first batch, and how many that one has.
    at: usize,
    len: usize,
    bytes: usize,
    /// Event time of the decoded head.
    pub(super) head: Option<i64>,
    /// Boxed, because it is handed to the scope and back again with every record.
    meta: Box<Meta>,
    /// Offset behind the last record that was taken or skipped.
    pub(super) position: Option<i64>,
    /// Offset that the group has committed.
    pub(super) committed: Option<i64>,
    /// Read to its last stable offset, as far as is known.
    pub(super) at_end: bool,
    /// The world was told to hand in no more for now.
    pub(super) held: bool,
    /// When it became empty, on the monotonic clock; −1: it has records.
    pub(super) empty_since: i64,
}
/// A head that could not be decoded.
pub(super) struct BadHead {
    pub(super) error: Box<dyn std::error::Error + Send + Sync>,
}
impl Queue {
    pub(super) fn new(topic: TopicId, name: Arc<str>, partition: u32, source: Box<dyn TypedSource>) -> Queue {
        let meta = Meta { topic: name, partition: partition as i32, offset: -1, timestamp: Timestamp(-1), headers: Default::default() };
        Queue {
            topic,
            source,
            batches: VecDeque::new(),
            at: 0,
            len: 0,
            bytes: 0,
            head: None,
            meta: Box::new(meta),
            position: None,
            committed: None,
            at_end: false,
            held: false,
            empty_since: -1,
        }
    }
    pub(super) fn enqueue(&mut self, batch: Box<dyn Batch>) {
        if !batch.is_empty() {
            self.bytes += batch.bytes();
            self.at_end = false;
            self.empty_since = -1;
            if self.batches.is_empty() {
                self.len = batch.len();
            }
            self.batches.push_back(batch);
        }
    }
    pub(super) fn bytes(&self) -> usize {
        self.bytes
    }
    pub(super) fn view(&self) -> SourceView {
        let queued = self.batches.iter().map(|batch| batch.len()).sum::<usize>() - self.at;
        SourceView {
            topic: self.topic,
            position: self.position,
            committed: self.committed,
            queued,
            queued_bytes: self.bytes,
            held: self.held,
            at_end: self.at_end,
            end: None,
        }
    }
    pub(super) fn is_empty(&self) -> bool {
        self.batches.is_empty()
    }
    /// Topic, partition and offset of the head.
    pub(super) fn origin(&self) -> &Meta {
        &self.meta
    }
    /// The head's bytes.
    pub(super) fn raw(&self) -> Option<Raw<'_>> {
        self.batches.front().map(|b| b.get(self.at))
    }
    pub(super) fn headers(&self) -> crate::Headers {
        self.batches.front().map(|b| b.headers(self.at)).unwrap_or_default()
    }
    /// Decodes the head, if it is not yet; `max_time` bounds how far ahead it may lie.
    pub(super) fn load(&mut self, max_time: i64) -> Result<Option<i64>, BadHead> {
        if self.head.is_some() {
            return Ok(self.head);
        }
        let Some(batch) = self.batches.front() else { return Ok(None) };
        let raw = batch.get(self.at);
        self.meta.offset = raw.offset;
        self.meta.timestamp = Timestamp(raw.timestamp);
        self.meta.headers = batch.headers(self.at);
        let time = self.source.load(raw, &mut self.meta).map_err(|error| BadHead { error })?;
        if time > max_time {
            self.source.forget();
            let text = format!("its event time {time} is further ahead of wall-clock time than `max_future` allows ({max_time})");
            return Err(BadHead { error: text.into() });
        }
        self.head = Some(time);
        Ok(self.head)
    }
    /// Pushes the head through the operators. After a panic [`Queue::recover`] must follow.
    pub(super) fn push(&mut self, scope: &mut Scope) -> Flow {
        std::mem::swap(&mut scope.meta, &mut self.meta);
        let flow = self.source.push_head(scope);
        std::mem::swap(&mut scope.meta, &mut self.meta);
        flow
    }
    /// Takes back what a panic left in the scope: where the head came from.
    pub(super) fn recover(&mut self, scope: &mut Scope) {
        std::mem::swap(&mut scope.meta, &mut self.meta);
    }
    /// Steps behind the head, which was loaded, whether it was taken or skipped.
    pub(super) fn advance(&mut self) {
        self.head = None;
        self.source.forget();
        let Some(batch) = self.batches.front() else { return };
        self.position = Some(self.meta.offset + 1);
        self.at += 1;
        if self.at == self.len {
            self.bytes -= batch.bytes();
            self.batches.pop_front();
            self.at = 0;
            self.len = self.batches.front().map_or(0, |batch| batch.len());
        }
    }
}
