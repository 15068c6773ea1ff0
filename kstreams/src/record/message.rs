//! A record in flight, and what is known of where it came from.
use crate::Headers;
use std::{fmt, sync::Arc};

/// A point in time: epoch milliseconds, as in Kafka's records.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Timestamp(pub i64);
impl From<i64> for Timestamp {
    fn from(milliseconds: i64) -> Self {
        Timestamp(milliseconds)
    }
}
impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A record as operators see it: key, value, event time and headers (`org.apache.kafka.streams.processor.api.Record`).
#[derive(Clone, Debug, PartialEq)]
pub struct Message<K, V> {
    /// The key.
    pub key: K,
    /// The value.
    pub value: V,
    /// Event time.
    pub time: Timestamp,
    /// Headers; they pass through every operator that takes one record and gives one.
    pub headers: Headers,
}
impl<K, V> Message<K, V> {
    /// The same record with another value.
    pub fn with_value<R>(self, value: R) -> Message<K, R> {
        Message { key: self.key, value, time: self.time, headers: self.headers }
    }
    /// The same record with another key.
    pub fn with_key<L>(self, key: L) -> Message<L, V> {
        Message { key, value: self.value, time: self.time, headers: self.headers }
    }
}

/// Where and when a record was read; `filter_meta` and `map_values_meta` see it.
#[derive(Clone, Debug, PartialEq)]
pub struct Meta {
    /// Source topic.
    pub topic: Arc<str>,
    /// Its partition.
    pub partition: i32,
    /// Its offset there.
    pub offset: i64,
    /// Event time.
    pub timestamp: Timestamp,
    /// Headers.
    pub headers: Headers,
}
