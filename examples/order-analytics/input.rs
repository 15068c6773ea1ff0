//! Input: a folder with `orders.jsonl`, `users.jsonl` and `items.jsonl`, one record a line.
use serde::Deserialize;
use serde_json::value::RawValue;
use std::{fs, io, path::Path};

/// The files of a folder, each with its topic, in the order in which they are loaded: what orders are joined with comes first.
pub const TOPICS: [&str; 3] = ["users", "items", "orders"];

/// A record before it is loaded. Its value is the line's as it stands: what is not of the topic's shape becomes a bad record.
#[derive(Clone, Debug, PartialEq)]
pub struct Line {
    /// Its topic.
    pub topic: &'static str,
    /// Its key.
    pub key: String,
    /// Its value, JSON.
    pub value: String,
    /// Its time, epoch milliseconds.
    pub time: i64,
}
/// A folder that is no input.
#[derive(Debug, thiserror::Error)]
pub enum InputError {
    /// A file is missing or cannot be read.
    #[error("{file}: {reason}")]
    File {
        /// Which.
        file: String,
        /// Why.
        reason: io::Error,
    },
    /// A line has no key or no value.
    #[error("{file}:{line}: {reason}; a line is {{\"key\": \"ann\", \"value\": {{…}}}}")]
    Line {
        /// Which.
        file: String,
        /// Counted from 1.
        line: usize,
        /// Why.
        reason: serde_json::Error,
    },
}

#[derive(Deserialize)]
struct Written<'a> {
    key: String,
    #[serde(borrow)]
    value: &'a RawValue,
    #[serde(default)]
    ts: i64,
}
/// Where an order's time is; other fields are the topology's business.
#[derive(Deserialize)]
struct Timed {
    ordered_at: i64,
}

/// Reads a folder.
///
/// # Errors
/// A file is missing, or a line has no key or no value.
pub fn read(folder: &Path) -> Result<Vec<Line>, InputError> {
    let mut lines = vec![];
    for topic in TOPICS {
        let file = folder.join(format!("{topic}.jsonl")).display().to_string();
        let text = fs::read_to_string(&file).map_err(|reason| InputError::File { file: file.clone(), reason })?;
        lines.extend(parse(topic, &file, &text)?);
    }
    Ok(lines)
}
/// Reads one file's text.
///
/// # Errors
/// A line has no key or no value.
pub fn parse(topic: &'static str, file: &str, text: &str) -> Result<Vec<Line>, InputError> {
    let numbered = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    let parsed = |(at, line)| parse_line(topic, line).map_err(|reason| InputError::Line { file: file.to_owned(), line: at + 1, reason });
    numbered.map(parsed).collect()
}
fn parse_line(topic: &'static str, line: &str) -> serde_json::Result<Line> {
    let Written { key, value, ts } = serde_json::from_str(line)?;
    let value = value.get().to_owned();
    // An order says itself when it was placed; a broken one says nothing.
    let time = if topic == "orders" { serde_json::from_str::<Timed>(&value).map_or(0, |t| t.ordered_at) } else { ts };
    Ok(Line { topic, key, value, time: time.max(0) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_stay_as_they_stand() {
        let text = "{\"key\": \"ann\", \"value\": {\"item\": \"wine\", \"ordered_at\": 17,  \"quantity\": 2}}\n\n{\"key\": \"bob\", \"value\": 7}\n";
        let lines = parse("orders", "orders.jsonl", text).unwrap();
        assert_eq!((lines.len(), lines[0].time, lines[1].time), (2, 17, 0));
        assert_eq!((&*lines[0].value, &*lines[1].value), ("{\"item\": \"wine\", \"ordered_at\": 17,  \"quantity\": 2}", "7"));
        let users = parse("users", "users.jsonl", "{\"key\": \"ann\", \"value\": {}, \"ts\": 5}").unwrap();
        assert_eq!(users[0].time, 5);
    }

    #[test]
    fn a_line_that_is_no_record_is_named() {
        let error = parse("orders", "orders.jsonl", "\n{\"value\": 1}").unwrap_err().to_string();
        assert!(error.starts_with("orders.jsonl:2: missing field `key`"), "{error}");
    }
}
