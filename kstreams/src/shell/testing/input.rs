//! Sending records to a topic in a test.
use super::{TestDriver, TestTime};
use crate::{
    Headers,
    codec::{Presence, Record},
    dsl::TopicRef,
    partition::Partitioner,
    record::TopicKey,
    space::Keyed,
};

/// A topic to send to; see [`TestDriver::input`]. Time, headers and partition hold for every record that is sent through it.
pub struct TestInput<'a, Q, T> {
    pub(super) driver: &'a mut TestDriver<Q>,
    pub(super) topic: T,
    pub(super) time: Option<i64>,
    pub(super) headers: Headers,
    pub(super) partition: Option<u32>,
}
impl<Q, T: TopicRef> TestInput<'_, Q, T> {
    /// The records' time; without it, what the driver's wall clock shows.
    pub fn at(mut self, time: impl TestTime) -> Self {
        self.time = Some(time.millis());
        self
    }
    /// Adds a header.
    pub fn header(mut self, name: &str, value: impl Into<Vec<u8>>) -> Self {
        self.headers.add(name, value);
        self
    }
    /// The partition; without it, where the topic's partitioner places the key.
    pub fn partition(mut self, partition: u32) -> Self {
        self.partition = Some(partition);
        self
    }
    /// Sends a record and processes everything that follows from it, to the commit.
    ///
    /// # Panics
    /// If `at` was given and the value's own field says the time; if key or value cannot be encoded; if a task fails.
    pub fn send(&mut self, key: T::Key, value: T::Value) -> &mut Self {
        let time = self.time_of(&value);
        let mut bytes = vec![];
        let value = match value.encode(&mut bytes) {
            Ok(presence) => (presence == Presence::Value).then_some(&bytes[..]),
            Err(error) => panic!("the value for topic `{}` cannot be encoded: {error}", self.topic.decl().name),
        };
        self.send_to_log(&key, value, time);
        self
    }
    /// Sends a record with a null value: a table's delete.
    ///
    /// # Panics
    /// If the key cannot be encoded; if a task fails.
    pub fn delete(&mut self, key: T::Key) -> &mut Self {
        let time = self.time.unwrap_or_else(|| self.driver.wall_clock());
        self.send_to_log(&key, None, time);
        self
    }
    fn time_of(&self, value: &T::Value) -> i64 {
        match (self.time, value.event_time()) {
            (None, None) => self.driver.wall_clock(),
            (Some(time), None) => time,
            (None, Some(field)) => field.0,
            (Some(_), Some(_)) => panic!(
                "`at(..)` for topic `{}`, whose values say their time in a field marked `#[record(event_time)]`; set the field instead",
                self.topic.decl().name
            ),
        }
    }
    fn send_to_log(&mut self, key: &T::Key, value: Option<&[u8]>, time: i64) {
        let name = self.topic.decl().name;
        let key = self.key_bytes(key, &name);
        let partition = self.partition.or_else(|| key.as_ref().map(|k| self.place(&k.placed_by, &name)));
        let key = key.as_ref().map(|k| &k.key[..]);
        let headers = self.headers.clone();
        self.driver.send_bytes(&name, partition, key, value, time, &headers);
    }
    fn key_bytes(&self, key: &T::Key, topic: &str) -> Option<KeyBytes> {
        let mut bytes = KeyBytes::default();
        let encoded = key.encode_key(&mut bytes.key).and_then(|presence| key.place_key(&mut bytes.placed_by).map(|_| presence));
        match encoded {
            Ok(Presence::Value) => Some(bytes),
            Ok(Presence::Null) => None,
            Err(error) => panic!("the key for topic `{topic}` cannot be encoded: {error}"),
        }
    }
    fn place(&self, placed_by: &[u8], topic: &str) -> u32 {
        <<T::Space as Keyed>::Partitioner as Partitioner>::partition(placed_by, self.driver.partitions(topic))
    }
}

#[derive(Default)]
struct KeyBytes {
    key: Vec<u8>,
    placed_by: Vec<u8>,
}
