//! Types as JSON Schema. Names are those of the Rust fields: what serde renames is not known here.
use crate::{codec::Shape, document::model::Records};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// What the bytes of a value are.
pub(super) fn content_type(shape: &Shape) -> &'static str {
    match shape.format() {
        "JSON" => "application/json",
        "UTF-8" => "text/plain",
        _ => "application/octet-stream",
    }
}
/// The schema of a key or value: of JSON as it is written, of Kafka's raw formats as what they mean.
pub(super) fn schema(records: &Records, shape: &Shape) -> Value {
    match shape {
        Shape::Record { .. } => json!({ "$ref": format!("#/components/schemas/{}", records.name(shape)) }),
        Shape::Raw { of } => raw(of),
        Shape::Newtype { name, of } => titled(name, schema(records, of)),
        Shape::Composed { kind, of } => composed(records, kind, of),
        Shape::Unit => json!({ "type": "null" }),
        _ => json!({}),
    }
}
/// All records that these types are made of.
pub(super) fn schemas(records: &Records) -> BTreeMap<String, Value> {
    let found =
        records.each().filter_map(|(name, shape)| if let Shape::Record { fields, .. } = shape { Some((name, *fields)) } else { None });
    found.map(|(name, fields)| (name, record(records, fields))).collect()
}
fn record(records: &Records, fields: &[(&str, &Shape)]) -> Value {
    // How serde tags variants is not known here.
    if fields.iter().any(|(name, _)| name.contains('.')) {
        let variants: Vec<&str> = fields.iter().map(|(name, _)| name.split('.').next().unwrap_or(name)).collect();
        return json!({ "description": format!("one of {}", variants.join(", ")) });
    }
    let properties: Map<String, Value> = fields.iter().map(|(name, shape)| ((*name).to_owned(), schema(records, shape))).collect();
    let required: Vec<&str> = fields.iter().filter(|(_, shape)| !shape.is_optional()).map(|(name, _)| *name).collect();
    json!({ "type": "object", "properties": properties, "required": required })
}
fn raw(of: &str) -> Value {
    match of {
        "String" => json!({ "type": "string" }),
        "bool" => json!({ "type": "boolean" }),
        "f32" => json!({ "type": "number", "format": "float" }),
        "f64" => json!({ "type": "number", "format": "double" }),
        "i32" => json!({ "type": "integer", "format": "int32" }),
        "i64" | "Timestamp" => json!({ "type": "integer", "format": "int64" }),
        "u8" | "u16" | "u32" | "u64" => json!({ "type": "integer", "minimum": 0 }),
        "i8" | "i16" => json!({ "type": "integer" }),
        "Unkeyed" => json!({ "type": "null", "description": "records have no key" }),
        other => json!({ "description": other }),
    }
}
fn titled(name: &str, of: Value) -> Value {
    match of {
        Value::Object(mut of) if !of.contains_key("$ref") => {
            of.insert("title".into(), name.into());
            Value::Object(of)
        }
        other => other,
    }
}
fn composed(records: &Records, kind: &str, of: &[&Shape]) -> Value {
    let all = || of.iter().map(|shape| schema(records, shape)).collect::<Vec<_>>();
    match (kind, of) {
        ("option", [of]) => json!({ "anyOf": [schema(records, of), { "type": "null" }] }),
        ("box", [of]) => schema(records, of),
        ("vec", [of]) => json!({ "type": "array", "items": schema(records, of) }),
        ("set", [of]) => json!({ "type": "array", "items": schema(records, of), "uniqueItems": true }),
        ("map", [_, value]) => json!({ "type": "object", "additionalProperties": schema(records, value) }),
        ("pair" | "triple", _) => json!({ "type": "array", "items": all(), "minItems": of.len(), "maxItems": of.len() }),
        ("time-windowed", [_]) => {
            json!({ "description": "the key's bytes, then the window's start in milliseconds as 8 big-endian bytes" })
        }
        ("session-windowed", [_]) => {
            json!({ "description": "the key's bytes, then the session's end and start as 8 big-endian bytes each" })
        }
        _ => json!({}),
    }
}
