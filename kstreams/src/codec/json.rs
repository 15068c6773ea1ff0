//! JSON through serde: the default format of `#[derive(Record)]`; tolerant to added fields.
use super::{NonNull, Presence, Record, Shape, required, schema};
use crate::Result;
use serde::{Serialize, de::DeserializeOwned};
use serde_json::error::Category;

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
/// What serde says, with line and column and without what the record holds; nesting deeper than 128 is refused.
pub fn from_json<T: DeserializeOwned>(bytes: Option<&[u8]>) -> Result<T> {
    Ok(serde_json::from_slice(required(bytes, "a JSON value")?).map_err(|e| without_contents(&e))?)
}
/// What serde says, without what it found: errors go to logs and pages, whose readers need not see what records hold.
fn without_contents(error: &serde_json::Error) -> String {
    const KINDS: [&str; 5] = ["invalid type", "invalid value", "invalid length", "unknown variant", "unknown field"];
    let said = error.to_string();
    let harmless = ["missing field", "duplicate field"].iter().any(|start| said.starts_with(start));
    if error.classify() != Category::Data || harmless {
        return said;
    }
    let kind = KINDS.iter().find(|kind| said.starts_with(**kind));
    match (kind, said.rfind(", expected ")) {
        // Line and column are in what follows.
        (Some(kind), Some(expected)) => format!("{kind}{}", &said[expected..]),
        _ => format!("{} at line {} column {}", kind.unwrap_or(&"a value that does not fit"), error.line(), error.column()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is wrong, and nothing of the record.
    #[test]
    fn an_error_does_not_quote_the_record() {
        #[derive(Debug, serde::Deserialize)]
        #[serde(deny_unknown_fields)]
        #[allow(dead_code)]
        struct Visit {
            age: u8,
            kind: Kind,
        }
        #[derive(Debug, serde::Deserialize)]
        enum Kind {
            Web,
        }
        let cases = [
            (r#"{"age": "x\"ann@home\"y"}"#, "invalid type, expected u8 at line 1 column 24"),
            (r#"{"age": 4711}"#, "invalid value, expected u8 at line 1 column 12"),
            (r#"{"age": 1, "kind": "ann"}"#, "unknown variant, expected `Web` at line 1 column 24"),
            (r#"{"ann": 1}"#, "unknown field, expected `age` or `kind` at line 1 column 6"),
            (r#"{"kind": "Web"}"#, "missing field `age` at line 1 column 15"),
            (r#"{"age": ann"#, "expected value at line 1 column 9"),
        ];
        for (bytes, said) in cases {
            assert_eq!(from_json::<Visit>(Some(bytes.as_bytes())).unwrap_err().to_string(), said, "{bytes}");
        }
    }
}
