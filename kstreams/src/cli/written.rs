//! Keys and values as people write them: JSON to the bytes of a type and back, by the type's shape.
use super::said::when;
use crate::codec::Shape;
use serde_json::{Value, json};

/// The bytes of a key or value; `None` is Kafka's null.
///
/// # Errors
/// It is no value of this shape, or the shape cannot be written so.
pub(super) fn bytes_of(shape: &Shape, value: &Value) -> Result<Option<Vec<u8>>, String> {
    match shape {
        Shape::Composed { kind: "option", .. } if value.is_null() => Ok(None),
        Shape::Newtype { of, .. } | Shape::Composed { kind: "option" | "box", of: [of] } => bytes_of(of, value),
        Shape::Raw { of: "Unkeyed" } => Ok(None),
        Shape::Raw { of: "()" | "All" } | Shape::Unit => Ok(Some(vec![])),
        Shape::Raw { of } => raw(of, value).ok_or_else(|| format!("`{value}` is no {of}")).map(Some),
        Shape::Json | Shape::Record { .. } => Ok(Some(value.to_string().into_bytes())),
        Shape::Composed { kind: "vec", of: [Shape::Raw { of: "u8" }] } | Shape::Opaque => text(value).map(Some),
        Shape::Composed { .. } => Err(format!("{} has no written form here: load it with a producer", shape.name())),
    }
}
fn text(value: &Value) -> Result<Vec<u8>, String> {
    value
        .as_str()
        .map(|text| text.as_bytes().to_vec())
        .ok_or_else(|| format!("`{value}` is no text: its bytes are those of the type's format"))
}
fn raw(of: &str, value: &Value) -> Option<Vec<u8>> {
    let (signed, unsigned) = (value.as_i64(), value.as_u64());
    Some(match of {
        "String" | "bytes" => value.as_str()?.as_bytes().to_vec(),
        "bool" => vec![u8::from(value.as_bool()?)],
        "u8" => u8::try_from(unsigned?).ok()?.to_be_bytes().to_vec(),
        "u16" => u16::try_from(unsigned?).ok()?.to_be_bytes().to_vec(),
        "u32" => u32::try_from(unsigned?).ok()?.to_be_bytes().to_vec(),
        "u64" => unsigned?.to_be_bytes().to_vec(),
        "i8" => i8::try_from(signed?).ok()?.to_be_bytes().to_vec(),
        "i16" => i16::try_from(signed?).ok()?.to_be_bytes().to_vec(),
        "i32" => i32::try_from(signed?).ok()?.to_be_bytes().to_vec(),
        "i64" | "Timestamp" => signed?.to_be_bytes().to_vec(),
        "f32" => (value.as_f64()? as f32).to_be_bytes().to_vec(),
        "f64" => value.as_f64()?.to_be_bytes().to_vec(),
        _ => return None,
    })
}

/// Bytes as what their shape says; what is nothing of it as text, and what is no text as hexadecimal digits.
pub(super) fn shown(shape: &Shape, bytes: Option<&[u8]>) -> Value {
    let Some(bytes) = bytes else { return Value::Null };
    read(shape, bytes).or_else(|| as_text(bytes)).unwrap_or_else(|| hex(bytes))
}
fn read(shape: &Shape, bytes: &[u8]) -> Option<Value> {
    match shape {
        Shape::Newtype { of, .. } | Shape::Composed { kind: "option" | "box", of: [of] } => read(of, bytes),
        Shape::Json | Shape::Record { .. } => serde_json::from_slice(bytes).ok(),
        Shape::Raw { of } => number(of, bytes),
        Shape::Composed { kind: "time-windowed", of: [of] } => {
            let (key, start) = bytes.split_last_chunk()?;
            Some(json!({ "key": shown(of, Some(key)), "window": time(*start) }))
        }
        Shape::Composed { kind: "session-windowed", of: [of] } => {
            let (rest, start) = bytes.split_last_chunk()?;
            let (key, end) = rest.split_last_chunk()?;
            Some(json!({ "key": shown(of, Some(key)), "from": time(*start), "to": time(*end) }))
        }
        _ => None,
    }
}
fn number(of: &str, bytes: &[u8]) -> Option<Value> {
    Some(match of {
        "bool" => json!(u8::from_be_bytes(bytes.try_into().ok()?) != 0),
        "u8" => json!(u8::from_be_bytes(bytes.try_into().ok()?)),
        "u16" => json!(u16::from_be_bytes(bytes.try_into().ok()?)),
        "u32" => json!(u32::from_be_bytes(bytes.try_into().ok()?)),
        "u64" => json!(u64::from_be_bytes(bytes.try_into().ok()?)),
        "i8" => json!(i8::from_be_bytes(bytes.try_into().ok()?)),
        "i16" => json!(i16::from_be_bytes(bytes.try_into().ok()?)),
        "i32" => json!(i32::from_be_bytes(bytes.try_into().ok()?)),
        "i64" => json!(i64::from_be_bytes(bytes.try_into().ok()?)),
        "Timestamp" => time(bytes.try_into().ok()?),
        "f32" => json!(f32::from_be_bytes(bytes.try_into().ok()?)),
        "f64" => json!(f64::from_be_bytes(bytes.try_into().ok()?)),
        _ => return None,
    })
}
fn time(bytes: [u8; 8]) -> Value {
    json!(when(i64::from_be_bytes(bytes)))
}
fn as_text(bytes: &[u8]) -> Option<Value> {
    std::str::from_utf8(bytes).ok().filter(|text| !text.contains(|c: char| c.is_control())).map(Value::from)
}
fn hex(bytes: &[u8]) -> Value {
    Value::from(bytes.iter().fold("0x".to_owned(), |hex, byte| format!("{hex}{byte:02x}")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::prelude::*;

    #[derive(Key, Serialize, Deserialize, Clone, PartialEq, Debug)]
    struct Name(String);
    #[derive(Serialize, Deserialize, Record)]
    struct Order {
        item: String,
    }
    fn there_and_back<T: Record>(written: Value) -> Value {
        let bytes = bytes_of(T::SHAPE, &written).unwrap();
        assert!(T::decode(bytes.as_deref()).is_ok(), "{written}");
        shown(T::SHAPE, bytes.as_deref())
    }

    #[test]
    fn what_is_written_is_what_the_type_reads() {
        assert_eq!(there_and_back::<Name>(json!("ann")), json!("ann"));
        assert_eq!(there_and_back::<Order>(json!({ "item": "tea" })), json!({ "item": "tea" }));
        assert_eq!(there_and_back::<Option<Order>>(Value::Null), Value::Null);
        assert_eq!(there_and_back::<u64>(json!(7)), json!(7));
        assert_eq!(there_and_back::<i16>(json!(-7)), json!(-7));
        assert_eq!(there_and_back::<f64>(json!(0.5)), json!(0.5));
        assert_eq!(there_and_back::<Vec<u8>>(json!("tea")), json!("tea"));
        assert_eq!(there_and_back::<Timestamp>(json!(0)), json!("1970-01-01T00:00:00Z"));
        assert_eq!(bytes_of(&Shape::Raw { of: "Unkeyed" }, &Value::Null), Ok(None));
    }

    #[test]
    fn what_does_not_fit_is_refused() {
        assert_eq!(bytes_of(u64::SHAPE, &json!("ann")), Err("`\"ann\"` is no u64".to_owned()));
        assert_eq!(bytes_of(i8::SHAPE, &json!(300)), Err("`300` is no i8".to_owned()));
        assert!(bytes_of(<Vec<Order> as Record>::SHAPE, &json!([])).unwrap_err().contains("load it with a producer"));
    }

    #[test]
    fn windows_are_shown_with_their_begin() {
        let key = TimeWindowed { key: Name("ann".into()), window: TimeBounds { start: 0, end: 1 } };
        let mut bytes = vec![];
        key.encode(&mut bytes).unwrap();
        let seen = shown(<TimeWindowed<Name> as Record>::SHAPE, Some(&bytes));
        assert_eq!(seen, json!({ "key": "ann", "window": "1970-01-01T00:00:00Z" }));
        assert_eq!(shown(Order::SHAPE, Some(&[0, 255])), json!("0x00ff"));
    }
}
