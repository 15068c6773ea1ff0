//! Fetched records: a view of a chunk that the log shares with its readers.
use super::chunk::Chunk;
use crate::{
    Headers,
    task::{Batch, Raw},
};
use std::sync::Arc;

/// Consecutive records of one partition, by reference.
#[derive(Clone, Debug)]
pub struct LogBatch {
    chunk: Arc<Chunk>,
    base: i64,
    from: usize,
    to: usize,
}
impl LogBatch {
    /// Records of `chunk` with offsets from `first` up to `end`, exclusive.
    pub(super) fn new(chunk: &Arc<Chunk>, base: i64, first: i64, end: i64) -> LogBatch {
        LogBatch { chunk: chunk.clone(), base, from: chunk.index_of(base, first), to: chunk.index_of(base, end) }
    }
    /// A batch without records: it says how far a reader has come behind control records.
    pub fn empty() -> LogBatch {
        LogBatch { chunk: Arc::default(), base: 0, from: 0, to: 0 }
    }
    /// The offset behind the last record; 0 without records.
    pub fn end(&self) -> i64 {
        self.len().checked_sub(1).map_or(0, |last| self.get(last).offset + 1)
    }
}
impl Batch for LogBatch {
    fn len(&self) -> usize {
        self.to - self.from
    }
    fn get(&self, index: usize) -> Raw<'_> {
        self.chunk.get(self.base, self.from + index)
    }
    fn headers(&self, index: usize) -> Headers {
        self.chunk.headers_of(self.from + index).clone()
    }
    fn bytes(&self) -> usize {
        self.chunk.bytes_of(self.from, self.to)
    }
}
