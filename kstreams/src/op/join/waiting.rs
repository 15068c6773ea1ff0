//! What waits for a table, with Kafka Streams' bytes: a record's place in the buffer, and the record.
use crate::{
    Headers, Key, Record, Result, TopicKey,
    codec::{NonNull, Presence, composed, required, schema},
};
use std::{sync::Arc, time::Duration};

/// A waiting record's place (`TimeFirstWindowKeySchema`): by its time, then its key, then its number among all that have waited.
#[derive(Clone, Debug)]
pub(super) struct Place<K> {
    pub(super) time: i64,
    pub(super) key: K,
    pub(super) sequence: u32,
}
/// The first byte of every place.
const TIME_FIRST: u8 = 0;

/// Where places of records later than `time` begin.
pub(super) fn after(time: i64) -> Vec<u8> {
    let mut out = vec![TIME_FIRST];
    out.extend_from_slice(&time.saturating_add(1).to_be_bytes());
    out
}

impl<K> NonNull for Place<K> {}
impl<K: TopicKey> Record for Place<K> {
    const SCHEMA: u64 = schema("waiting place", &[("", K::KEY_SCHEMA)]);
    type Present = Self;
    fn encode(&self, out: &mut Vec<u8>) -> Result<Presence> {
        out.push(TIME_FIRST);
        out.extend_from_slice(&self.time.to_be_bytes());
        self.key.encode_key(out)?;
        out.extend_from_slice(&self.sequence.to_be_bytes());
        Ok(Presence::Value)
    }
    fn decode(bytes: Option<&[u8]>) -> Result<Self> {
        let bytes = required(bytes, "the place of a waiting record")?;
        let rest = bytes.split_first().filter(|(first, _)| **first == TIME_FIRST).map(|(_, rest)| rest);
        let (time, rest) = rest.and_then(<[u8]>::split_first_chunk::<8>).ok_or("too few bytes for a waiting record's time")?;
        let (key, sequence) = rest.split_last_chunk::<4>().ok_or("too few bytes for a waiting record's number")?;
        let (time, sequence) = (i64::from_be_bytes(*time), u32::from_be_bytes(*sequence));
        Ok(Place { time, key: K::decode_key(Some(key), None)?, sequence })
    }
}
impl<K: TopicKey> Key for Place<K> {
    fn placed_by(&self, out: &mut Vec<u8>) -> Result<Presence> {
        self.key.place_key(out)
    }
    /// The store's time is that of the latest record that has waited, those that are gone included.
    fn window_start(&self) -> Option<i64> {
        Some(self.time)
    }
}

/// A waiting record (`BufferValue` of a `ProcessorRecordContext`).
#[derive(Debug)]
pub(super) struct Held<V> {
    pub(super) value: V,
    pub(super) time: i64,
    pub(super) topic: Arc<str>,
    pub(super) partition: i32,
    pub(super) offset: i64,
    pub(super) headers: Headers,
    /// From start to end of the key's window: a windowed key's bytes leave it out. Kafka Streams has a 0 in its place.
    pub(super) window_ms: i64,
}
impl<V> Held<V> {
    /// The key as it came, if it was windowed.
    pub(super) fn sized<K: TopicKey>(&self, key: K) -> Result<K> {
        if self.window_ms == 0 {
            return Ok(key);
        }
        let mut bytes = vec![];
        key.encode_key(&mut bytes)?;
        K::decode_key(Some(&bytes), Some(Duration::from_millis(self.window_ms.unsigned_abs())))
    }
}
impl<V> NonNull for Held<V> {}
impl<V: Record> Record for Held<V> {
    const SCHEMA: u64 = schema("waiting", &[("", V::SCHEMA)]);
    type Present = Self;
    fn encode(&self, out: &mut Vec<u8>) -> Result<Presence> {
        out.extend_from_slice(&self.time.to_be_bytes());
        out.extend_from_slice(&self.offset.to_be_bytes());
        composed::append_option(Some(&self.topic.to_string()), out)?;
        out.extend_from_slice(&self.partition.to_be_bytes());
        out.extend_from_slice(&i32::try_from(self.headers.len())?.to_be_bytes());
        for (name, value) in self.headers.iter() {
            composed::append_option(Some(&name.to_owned()), out)?;
            composed::append_option(value.map(<[u8]>::to_vec).as_ref(), out)?;
        }
        // What the key was before, twice: a buffer of tables needs it.
        composed::append_option::<Vec<u8>>(None, out)?;
        composed::append_option::<Vec<u8>>(None, out)?;
        composed::append_option(Some(&self.value), out)?;
        out.extend_from_slice(&self.window_ms.to_be_bytes());
        Ok(Presence::Value)
    }
    fn decode(bytes: Option<&[u8]>) -> Result<Self> {
        let mut items = composed::Items::of(required(bytes, "a waiting record")?);
        let (time, offset) = (items.long()?, items.long()?);
        let topic: String = items.next()?;
        let partition = items.int()?;
        let mut headers = Headers::new();
        for _ in 0..items.count()? {
            let name: String = items.next()?;
            match items.option::<Vec<u8>>()? {
                Some(value) => headers.add(name, value),
                None => headers.add_null(name),
            }
        }
        let (_, _) = (items.option::<Vec<u8>>()?, items.option::<Vec<u8>>()?);
        let (value, window_ms) = (items.next()?, items.long()?);
        items.end()?;
        Ok(Held { value, time, topic: topic.into(), partition, offset, headers, window_ms })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_are_kafka_streams() {
        let mut place = vec![];
        Place { time: 258, key: "k".to_string(), sequence: 1 }.encode(&mut place).unwrap();
        assert_eq!(place, [0, 0, 0, 0, 0, 0, 0, 1, 2, b'k', 0, 0, 0, 1]);
        assert!(place < after(258) && place > after(257));
        let mut headers = Headers::new();
        headers.add("h", "7");
        headers.add_null("n");
        let held = Held { value: "v".to_string(), time: 258, topic: "t".into(), partition: 3, offset: 9, headers, window_ms: 0 };
        let mut bytes = vec![];
        held.encode(&mut bytes).unwrap();
        let context = [0, 0, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 0, 0, 0, 9, 0, 0, 0, 1, b't', 0, 0, 0, 3];
        let headers = [0, 0, 0, 2, 0, 0, 0, 1, b'h', 0, 0, 0, 1, b'7', 0, 0, 0, 1, b'n', 255, 255, 255, 255];
        let values = [255, 255, 255, 255, 255, 255, 255, 255, 0, 0, 0, 1, b'v', 0, 0, 0, 0, 0, 0, 0, 0];
        assert_eq!(bytes, [&context[..], &headers, &values].concat());
        assert_eq!(format!("{:?}", held.duplicate().unwrap()), format!("{held:?}"));
    }
}
