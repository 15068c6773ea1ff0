//! What a store is expected to hold: for estimates in documents. Nothing depends on it, and the lock does not know it.

/// How much its author expects a table to hold.
///
/// ```
/// # use kstreams::{plan::Expected, prelude::*};
/// # #[topic(name = "words", key = String, value = String, partitions = 1)]
/// # struct Words;
/// let b = Topology::builder("example");
/// b.stream(Words).count(stored("words").expect_keys(1_000_000).expect_row_bytes(40)).to_stream().discard();
/// assert_eq!(b.build(()).plan().stores[0].expected, Expected::UNKNOWN.keys(1_000_000).row_bytes(40));
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Expected {
    /// Keys, over all partitions.
    pub keys: Option<u64>,
    /// Bytes of a key and its value, as they are encoded.
    pub row_bytes: Option<u64>,
}
impl Expected {
    /// Nothing is expected.
    pub const UNKNOWN: Expected = Expected { keys: None, row_bytes: None };
    /// With so many keys.
    pub const fn keys(self, keys: u64) -> Expected {
        Expected { keys: Some(keys), ..self }
    }
    /// With so many bytes a row.
    pub const fn row_bytes(self, bytes: u64) -> Expected {
        Expected { row_bytes: Some(bytes), ..self }
    }
}
