//! How keys and values become bytes and come back: the [`Record`] trait, Kafka's raw formats, composed ones and JSON.
mod builtin;
pub(crate) mod composed;
#[cfg(feature = "json")]
#[doc(hidden)]
pub mod derived;
pub(crate) mod fields;
mod fingerprint;
#[cfg(feature = "json")]
mod json;
mod nulls;
mod shape;

pub use fingerprint::{Fingerprint, schema};
#[cfg(feature = "json")]
pub use json::{Json, from_json, to_json};
pub use nulls::{KeptAs, NonNull, NullsHandled, OfRow, OrNull};
pub use shape::Shape;

use crate::{Result, Timestamp};

/// Whether what was encoded is a value or Kafka's null.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Presence {
    /// Bytes were appended (perhaps none: an empty value is not null).
    Value,
    /// It is Kafka's null; nothing was appended.
    Null,
}

/// What can be written to a topic or kept in a store.
///
/// Derive it beside serde's traits (JSON), or implement it for a format of your own:
///
/// ```
/// use kstreams::{Presence, Record, prelude::*};
/// #[derive(Debug, PartialEq)]
/// struct Celsius(f32);
/// impl Record for Celsius {
///     const SCHEMA: u64 = kstreams::codec::schema("celsius", &[]);
///     type Present = Self;
///     fn encode(&self, out: &mut Vec<u8>) -> kstreams::Result<Presence> {
///         out.extend_from_slice(&self.0.to_be_bytes());
///         Ok(Presence::Value)
///     }
///     fn decode(bytes: Option<&[u8]>) -> kstreams::Result<Self> {
///         f32::decode(bytes).map(Celsius)
///     }
/// }
/// let mut bytes = vec![];
/// Celsius(21.5).encode(&mut bytes).unwrap();
/// assert_eq!(Celsius::decode(Some(&bytes)).unwrap(), Celsius(21.5));
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no serde, so it cannot be written to a topic or kept in a store",
    label = "`{Self}` crosses a topic or store boundary here",
    note = "add `#[derive(Serialize, Deserialize, Record)]` to `{Self}`",
    note = "a type of another crate: `Json<Type>`; hash collections have no stable bytes: `BTreeMap`, `BTreeSet`"
)]
pub trait Record: Sized + 'static {
    /// Fingerprint over the field names and the fields' own fingerprints; the store keeps it and the lock file guards it.
    const SCHEMA: u64;
    /// What it is made of, for documents and the lock.
    const SHAPE: &'static Shape = &Shape::Opaque;
    /// The type without its null: `V` for `Option<V>`, else `Self`.
    type Present: Record + OfRow<Self>;
    /// Appends the encoded value.
    ///
    /// # Errors
    /// If the value cannot be encoded: the record is then a bad record, and the policy decides.
    fn encode(&self, out: &mut Vec<u8>) -> Result<Presence>;
    /// Reads a value; `None` is Kafka's null.
    ///
    /// # Errors
    /// If the bytes are no such value, or null where the type has none: a bad record.
    fn decode(bytes: Option<&[u8]>) -> Result<Self>;
    /// The field marked `#[record(event_time)]`.
    fn event_time(&self) -> Option<Timestamp> {
        None
    }
    /// A second one of this value, by way of its bytes if need be: stores hand out the value before a change without asking for `Clone`.
    ///
    /// # Errors
    /// If it does not survive its own encoding.
    #[doc(hidden)]
    fn duplicate(&self) -> Result<Self> {
        let mut bytes = vec![];
        let presence = self.encode(&mut bytes)?;
        Self::decode((presence == Presence::Value).then_some(&bytes[..]))
    }
    /// Appends items as one value: a count and each item's bytes; raw for bytes.
    ///
    /// # Errors
    /// If an item cannot be encoded.
    #[doc(hidden)]
    fn encode_items(items: &[Self], out: &mut Vec<u8>) -> Result<Presence> {
        composed::encode_items(items, out)
    }
    /// Reads what [`Record::encode_items`] wrote.
    ///
    /// # Errors
    /// If the bytes are no such list.
    #[doc(hidden)]
    fn decode_items(bytes: &[u8]) -> Result<Vec<Self>> {
        composed::decode_items(bytes)
    }
}

/// The bytes, or an error that says what was expected instead of null.
pub(crate) fn required<'a>(bytes: Option<&'a [u8]>, what: &str) -> Result<&'a [u8]> {
    bytes.ok_or_else(|| format!("null where {what} was expected").into())
}
/// Exactly `N` bytes.
pub(crate) fn exactly<const N: usize>(bytes: Option<&[u8]>, what: &str) -> Result<[u8; N]> {
    let bytes = required(bytes, what)?;
    bytes.try_into().map_err(|_| format!("{} bytes where {what} of {N} was expected", bytes.len()).into())
}
