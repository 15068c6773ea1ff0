//! Record headers.
use std::fmt;

/// Headers of a record, in order; names may repeat. An empty set allocates nothing.
#[derive(Default, PartialEq, Eq)]
pub struct Headers(Vec<(String, Option<Vec<u8>>)>);

/// As people read them: values as text, with escapes for what is none.
impl fmt::Debug for Headers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.iter().map(|(name, value)| (name, Bytes(value)))).finish()
    }
}
/// Bytes in the output of `Debug`: text with escapes.
pub(crate) struct Bytes<'a>(pub(crate) Option<&'a [u8]>);
impl fmt::Debug for Bytes<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(bytes) => write!(f, "b\"{}\"", bytes.escape_ascii()),
            None => f.write_str("null"),
        }
    }
}

/// Most records have none, and each operator that fans out copies them.
impl Clone for Headers {
    #[inline]
    fn clone(&self) -> Headers {
        if self.0.is_empty() { Headers::new() } else { Headers(self.0.clone()) }
    }
}

impl Headers {
    /// No headers.
    pub const fn new() -> Headers {
        Headers(Vec::new())
    }
    /// The last value of this name, as Kafka's `lastHeader`; `None` if there is none or its value is null.
    pub fn get(&self, name: &str) -> Option<&[u8]> {
        self.0.iter().rev().find(|(n, _)| n == name).and_then(|(_, v)| v.as_deref())
    }
    /// Appends a header.
    pub fn add(&mut self, name: impl Into<String>, value: impl Into<Vec<u8>>) {
        self.0.push((name.into(), Some(value.into())));
    }
    /// Appends a header whose value is null, which is not the same as empty.
    pub fn add_null(&mut self, name: impl Into<String>) {
        self.0.push((name.into(), None));
    }
    /// Takes every header of this name away.
    pub fn remove(&mut self, name: &str) {
        self.0.retain(|(n, _)| n != name);
    }
    /// Names and values in order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, Option<&[u8]>)> {
        self.0.iter().map(|(n, v)| (n.as_str(), v.as_deref()))
    }
    /// Number of headers.
    pub fn len(&self) -> usize {
        self.0.len()
    }
    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}
