//! Versioned stores: a row for each value that a key has had, under key ‖ 8 big-endian bytes of the time up to which it was valid. The row of
//! what a key is now has [`NOW`] there. Rows that have been left behind lie in segments by that time and expire with them; what a key is now
//! never does (`RocksDBVersionedStore`).
use std::ops::Bound;

const SUFFIX: usize = 8;

/// The end of what is valid still.
pub const NOW: i64 = i64::MAX;

/// Appends the time up to which a value was valid to a key's bytes.
pub fn append_suffix(valid_to: i64, out: &mut Vec<u8>) {
    out.extend_from_slice(&valid_to.to_be_bytes());
}
/// The time up to which a row's value was valid; 0 for bytes that are no such row.
pub fn valid_to(key: &[u8]) -> i64 {
    key.split_last_chunk::<SUFFIX>().map_or(0, |(_, end)| i64::from_be_bytes(*end))
}
/// The key's bytes; empty for bytes that are no such row.
pub fn key_of(key: &[u8]) -> &[u8] {
    key.split_last_chunk::<SUFFIX>().map_or(&[], |(key, _)| key)
}
/// Bounds of a scan over one key's rows that were valid after `time` and are no more. Keys have no fixed length, so other keys may lie
/// between: take only those that [`is_of`] answers true for.
pub fn past_after(key: &[u8], time: i64) -> (Bound<Vec<u8>>, Bound<Vec<u8>>) {
    let at = |end: i64| {
        let mut out = Vec::with_capacity(key.len() + SUFFIX);
        out.extend_from_slice(key);
        append_suffix(end, &mut out);
        out
    };
    (Bound::Excluded(at(time.max(0))), Bound::Excluded(at(NOW)))
}
/// Whether a stored key is one of this key's rows.
pub fn is_of(key: &[u8], stored: &[u8]) -> bool {
    stored.len() == key.len() + SUFFIX && stored.starts_with(key)
}
/// Milliseconds that one segment holds (`Stores.persistentVersionedKeyValueStore`): the longer the history, the more segments.
pub fn segment_interval(history_ms: i64) -> i64 {
    let (parts, least) = match history_ms {
        ..=60_000 => (3, 2_000),
        60_001..=300_000 => (5, 20_000),
        300_001..=3_600_000 => (12, 60_000),
        _ => (24, 300_000),
    };
    (history_ms / parts).max(least)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scan_sees_what_one_key_was_after_a_time() {
        let stored = |key: &[u8], end: i64| {
            let mut out = key.to_vec();
            append_suffix(end, &mut out);
            out
        };
        let keys = [stored(b"a", 5), stored(b"a", 300), stored(b"a", NOW), stored(b"ab", 300)];
        let (Bound::Excluded(from), Bound::Excluded(to)) = past_after(b"a", 5) else { unreachable!() };
        let within = |k: &&Vec<u8>| **k > from && **k < to && is_of(b"a", k);
        assert_eq!(keys.iter().filter(within).map(|k| valid_to(k)).collect::<Vec<_>>(), [300]);
    }
}
