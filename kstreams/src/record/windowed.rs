//! Windowed keys, with Kafka Streams' bytes.
use super::Key;
use crate::{
    Result,
    codec::{NonNull, Presence, Record, Shape, required, schema},
};
use std::time::Duration;

/// Start (inside) and end (outside) of a time window, epoch milliseconds. The end of a sliding window is inside.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TimeBounds {
    /// First millisecond inside.
    pub start: i64,
    /// First millisecond behind.
    pub end: i64,
}
/// Times of the first and the last record of a session, both inside.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SessionBounds {
    /// Time of the first record.
    pub start: i64,
    /// Time of the last record.
    pub end: i64,
}

/// A key in a time window (tumbling, hopping, sliding). On the wire: key, then the window's start as 8 big-endian bytes; the end
/// follows from the size, which a topic of such keys declares as `window = ..` (Kafka Streams' `TimeWindowedSerializer`).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct TimeWindowed<K> {
    /// The inner key; it alone decides the partition.
    pub key: K,
    /// The window.
    pub window: TimeBounds,
}
/// A key in a session. On the wire: key, end, start (Kafka Streams' `SessionWindowedSerializer`).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct SessionWindowed<K> {
    /// The inner key; it alone decides the partition.
    pub key: K,
    /// The session.
    pub window: SessionBounds,
}

/// Milliseconds of a duration; what does not fit counts as for ever.
pub(crate) fn millis_of(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}
/// Takes the last eight bytes off as a time.
fn split_time<'a>(bytes: &'a [u8], what: &str) -> Result<(&'a [u8], i64)> {
    let (rest, time) = bytes.split_last_chunk::<8>().ok_or_else(|| format!("{} bytes are too few for {what}", bytes.len()))?;
    Ok((rest, i64::from_be_bytes(*time)))
}

#[diagnostic::do_not_recommend]
impl<K: Key> Record for TimeWindowed<K> {
    const SCHEMA: u64 = schema("time-windowed", &[("", K::SCHEMA)]);
    const SHAPE: &'static Shape = &Shape::Composed { kind: "time-windowed", of: &[K::SHAPE] };
    type Present = Self;
    fn encode(&self, out: &mut Vec<u8>) -> Result<Presence> {
        self.key.encode(out)?;
        out.extend_from_slice(&self.window.start.to_be_bytes());
        Ok(Presence::Value)
    }
    fn decode(bytes: Option<&[u8]>) -> Result<Self> {
        let (key, start) = split_time(required(bytes, "a windowed key")?, "a windowed key")?;
        Ok(TimeWindowed { key: K::decode(Some(key))?, window: TimeBounds { start, end: start } })
    }
}
impl<K> NonNull for TimeWindowed<K> {}
#[diagnostic::do_not_recommend]
impl<K: Key> Key for TimeWindowed<K> {
    const NEEDS_SIZE: bool = true;
    fn placed_by(&self, out: &mut Vec<u8>) -> Result<Presence> {
        self.key.placed_by(out)
    }
    fn encode_stored(&self, out: &mut Vec<u8>) -> Result<Presence> {
        self.key.encode(out)?;
        kstreams_store::layout::window::append_suffix(self.window.start, 0, out);
        Ok(Presence::Value)
    }
    fn decode_stored(bytes: &[u8], window: Duration) -> Result<Self> {
        let wire = bytes.len().checked_sub(4).map(|n| &bytes[..n]);
        Self::decode(wire).map(|key| key.sized(window))
    }
    fn window_start(&self) -> Option<i64> {
        Some(self.window.start)
    }
    fn window_end(&self) -> Option<i64> {
        Some(self.window.end)
    }
    fn sized(mut self, window: Duration) -> Self {
        self.window.end = self.window.start.saturating_add(millis_of(window));
        self
    }
}

#[diagnostic::do_not_recommend]
impl<K: Key> Record for SessionWindowed<K> {
    const SCHEMA: u64 = schema("session-windowed", &[("", K::SCHEMA)]);
    const SHAPE: &'static Shape = &Shape::Composed { kind: "session-windowed", of: &[K::SHAPE] };
    type Present = Self;
    fn encode(&self, out: &mut Vec<u8>) -> Result<Presence> {
        self.key.encode(out)?;
        out.extend_from_slice(&self.window.end.to_be_bytes());
        out.extend_from_slice(&self.window.start.to_be_bytes());
        Ok(Presence::Value)
    }
    fn decode(bytes: Option<&[u8]>) -> Result<Self> {
        let (rest, start) = split_time(required(bytes, "a session key")?, "a session key")?;
        let (key, end) = split_time(rest, "a session key")?;
        Ok(SessionWindowed { key: K::decode(Some(key))?, window: SessionBounds { start, end } })
    }
}
impl<K> NonNull for SessionWindowed<K> {}
#[diagnostic::do_not_recommend]
impl<K: Key> Key for SessionWindowed<K> {
    fn placed_by(&self, out: &mut Vec<u8>) -> Result<Presence> {
        self.key.placed_by(out)
    }
    fn window_start(&self) -> Option<i64> {
        Some(self.window.end)
    }
    fn window_end(&self) -> Option<i64> {
        Some(self.window.end)
    }
}
