//! Records that were appended together: their bytes in one buffer, never changed afterwards.
use crate::{Headers, task::Raw};

/// Where a record lies in its chunk; a length of −1 is null, as on Kafka's wire.
#[derive(Clone, Copy, Debug)]
struct Entry {
    delta: u32,
    start: u32,
    key_len: i32,
    value_len: i32,
    timestamp: i64,
}

/// Records with consecutive (after compaction: ascending) offsets. Offsets are relative; the partition knows the base.
#[derive(Debug, Default)]
pub(super) struct Chunk {
    bytes: Vec<u8>,
    entries: Vec<Entry>,
    /// One for each entry, or none at all.
    headers: Vec<Headers>,
}
impl Chunk {
    pub(super) fn len(&self) -> usize {
        self.entries.len()
    }
    pub(super) fn get(&self, base: i64, index: usize) -> Raw<'_> {
        let e = self.entries[index];
        let value_start = e.start + e.key_len.max(0) as u32;
        Raw {
            offset: base + i64::from(e.delta),
            timestamp: e.timestamp,
            key: self.slice(e.start, e.key_len),
            value: self.slice(value_start, e.value_len),
        }
    }
    pub(super) fn headers_of(&self, index: usize) -> &Headers {
        const NONE: &Headers = &Headers::new();
        self.headers.get(index).unwrap_or(NONE)
    }
    /// Memory of the records from `from` up to `to`, exclusive.
    pub(super) fn bytes_of(&self, from: usize, to: usize) -> usize {
        let start = |i: usize| self.entries.get(i).map_or(self.bytes.len(), |e| e.start as usize);
        start(to) - start(from) + (to - from) * size_of::<Entry>()
    }
    /// Index of the first record whose offset is `offset` or more.
    pub(super) fn index_of(&self, base: i64, offset: i64) -> usize {
        self.entries.partition_point(|e| base + i64::from(e.delta) < offset)
    }
    pub(super) fn max_timestamp(&self) -> i64 {
        self.entries.iter().map(|e| e.timestamp).max().unwrap_or(-1)
    }
    fn slice(&self, start: u32, len: i32) -> Option<&[u8]> {
        let len = usize::try_from(len).ok()?;
        self.bytes.get(start as usize..start as usize + len)
    }
}

/// Gathers records for one partition, to be appended together.
#[derive(Debug, Default)]
pub struct ChunkBuilder {
    chunk: Chunk,
    largest: usize,
    keyless: bool,
}
impl ChunkBuilder {
    /// Bytes after which a chunk should be appended: fetches hand out whole chunks, and positions in it are 32 bits wide.
    pub const FULL: usize = 1 << 20;

    /// Adds a record.
    pub fn push(&mut self, timestamp: i64, key: Option<&[u8]>, value: Option<&[u8]>, headers: &Headers) {
        let raw = Raw { offset: 0, timestamp, key, value };
        self.push_at(self.chunk.len() as u32, raw, headers);
        let size = key.map_or(0, <[u8]>::len) + value.map_or(0, <[u8]>::len) + size_of_headers(headers);
        self.largest = self.largest.max(size);
        self.keyless |= key.is_none();
    }
    /// Whether nothing was added.
    pub fn is_empty(&self) -> bool {
        self.chunk.len() == 0
    }
    /// Bytes of keys and values so far.
    pub fn bytes(&self) -> usize {
        self.chunk.bytes.len()
    }
    /// The size of the largest record.
    pub(super) fn largest(&self) -> usize {
        self.largest
    }
    /// Whether a record has no key.
    pub(super) fn keyless(&self) -> bool {
        self.keyless
    }
    pub(super) fn build(self) -> Chunk {
        self.chunk
    }
    /// Adds a record at `delta` offsets behind the chunk's base; the record's own offset is not looked at.
    pub(super) fn push_at(&mut self, delta: u32, raw: Raw<'_>, headers: &Headers) {
        let len = |b: Option<&[u8]>| b.map_or(-1, |b| b.len() as i32);
        let start = self.chunk.bytes.len() as u32;
        self.chunk.entries.push(Entry { delta, start, key_len: len(raw.key), value_len: len(raw.value), timestamp: raw.timestamp });
        self.chunk.bytes.extend_from_slice(raw.key.unwrap_or_default());
        self.chunk.bytes.extend_from_slice(raw.value.unwrap_or_default());
        self.append_headers(headers);
    }
    /// Headers are rare: nothing is kept until the first record that has some.
    fn append_headers(&mut self, headers: &Headers) {
        if headers.is_empty() && self.chunk.headers.is_empty() {
            return;
        }
        self.chunk.headers.resize(self.chunk.len() - 1, Headers::new());
        self.chunk.headers.push(headers.clone());
    }
}

fn size_of_headers(headers: &Headers) -> usize {
    headers.iter().map(|(name, value)| name.len() + value.map_or(0, <[u8]>::len)).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn null_and_empty_are_kept_apart() {
        type Bytes = Option<&'static [u8]>;
        let cases: [(Bytes, Bytes); 5] =
            [(None, None), (Some(b""), None), (None, Some(b"")), (Some(b"k"), Some(b"v")), (Some(b""), Some(b""))];
        let mut b = ChunkBuilder::default();
        cases.iter().for_each(|(k, v)| b.push(7, *k, *v, &Headers::new()));
        let chunk = b.build();
        for (i, (k, v)) in cases.into_iter().enumerate() {
            let raw = chunk.get(100, i);
            assert_eq!((raw.offset, raw.timestamp, raw.key, raw.value), (100 + i as i64, 7, k, v));
        }
    }

    #[test]
    fn headers_stay_with_their_record() {
        let mut headers = Headers::new();
        headers.add("trace", b"1".to_vec());
        let mut b = ChunkBuilder::default();
        [&Headers::new(), &headers, &Headers::new(), &headers].iter().for_each(|h| b.push(0, None, None, h));
        let chunk = b.build();
        let seen: Vec<usize> = (0..4).map(|i| chunk.headers_of(i).len()).collect();
        assert_eq!(seen, [0, 1, 0, 1]);
    }

    #[test]
    fn an_offset_is_found_behind_a_gap() {
        let mut b = ChunkBuilder::default();
        for delta in [0, 3, 4] {
            b.push_at(delta, Raw { offset: 0, timestamp: 0, key: None, value: None }, &Headers::new());
        }
        let chunk = b.build();
        let found: Vec<usize> = [9, 10, 11, 13, 14, 15].map(|o| chunk.index_of(10, o)).into();
        assert_eq!(found, [0, 0, 1, 1, 2, 3]);
    }
}
