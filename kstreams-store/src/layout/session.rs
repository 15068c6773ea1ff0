//! Session stores (`SessionKeySchema`): key ‖ 8 big-endian bytes of the session's end ‖ 8 of its start.
use std::ops::Bound;

const SUFFIX: usize = 16;

/// Time of the session's last record; 0 for bytes that are no session key.
pub fn end_of(key: &[u8]) -> i64 {
    let end = key.len().checked_sub(SUFFIX).and_then(|at| key.get(at..at + 8));
    end.and_then(|bytes| bytes.try_into().ok()).map_or(0, i64::from_be_bytes)
}
/// Time of the session's first record; 0 for bytes that are no session key.
pub fn start_of(key: &[u8]) -> i64 {
    let start = key.len().checked_sub(SUFFIX).and_then(|at| key.get(at + 8..));
    start.and_then(|bytes| bytes.try_into().ok()).map_or(0, i64::from_be_bytes)
}
/// [`ending_within`] without an end.
pub fn ending_from(key: &[u8], from: i64) -> (Bound<Vec<u8>>, Bound<Vec<u8>>) {
    ending_within(key, from, i64::MAX)
}
/// Bounds of a scan over one key's sessions that end within `[from, to]`. Keys have no fixed length, so other keys may lie between (the more,
/// the larger `to` is): take only those that [`is_of`] answers true for.
pub fn ending_within(key: &[u8], from: i64, to: i64) -> (Bound<Vec<u8>>, Bound<Vec<u8>>) {
    let at = |end: i64, start: i64| {
        let mut out = Vec::with_capacity(key.len() + SUFFIX);
        out.extend_from_slice(key);
        out.extend_from_slice(&end.to_be_bytes());
        out.extend_from_slice(&start.to_be_bytes());
        out
    };
    (Bound::Included(at(from.max(0), 0)), Bound::Included(at(to.max(0), i64::MAX)))
}
/// Whether a stored key is one of this key's sessions.
pub fn is_of(key: &[u8], stored: &[u8]) -> bool {
    stored.len() == key.len() + SUFFIX && stored.starts_with(key)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sessions_of_one_key_come_by_their_end() {
        let stored = |key: &[u8], end: i64, start: i64| [key, &end.to_be_bytes(), &start.to_be_bytes()].concat();
        let keys = [stored(b"a", 5, 1), stored(b"a", 300, 9), stored(b"a", 301, 9), stored(b"ab", 300, 9)];
        let (Bound::Included(from), Bound::Included(to)) = ending_within(b"a", 6, 300) else { unreachable!() };
        let found: Vec<_> = keys.iter().filter(|k| (&from..=&to).contains(k) && is_of(b"a", k)).map(|k| end_of(k)).collect();
        assert_eq!(found, [300]);
    }
}
