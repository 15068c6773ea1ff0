//! A record as people read and write it: owned bytes.
use crate::{Headers, record::Bytes, task::Raw};
use std::fmt;

/// A record of a topic.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct LogRecord {
    /// Its partition.
    pub partition: u32,
    /// Its offset.
    pub offset: i64,
    /// Its time, epoch milliseconds.
    pub time: i64,
    /// Key bytes; `None` is Kafka's null.
    pub key: Option<Vec<u8>>,
    /// Value bytes; `None` is a tombstone.
    pub value: Option<Vec<u8>>,
    /// Its headers.
    pub headers: Headers,
}
impl LogRecord {
    pub(super) fn copy_of(raw: Raw<'_>, partition: u32, headers: Headers) -> LogRecord {
        let owned = |b: &[u8]| b.to_vec();
        LogRecord { partition, offset: raw.offset, time: raw.timestamp, key: raw.key.map(owned), value: raw.value.map(owned), headers }
    }
}

/// A test that fails shows records: keys and values as text, with escapes for what is none.
impl fmt::Debug for LogRecord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let LogRecord { partition, offset, time, key, value, headers } = self;
        let (key, value) = (Bytes(key.as_deref()), Bytes(value.as_deref()));
        let mut record = f.debug_struct("LogRecord");
        record.field("partition", partition).field("offset", offset).field("time", time);
        record.field("key", &key).field("value", &value).field("headers", headers).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_shown_as_text() {
        let mut headers = Headers::new();
        headers.add("why", "no number");
        headers.add_null("none");
        let record = LogRecord { partition: 1, offset: 2, time: 3, key: Some(b"ann".to_vec()), value: Some(vec![0, b'{']), headers };
        let shown =
            r#"LogRecord { partition: 1, offset: 2, time: 3, key: b"ann", value: b"\x00{", headers: {"why": b"no number", "none": null} }"#;
        assert_eq!(format!("{record:?}"), shown);
        assert!(format!("{:?}", LogRecord::default()).contains("value: null"));
    }
}
