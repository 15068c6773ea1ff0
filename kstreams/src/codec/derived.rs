//! What `#[derive(Record)]` calls, so that its errors speak of the user's type.
use super::{Presence, from_json, to_json};
use crate::{Result, Timestamp};
use serde::{Serialize, de::DeserializeOwned};

/// How a type is written and read.
pub struct Codec<T> {
    /// Appends a value.
    pub encode: fn(&T, &mut Vec<u8>) -> Result<Presence>,
    /// Reads one.
    pub decode: fn(Option<&[u8]>) -> Result<T>,
}

/// JSON. One function with one bound, which writer and reader share: a type without serde is then one error, not four.
pub const fn json<T: Serde>() -> Codec<T> {
    Codec { encode: to_json, decode: from_json }
}

/// A type that serde can write and read.
#[diagnostic::on_unimplemented(
    message = "`{Self}` derives `Record`, which writes it through serde, and has no serde",
    label = "`{Self}` is not `Serialize` and `Deserialize`",
    note = "derive them, too: `#[derive(Serialize, Deserialize, Record)]`"
)]
pub trait Serde: Serialize + DeserializeOwned {}
#[diagnostic::do_not_recommend]
impl<T: Serialize + DeserializeOwned> Serde for T {}

/// What a field marked `#[record(event_time)]` may be.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no event time",
    label = "not epoch milliseconds",
    note = "`event_time` marks a field of type `i64` or `Timestamp`; for any other, give the topic `timestamp = |key, value, meta| ..`"
)]
pub trait EventTime {
    /// The time.
    fn timestamp(&self) -> Timestamp;
}
#[diagnostic::do_not_recommend]
impl EventTime for i64 {
    fn timestamp(&self) -> Timestamp {
        Timestamp(*self)
    }
}
#[diagnostic::do_not_recommend]
impl EventTime for Timestamp {
    fn timestamp(&self) -> Timestamp {
        *self
    }
}

/// The time in a marked field.
pub fn event_time(field: &impl EventTime) -> Timestamp {
    field.timestamp()
}
