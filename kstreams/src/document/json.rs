//! The stable form for programs: the model as it is.
use super::model::Document;
use crate::Result;

/// The JSON Schema of [`super::Format::Json`]; documents of one `version` are valid under the schema of that version, whatever comes to it.
///
/// ```
/// let schema: serde_json::Value = serde_json::from_str(kstreams::document::JSON_SCHEMA)?;
/// assert_eq!(schema["properties"]["version"]["const"], 1);
/// # Ok::<(), serde_json::Error>(())
/// ```
pub const JSON_SCHEMA: &str = include_str!("topology.schema.json");

pub(super) fn write(document: &Document) -> Result<String> {
    Ok(serde_json::to_string_pretty(document)? + "\n")
}
