//! Rows: a value's bytes with its event time.
use std::sync::Arc;

/// Bytes that are shared, not copied.
pub type Bytes = Arc<[u8]>;

/// A row as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// Event time, epoch milliseconds.
    pub time: i64,
    /// The encoded value.
    pub bytes: Bytes,
}
impl Row {
    /// A row's bytes in a database: eight big-endian bytes of time, then the value.
    #[cfg(feature = "redb")]
    pub(crate) fn append(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.time.to_be_bytes());
        out.extend_from_slice(&self.bytes);
    }
    /// Reads what [`Row::append`] wrote.
    #[cfg(feature = "redb")]
    pub(crate) fn read(bytes: &[u8]) -> crate::Result<Row> {
        let (time, value) = bytes.split_first_chunk::<8>().ok_or_else(|| crate::Error::Read(format!("a row of {} bytes has no time", bytes.len())))?;
        Ok(Row { time: i64::from_be_bytes(*time), bytes: value.into() })
    }
}
