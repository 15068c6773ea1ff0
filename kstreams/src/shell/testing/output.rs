//! Reading what a topology wrote, in a test.
use crate::{
    Headers, Timestamp,
    codec::Record,
    dsl::{TopicDecl, TopicRef},
    record::TopicKey,
    shell::embedded::LogRecord,
};
use std::collections::BTreeMap;

/// A record that a topology wrote.
#[derive(Clone, Debug, PartialEq)]
pub struct TestRecord<K, V> {
    /// Its key.
    pub key: K,
    /// Its value.
    pub value: V,
    /// Its time.
    pub time: Timestamp,
    /// Its headers.
    pub headers: Headers,
    /// Its partition.
    pub partition: u32,
}

/// What was written to a topic; see [`super::TestDriver::output`]. Reading panics if key or value are not of the topic's types.
#[derive(Clone, Debug)]
pub struct TestOutput<T> {
    pub(super) topic: T,
    pub(super) records: Vec<LogRecord>,
}
impl<T: TopicRef> TestOutput<T> {
    /// The values, in order.
    pub fn values(&self) -> Vec<T::Value> {
        self.records.iter().map(|r| self.value(r.value.as_deref())).collect()
    }
    /// Keys and values, in order.
    pub fn pairs(&self) -> Vec<(T::Key, T::Value)> {
        self.records().into_iter().map(|r| (r.key, r.value)).collect()
    }
    /// The records, in order.
    pub fn records(&self) -> Vec<TestRecord<T::Key, T::Value>> {
        self.records.iter().map(|r| self.record(r)).collect()
    }
    /// The topic as a table: the last value of each key that was not deleted, in the order of the keys' bytes.
    pub fn table(&self) -> Vec<(T::Key, T::Value)> {
        let mut last: BTreeMap<Option<&[u8]>, Option<&[u8]>> = BTreeMap::new();
        for record in &self.records {
            last.insert(record.key.as_deref(), record.value.as_deref());
        }
        last.into_iter().filter(|(_, value)| value.is_some()).map(|(key, value)| (self.key(key), self.value(value))).collect()
    }
    /// Whether nothing was written.
    pub fn is_empty(&self) -> bool {
        self.records.is_empty()
    }
    fn record(&self, record: &LogRecord) -> TestRecord<T::Key, T::Value> {
        TestRecord {
            key: self.key(record.key.as_deref()),
            value: self.value(record.value.as_deref()),
            time: Timestamp(record.time),
            headers: record.headers.clone(),
            partition: record.partition,
        }
    }
    fn key(&self, bytes: Option<&[u8]>) -> T::Key {
        let TopicDecl { name, window, .. } = self.topic.decl();
        match T::Key::decode_key(bytes, window) {
            Ok(key) => key,
            Err(error) => panic!("a key of topic `{name}` cannot be read as `{}`: {error}", std::any::type_name::<T::Key>()),
        }
    }
    fn value(&self, bytes: Option<&[u8]>) -> T::Value {
        match T::Value::decode(bytes) {
            Ok(value) => value,
            Err(error) => {
                panic!("a value of topic `{}` cannot be read as `{}`: {error}", self.topic.decl().name, std::any::type_name::<T::Value>())
            }
        }
    }
}
