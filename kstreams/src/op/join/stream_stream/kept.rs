//! What a stream-stream join keeps, with Kafka Streams' bytes: each side's records, and those that have met nobody yet.
use crate::{
    Key, Record, Result,
    codec::{NonNull, Presence, composed, required, schema},
};
use kstreams_store::layout::window;
use std::time::Duration;

/// A kept record's place: its key, its time, and its number among the records of that key and time (a window store that retains duplicates).
#[derive(Clone, Debug)]
pub(super) struct Kept<K> {
    pub(super) key: K,
    pub(super) time: i64,
    pub(super) sequence: u32,
}
impl<K> NonNull for Kept<K> {}
impl<K: Key> Record for Kept<K> {
    const SCHEMA: u64 = schema("kept", &[("", K::SCHEMA)]);
    type Present = Self;
    fn encode(&self, out: &mut Vec<u8>) -> Result<Presence> {
        self.encode_stored(out)
    }
    fn decode(bytes: Option<&[u8]>) -> Result<Self> {
        let (key, time, sequence) =
            window::split(required(bytes, "a kept record's key")?).ok_or("too few bytes for a kept record's key")?;
        Ok(Kept { key: K::decode(Some(key))?, time, sequence })
    }
}
impl<K: Key> Key for Kept<K> {
    fn placed_by(&self, out: &mut Vec<u8>) -> Result<Presence> {
        self.key.placed_by(out)
    }
    fn encode_stored(&self, out: &mut Vec<u8>) -> Result<Presence> {
        self.key.encode(out)?;
        window::append_suffix(self.time, self.sequence, out);
        Ok(Presence::Value)
    }
    fn decode_stored(bytes: &[u8], _: Duration) -> Result<Self> {
        Self::decode(Some(bytes))
    }
    fn window_start(&self) -> Option<i64> {
        Some(self.time)
    }
    fn sized(mut self, window: Duration) -> Self {
        self.key = self.key.sized(window);
        self
    }
}

/// The place of records that have met nobody (`TimestampedKeyAndJoinSide`): by their time, then right before left, then by key.
#[derive(Clone, Debug)]
pub(super) struct Alone<K> {
    pub(super) time: i64,
    pub(super) is_left: bool,
    pub(super) key: K,
}
impl<K> NonNull for Alone<K> {}
impl<K: Key> Record for Alone<K> {
    const SCHEMA: u64 = schema("alone", &[("", K::SCHEMA)]);
    type Present = Self;
    fn encode(&self, out: &mut Vec<u8>) -> Result<Presence> {
        out.extend_from_slice(&self.time.to_be_bytes());
        out.push(u8::from(self.is_left));
        self.key.encode(out)
    }
    fn decode(bytes: Option<&[u8]>) -> Result<Self> {
        let bytes = required(bytes, "the key of a record without partner")?;
        let (time, rest) = bytes.split_first_chunk::<8>().ok_or("too few bytes for a time")?;
        let (side, key) = rest.split_first().ok_or("too few bytes for a side")?;
        Ok(Alone { time: i64::from_be_bytes(*time), is_left: *side != 0, key: K::decode(Some(key))? })
    }
}
impl<K: Key> Key for Alone<K> {
    fn placed_by(&self, out: &mut Vec<u8>) -> Result<Presence> {
        self.key.placed_by(out)
    }
    fn sized(mut self, window: Duration) -> Self {
        self.key = self.key.sized(window);
        self
    }
}

/// A value of one of the sides (`LeftOrRightValue`): a byte that says which, then the value.
#[derive(Debug)]
pub(super) enum Either<V, W> {
    Left(V),
    Right(W),
}
impl<V, W> NonNull for Either<V, W> {}
impl<V: Record, W: Record> Record for Either<V, W> {
    const SCHEMA: u64 = schema("either", &[("", V::SCHEMA), ("", W::SCHEMA)]);
    type Present = Self;
    fn encode(&self, out: &mut Vec<u8>) -> Result<Presence> {
        match self {
            Either::Left(value) => {
                out.push(1);
                value.encode(out)
            }
            Either::Right(value) => {
                out.push(0);
                value.encode(out)
            }
        }
    }
    fn decode(bytes: Option<&[u8]>) -> Result<Self> {
        let (side, value) = required(bytes, "a value of a side")?.split_first().ok_or("no byte that says the side")?;
        if *side == 0 { W::decode(Some(value)).map(Either::Right) } else { V::decode(Some(value)).map(Either::Left) }
    }
}

/// All values of one place (`ListValueStore`): a byte 1, then the list.
#[derive(Debug)]
pub(super) struct Several<T>(pub(super) Vec<T>);
impl<T> NonNull for Several<T> {}
impl<T: Record> Record for Several<T> {
    const SCHEMA: u64 = schema("several", &[("", T::SCHEMA)]);
    type Present = Self;
    fn encode(&self, out: &mut Vec<u8>) -> Result<Presence> {
        out.push(1);
        composed::encode_items(&self.0, out)
    }
    fn decode(bytes: Option<&[u8]>) -> Result<Self> {
        let (_, list) = required(bytes, "values of a place")?.split_first().ok_or("no byte before a list")?;
        composed::decode_items(list).map(Several)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_are_kafka_streams() {
        let mut key = vec![];
        Alone { time: 258, is_left: true, key: "k".to_string() }.encode(&mut key).unwrap();
        assert_eq!(key, [0, 0, 0, 0, 0, 0, 1, 2, 1, b'k']);
        let mut values = vec![];
        let several: Several<Either<String, u64>> = Several(vec![Either::Left("v".into())]);
        several.encode(&mut values).unwrap();
        assert_eq!(values, [1, 0, 0, 0, 1, 0, 0, 0, 2, 1, b'v']);
        assert_eq!(format!("{:?}", several.duplicate().unwrap()), r#"Several([Left("v")])"#);
    }
}
