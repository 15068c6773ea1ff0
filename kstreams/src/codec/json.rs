//! JSON through serde: the default format of `#[derive(Record)]`; tolerant to added fields.
use super::{NonNull, Presence, Record, Shape, required, schema};
use crate::Result;
use serde::{Serialize, de::DeserializeOwned};

/// A type of another crate, written as JSON.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Json<T>(pub T);

#[diagnostic::do_not_recommend]
impl<T: Serialize + DeserializeOwned + 'static> Record for Json<T> {
    const SCHEMA: u64 = schema("json", &[]);
    const SHAPE: &'static Shape = &Shape::Json;
    type Present = Self;
    fn encode(&self, out: &mut Vec<u8>) -> Result<Presence> {
        to_json(&self.0, out)
    }
    fn decode(bytes: Option<&[u8]>) -> Result<Self> {
        from_json(bytes).map(Json)
    }
}
impl<T> NonNull for Json<T> {}

/// Appends a value as JSON.
///
/// # Errors
/// What serde says: a map with keys that are no strings, for example.
pub fn to_json<T: Serialize>(value: &T, out: &mut Vec<u8>) -> Result<Presence> {
    serde_json::to_writer(out, value)?;
    Ok(Presence::Value)
}
/// Reads a value from JSON.
///
/// # Errors
/// What serde says, with line and column; nesting deeper than 128 is refused.
pub fn from_json<T: DeserializeOwned>(bytes: Option<&[u8]>) -> Result<T> {
    Ok(serde_json::from_slice(required(bytes, "a JSON value")?)?)
}
