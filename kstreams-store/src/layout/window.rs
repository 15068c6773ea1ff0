//! Window stores (`WindowKeySchema`): key ‖ 8 big-endian bytes of window start ‖ 4 of sequence number, which is 0 but where duplicates are kept.
use std::ops::Bound;

const SUFFIX: usize = 12;

/// Appends window start and sequence number to a key's bytes.
pub fn append_suffix(start: i64, sequence: u32, out: &mut Vec<u8>) {
    out.extend_from_slice(&start.to_be_bytes());
    out.extend_from_slice(&sequence.to_be_bytes());
}
/// The window's start; 0 for bytes that are no window key.
pub fn start_of(key: &[u8]) -> i64 {
    split(key).map_or(0, |(_, start, _)| start)
}
/// Key bytes, window start and sequence number.
pub fn split(key: &[u8]) -> Option<(&[u8], i64, u32)> {
    let (rest, sequence) = key.split_last_chunk::<4>()?;
    let (key, start) = rest.split_last_chunk::<8>()?;
    Some((key, i64::from_be_bytes(*start), u32::from_be_bytes(*sequence)))
}
/// Bounds of a scan over one key's windows that start within `[from, to]`. Keys have no fixed length, so other keys may lie between: take
/// only those that [`is_of`] answers true for.
pub fn range(key: &[u8], from: i64, to: i64) -> (Bound<Vec<u8>>, Bound<Vec<u8>>) {
    let at = |start: i64, sequence: u32| {
        let mut out = Vec::with_capacity(key.len() + SUFFIX);
        out.extend_from_slice(key);
        append_suffix(start, sequence, &mut out);
        out
    };
    (Bound::Included(at(from.max(0), 0)), Bound::Included(at(to.max(0), u32::MAX)))
}
/// Whether a stored key is one of this key's windows.
pub fn is_of(key: &[u8], stored: &[u8]) -> bool {
    stored.len() == key.len() + SUFFIX && stored.starts_with(key)
}
/// Milliseconds of window starts that one segment holds: half the retention, a minute at least (`Stores.persistentWindowStore`).
pub fn segment_interval(retention_ms: i64) -> i64 {
    (retention_ms / 2).max(60_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scan_of_one_key_is_not_another_keys() {
        let stored = |key: &[u8], start| {
            let mut out = key.to_vec();
            append_suffix(start, 0, &mut out);
            out
        };
        let keys = [stored(b"a", 0), stored(b"a", 256), stored(b"a\0\0\0\0\0\0\x01", 7), stored(b"ab", 3)];
        let (Bound::Included(from), Bound::Included(to)) = range(b"a", 0, 300) else { unreachable!() };
        let found: Vec<_> = keys.iter().filter(|k| (&from..=&to).contains(k) && is_of(b"a", k)).map(|k| start_of(k)).collect();
        assert_eq!(found, [0, 256]);
    }
}
