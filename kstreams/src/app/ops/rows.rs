//! `/store/{name}`: rows as JSON. Types are known by their names only: numbers and texts are read and shown as what they are, other values as
//! JSON where they are JSON, everything else as hexadecimal digits.
use super::Ops;
use crate::{
    QueryError,
    app::reading::{RawFound, RawWanted, raw_rows},
    plan::{Store, StoreKind},
    state::StoredRow,
};
use axum::http::StatusCode;
use kstreams_store::layout::{session, window};
use serde::Deserialize;
use serde_json::{Value, json};

/// Rows at most, unless fewer are asked for.
const ROWS_MAX: usize = 1_000;

/// `?key=…`, `?prefix=…`, `?from=…&to=…`, `?windows=…&from=…&to=…`; `as=` says how keys are written where the type's name does not.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Question {
    key: Option<String>,
    prefix: Option<String>,
    windows: Option<String>,
    from: Option<String>,
    to: Option<String>,
    limit: Option<usize>,
    r#as: Option<String>,
}

/// The answer, with its status.
pub(super) async fn answer(ops: &Ops, name: &str, question: &Question) -> (StatusCode, Value) {
    let plan = ops.blueprint.plan();
    let Some(store) = plan.store_named(name).map(|index| plan.store(index)) else {
        let known: Vec<&str> = plan.stores.iter().map(|s| s.name.as_str()).collect();
        return (StatusCode::NOT_FOUND, json!({ "error": format!("the topology has no store `{name}`"), "stores": known }));
    };
    let wanted = match question.wanted(store) {
        Ok(wanted) => wanted,
        Err(error) => return (StatusCode::BAD_REQUEST, json!({ "error": error })),
    };
    let limit = question.limit.unwrap_or(100).clamp(1, ROWS_MAX);
    match raw_rows(&ops.directory, plan, name, &wanted, limit).await {
        Ok(found) => (StatusCode::OK, shown(store, &found, question.key_written(store))),
        Err(error) => (StatusCode::SERVICE_UNAVAILABLE, json!({ "error": error.to_string() })),
    }
}
impl Question {
    fn key_written(&self, store: &Store) -> &str {
        self.r#as.as_deref().unwrap_or_else(|| written_as(store.types.0))
    }
    fn wanted(&self, store: &Store) -> Result<RawWanted, String> {
        let bytes = |text: &String| key_bytes(text, self.key_written(store));
        let time = |text: &Option<String>, default| match text {
            Some(text) => text.parse().map_err(|_| format!("`{text}` is no time in epoch milliseconds")),
            None => Ok(default),
        };
        match self {
            Question { key: Some(key), .. } => Ok(RawWanted::Key(bytes(key)?)),
            Question { prefix: Some(prefix), .. } => Ok(RawWanted::Prefix(bytes(prefix)?)),
            Question { windows: Some(key), .. } if matches!(store.kind, StoreKind::KeyValue | StoreKind::Versioned { .. }) => {
                Err(format!("store `{}` has no windows: ask for `key={key}`", store.name))
            }
            Question { windows: Some(key), from, to, .. } => Ok(RawWanted::Windows(bytes(key)?, time(from, 0)?, time(to, i64::MAX)?)),
            Question { from, to, .. } => Ok(RawWanted::Between(from.as_ref().map(bytes).transpose()?, to.as_ref().map(bytes).transpose()?)),
        }
    }
}
fn shown(store: &Store, found: &RawFound, key_written: &str) -> Value {
    let missing = |(partition, error): &(u32, QueryError)| {
        let (member, endpoint) = match error {
            QueryError::Elsewhere { owner, .. } => (Some(owner.member.clone()), owner.endpoint.clone()),
            _ => (None, None),
        };
        json!({ "partition": partition, "why": error.to_string(), "member": member, "endpoint": endpoint })
    };
    json!({
        "store": store.name,
        "rows": found.rows.iter().map(|row| row_shown(store, row, key_written)).collect::<Vec<_>>(),
        "complete": found.complete,
        "partitions": found.partitions,
        "missing": found.missing.iter().map(missing).collect::<Vec<_>>(),
    })
}
fn row_shown(store: &Store, row: &StoredRow, key_written: &str) -> Value {
    let (key, window) = match store.kind {
        StoreKind::Window { size, .. } => match window::split(&row.key) {
            Some((key, start, _)) => (key, json!({ "start": start, "end": start.saturating_add(crate::record::millis_of(size)) })),
            None => (&*row.key, Value::Null),
        },
        StoreKind::Session { .. } => {
            let key = &row.key[..row.key.len().saturating_sub(16)];
            (key, json!({ "start": session::start_of(&row.key), "end": session::end_of(&row.key) }))
        }
        StoreKind::KeyValue | StoreKind::Versioned { .. } => (&*row.key, Value::Null),
    };
    let (key, value) = (text_of(key, key_written), text_of(&row.value, written_as(store.types.1)));
    if window.is_null() {
        json!({ "key": key, "value": value, "time": row.time })
    } else {
        json!({ "key": key, "window": window, "value": value, "time": row.time })
    }
}

/// How a type's bytes are written, by the innermost name of the type.
fn written_as(type_name: &str) -> &'static str {
    let inner = type_name.rsplit('<').next().unwrap_or(type_name).trim_end_matches('>');
    match inner {
        "u64" => "u64",
        "i64" => "i64",
        "u32" => "u32",
        "i32" => "i32",
        "f64" => "f64",
        "alloc::string::String" => "utf8",
        _ => "json",
    }
}
fn key_bytes(text: &str, written: &str) -> Result<Vec<u8>, String> {
    let no = || format!("`{text}` is not written as {written}");
    match written {
        "u64" => text.parse::<u64>().map(|n| n.to_be_bytes().to_vec()).map_err(|_| no()),
        "i64" => text.parse::<i64>().map(|n| n.to_be_bytes().to_vec()).map_err(|_| no()),
        "u32" => text.parse::<u32>().map(|n| n.to_be_bytes().to_vec()).map_err(|_| no()),
        "i32" => text.parse::<i32>().map(|n| n.to_be_bytes().to_vec()).map_err(|_| no()),
        "hex" => from_hex(text).ok_or_else(no),
        "utf8" | "json" => Ok(text.as_bytes().to_vec()),
        _ => Err(format!("keys are written as utf8, u64, i64, u32, i32 or hex, not as {written}")),
    }
}
fn from_hex(text: &str) -> Option<Vec<u8>> {
    let digits = text.strip_prefix("0x").unwrap_or(text);
    let byte = |at: usize| u8::from_str_radix(digits.get(at..at + 2)?, 16).ok();
    if digits.len().is_multiple_of(2) { (0..digits.len()).step_by(2).map(byte).collect() } else { None }
}
fn text_of(bytes: &[u8], written: &str) -> Value {
    let number = match (written, bytes.len()) {
        ("u64", 8) => bytes.try_into().ok().map(|b| json!(u64::from_be_bytes(b))),
        ("i64", 8) => bytes.try_into().ok().map(|b| json!(i64::from_be_bytes(b))),
        ("f64", 8) => bytes.try_into().ok().map(|b| json!(f64::from_be_bytes(b))),
        ("u32", 4) => bytes.try_into().ok().map(|b| json!(u32::from_be_bytes(b))),
        ("i32", 4) => bytes.try_into().ok().map(|b| json!(i32::from_be_bytes(b))),
        ("json", _) => serde_json::from_slice(bytes).ok(),
        _ => None,
    };
    let text =
        || std::str::from_utf8(bytes).ok().filter(|text| written != "hex" && !text.contains(|c: char| c.is_control())).map(Value::from);
    number.or_else(text).unwrap_or_else(|| Value::from(bytes.iter().fold("0x".to_owned(), |hex, byte| format!("{hex}{byte:02x}"))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_are_shown_as_what_their_type_says() {
        assert_eq!(text_of(&7u64.to_be_bytes(), written_as("u64")), json!(7));
        assert_eq!(text_of(b"ann", written_as("alloc::string::String")), json!("ann"));
        assert_eq!(text_of(br#"{"a":1}"#, written_as("app::Order")), json!({ "a": 1 }));
        assert_eq!(text_of(b"ann", written_as("app::UserName")), json!("ann"));
        assert_eq!(text_of(&[0, 255], written_as("app::Blob")), json!("0x00ff"));
        assert_eq!(text_of(b"ann", "hex"), json!("0x616e6e"));
        assert_eq!(written_as("kstreams::record::windowed::TimeWindowed<u32>"), "u32");
    }

    #[test]
    fn keys_are_read_as_what_their_type_says() {
        assert_eq!(key_bytes("7", "u64"), Ok(7u64.to_be_bytes().to_vec()));
        assert_eq!(key_bytes("0x00ff", "hex"), Ok(vec![0, 255]));
        assert!(key_bytes("ann", "u64").unwrap_err().contains("not written as u64"));
        assert!(key_bytes("0x0", "hex").is_err());
    }
}
