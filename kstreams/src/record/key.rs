//! Keys: what places a record in a partition and names a row of a table.
use crate::{
    Result, Unkeyed,
    codec::{NonNull, Presence, Record, Shape},
};
use std::time::Duration;

/// A record key: a canonical byte form (equal keys have equal bytes, the same as a Java program's), so that equal keys meet.
///
/// Derive it on a newtype, one type per meaning: a user's name and an item's name then cannot be mixed up.
///
/// ```
/// use kstreams::prelude::*;
/// /// Unique name of a customer.
/// #[derive(Key, Serialize, Deserialize, Clone, PartialEq, Debug)]
/// pub struct UserName(pub String);
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be a record key",
    label = "not a key type",
    note = "keys need a canonical byte form: add `#[derive(Serialize, Deserialize, Clone, Key)]` to the newtype `{Self}`",
    note = "`String`, `u32`, `u64`, `i32`, `i64` and `Vec<u8>` are keys as they are; floats are none: equal ones can differ in bytes",
    note = "records of an `Unkeyed` topic get a key by `.repartition::<Space<Key, N>>(\"name\", key_fn)`"
)]
pub trait Key: Record + Clone {
    /// Appends the bytes that decide the partition: a windowed key answers with its inner key's.
    ///
    /// # Errors
    /// If the key cannot be encoded.
    fn placed_by(&self, out: &mut Vec<u8>) -> Result<Presence> {
        self.encode(out)
    }
    /// Its bytes leave out how long its window is: a topic that is read has to say it.
    #[doc(hidden)]
    const NEEDS_SIZE: bool = false;
    /// Appends the key's bytes in a store and its changelog. Windowed keys have Kafka Streams' store layout (key ‖ start ‖ sequence number).
    ///
    /// # Errors
    /// If the key cannot be encoded.
    #[doc(hidden)]
    fn encode_stored(&self, out: &mut Vec<u8>) -> Result<Presence> {
        self.encode(out)
    }
    /// Reads what [`Key::encode_stored`] wrote; `window` is the size of time windows.
    ///
    /// # Errors
    /// If the bytes are no such key.
    #[doc(hidden)]
    fn decode_stored(bytes: &[u8], window: Duration) -> Result<Self> {
        let _ = window;
        Self::decode(Some(bytes))
    }
    /// Start of the window in this key; `None` for keys without one.
    #[doc(hidden)]
    fn window_start(&self) -> Option<i64> {
        None
    }
    /// End of the window in this key; `None` for keys without one.
    #[doc(hidden)]
    fn window_end(&self) -> Option<i64> {
        None
    }
    /// The key with its window's end, which the wire form of time windows leaves out.
    #[doc(hidden)]
    fn sized(self, window: Duration) -> Self {
        let _ = window;
        self
    }
}

/// What may stand as `key = ..` in a topic: a [`Key`], or [`Unkeyed`].
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be a record key",
    label = "not a key type",
    note = "keys need a canonical byte form: add `#[derive(Serialize, Deserialize, Clone, Key)]` to the newtype `{Self}`; a topic without keys says `key = Unkeyed`"
)]
pub trait TopicKey: Clone + 'static {
    /// Appends the key's bytes.
    ///
    /// # Errors
    /// If the key cannot be encoded.
    #[doc(hidden)]
    fn encode_key(&self, out: &mut Vec<u8>) -> Result<Presence>;
    /// Appends the bytes that decide the partition.
    ///
    /// # Errors
    /// If the key cannot be encoded.
    #[doc(hidden)]
    fn place_key(&self, out: &mut Vec<u8>) -> Result<Presence>;
    /// Whether both forms are the same bytes, so that one encoding serves.
    #[doc(hidden)]
    const PLACED_BY_ITSELF: bool;
    /// Reads a key.
    ///
    /// # Errors
    /// If the bytes are no such key.
    #[doc(hidden)]
    fn decode_key(bytes: Option<&[u8]>, window: Option<Duration>) -> Result<Self>;
    /// Start of the window in this key.
    #[doc(hidden)]
    fn start(&self) -> Option<i64>;
    /// End of the window in this key.
    #[doc(hidden)]
    fn end(&self) -> Option<i64>;
    /// Fingerprint of the key's schema.
    #[doc(hidden)]
    const KEY_SCHEMA: u64;
    /// What the key is made of.
    #[doc(hidden)]
    const KEY_SHAPE: &'static Shape;
    /// Whether a topic of such keys has to say how long their windows are.
    #[doc(hidden)]
    const KEY_NEEDS_SIZE: bool = false;
}
impl<K: Key> TopicKey for K {
    const PLACED_BY_ITSELF: bool = false;
    const KEY_SCHEMA: u64 = K::SCHEMA;
    const KEY_SHAPE: &'static Shape = K::SHAPE;
    const KEY_NEEDS_SIZE: bool = K::NEEDS_SIZE;
    fn encode_key(&self, out: &mut Vec<u8>) -> Result<Presence> {
        self.encode(out)
    }
    fn place_key(&self, out: &mut Vec<u8>) -> Result<Presence> {
        self.placed_by(out)
    }
    fn decode_key(bytes: Option<&[u8]>, window: Option<Duration>) -> Result<Self> {
        let key = K::decode(bytes)?;
        Ok(match window {
            Some(size) => key.sized(size),
            None => key,
        })
    }
    fn start(&self) -> Option<i64> {
        self.window_start()
    }
    fn end(&self) -> Option<i64> {
        self.window_end()
    }
}

#[diagnostic::do_not_recommend]
impl TopicKey for Unkeyed {
    const PLACED_BY_ITSELF: bool = true;
    const KEY_SCHEMA: u64 = crate::codec::schema("unkeyed", &[]);
    const KEY_SHAPE: &'static Shape = &Shape::Raw { of: "Unkeyed" };
    fn encode_key(&self, _: &mut Vec<u8>) -> Result<Presence> {
        Ok(Presence::Null)
    }
    fn place_key(&self, _: &mut Vec<u8>) -> Result<Presence> {
        Ok(Presence::Null)
    }
    fn decode_key(_: Option<&[u8]>, _: Option<Duration>) -> Result<Self> {
        Ok(Unkeyed)
    }
    fn start(&self) -> Option<i64> {
        None
    }
    fn end(&self) -> Option<i64> {
        None
    }
}

/// The one key of a single-partition stream: empty bytes, not null.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct All;
#[diagnostic::do_not_recommend]
impl Record for All {
    const SCHEMA: u64 = crate::codec::schema("All", &[]);
    const SHAPE: &'static Shape = &Shape::Raw { of: "All" };
    type Present = Self;
    fn encode(&self, _: &mut Vec<u8>) -> Result<Presence> {
        Ok(Presence::Value)
    }
    fn decode(bytes: Option<&[u8]>) -> Result<Self> {
        crate::codec::exactly::<0>(bytes, "an empty key").map(|_| All)
    }
}
impl NonNull for All {}
#[diagnostic::do_not_recommend]
impl Key for All {}
