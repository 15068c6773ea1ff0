//! Records as they come from a log: borrowed bytes, read in place.
use crate::Headers;

/// One record of a partition, as bytes.
#[derive(Clone, Copy, Debug)]
pub struct Raw<'a> {
    /// Offset in its partition.
    pub offset: i64,
    /// The record's own time, epoch milliseconds; −1 if it has none.
    pub timestamp: i64,
    /// Key bytes; `None` is Kafka's null.
    pub key: Option<&'a [u8]>,
    /// Value bytes; `None` is Kafka's null.
    pub value: Option<&'a [u8]>,
}

/// Consecutive records of one partition, in offset order. A shell implements it over the memory that its client hands out, so nothing is copied.
pub trait Batch {
    /// Number of records.
    fn len(&self) -> usize;
    /// Whether there are none.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }
    /// The record at `index`, which is below [`Batch::len`].
    fn get(&self, index: usize) -> Raw<'_>;
    /// The record's headers.
    fn headers(&self, index: usize) -> Headers;
    /// Bytes that this batch keeps in memory; back-pressure counts them.
    fn bytes(&self) -> usize;
}
