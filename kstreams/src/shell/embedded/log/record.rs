//! A record as people read and write it: owned bytes.
use crate::{Headers, task::Raw};

/// A record of a topic.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LogRecord {
    /// Its partition.
    pub partition: u32,
    /// Its offset.
    pub offset: i64,
    /// Its time, epoch milliseconds.
    pub time: i64,
    /// Key bytes; `None` is Kafka's null.
    pub key: Option<Vec<u8>>,
    /// Value bytes; `None` is a tombstone.
    pub value: Option<Vec<u8>>,
    /// Its headers.
    pub headers: Headers,
}
impl LogRecord {
    pub(super) fn copy_of(raw: Raw<'_>, partition: u32, headers: Headers) -> LogRecord {
        let owned = |b: &[u8]| b.to_vec();
        LogRecord { partition, offset: raw.offset, time: raw.timestamp, key: raw.key.map(owned), value: raw.value.map(owned), headers }
    }
}
