//! How people read numbers and functions.
use super::model::{Operator, Size, Store};

/// How long a store keeps a row.
pub(super) fn kept(store: &Store) -> String {
    match (store.retention_ms, store.history_ms) {
        (Some(retention), _) => duration(retention),
        (None, Some(history)) => format!("ever; what it was: {}", duration(history)),
        (None, None) => "ever".into(),
    }
}

/// `3900000` → `1 h 5 min`.
pub(crate) fn duration(ms: u64) -> String {
    const UNITS: [(u64, &str); 5] = [(86_400_000, "d"), (3_600_000, "h"), (60_000, "min"), (1_000, "s"), (1, "ms")];
    let mut left = ms;
    let mut words = vec![];
    for (unit, name) in UNITS {
        if left >= unit {
            words.push(format!("{} {name}", left / unit));
            left %= unit;
        }
    }
    if words.is_empty() { "0 ms".into() } else { words.join(" ") }
}

/// `268435456` → `256 MiB`, `1234567` → `1.2 MB`.
pub(crate) fn bytes(n: u64) -> String {
    const UNITS: [(u64, &str); 4] = [(1_000_000_000_000, "TB"), (1_000_000_000, "GB"), (1_000_000, "MB"), (1_000, "kB")];
    if n > 0 && n.is_multiple_of(1 << 20) {
        return format!("{} MiB", n >> 20);
    }
    match UNITS.into_iter().find(|(unit, _)| n >= *unit) {
        Some((unit, name)) if n >= 10 * unit || n.is_multiple_of(unit) => format!("{} {name}", (n + unit / 2) / unit),
        Some((unit, name)) => format!("{:.1} {name}", n as f64 / unit as f64),
        None => format!("{n} bytes"),
    }
}
/// `1000000` → `1,000,000`.
pub(super) fn number(n: u64) -> String {
    let digits = n.to_string();
    let groups: Vec<&str> = digits.as_bytes().rchunks(3).rev().filter_map(|group| std::str::from_utf8(group).ok()).collect();
    groups.join(",")
}

/// `1 task`, `3 tasks`.
pub(super) fn count(n: usize, what: &str) -> String {
    if n == 1 { format!("1 {what}") } else { format!("{n} {what}s") }
}

/// What an estimate is; the overhead in bytes follows.
pub(super) const ESTIMATED: &str = "Estimates: keys × windows that are kept (one where their number is not known: sessions, sliding windows, a processor's) × \
    key, value and some overhead. Changelogs are meant compacted, and as one replica. What waits in memory for a checkpoint, and the caches of databases, have \
    limits of their own. Overhead of a row:";
/// To whoever reads that a size is not known.
pub(super) const HOW_TO_SAY: &str = "Say what to expect with `.expect_keys(n).expect_row_bytes(n)` behind `stored(\"..\")`, `kv(\"..\")` and the like; of a table that \
    is a topic, `#[topic(.., expect_keys = n, expect_row_bytes = n)]`.";
/// What is expected of a store, `1,000,000 keys of 80 bytes`, where all of it is.
pub(super) fn expected(store: &Store) -> Option<String> {
    Some(format!("{} keys of {}", number(store.expected.keys?), bytes(store.expected.row_bytes?)))
}
/// `120 MB (40 MB a partition)`.
pub(super) fn size(size: Option<Size>, partitions: &str) -> String {
    match size {
        None => "–".into(),
        Some(Size { total, per_partition }) if total == per_partition => bytes(total),
        Some(Size { total, per_partition }) => format!("{} ({}{partitions})", bytes(total), bytes(per_partition)),
    }
}

/// `left_join(with_user)`: the functions without their paths.
pub(super) fn signature(operator: &Operator) -> String {
    let functions = operator.function.into_iter().chain(operator.also.iter().map(|f| f.function));
    let names: Vec<String> = functions.map(name).collect();
    if names.is_empty() { operator.operator.to_owned() } else { format!("{}({})", operator.operator, names.join(", ")) }
}
/// The last part of a path, without parameters: `new` of `alloc::vec::Vec<u64>::new`.
fn name(path: &str) -> String {
    let mut depth = 0;
    let outside = |c: &char| {
        depth += i32::from(*c == '<');
        let is_outside = depth == 0;
        depth -= i32::from(*c == '>');
        is_outside
    };
    let plain: String = path.chars().filter(outside).collect();
    plain.rsplit("::").next().unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    #[test]
    fn durations_are_read_in_units() {
        assert_eq!(super::duration(3_900_000), "1 h 5 min");
        assert_eq!(super::duration(90_061_001), "1 d 1 h 1 min 1 s 1 ms");
        assert_eq!(super::duration(0), "0 ms");
    }
    #[test]
    fn functions_are_called_by_their_last_names() {
        let names = ["app::shop::priced", "app::country_of<250>", "alloc::vec::Vec<app::Order<u8>>::new", "core::str::<impl str>::len"]
            .map(super::name);
        assert_eq!(names, ["priced", "country_of", "new", "len"]);
    }
    #[test]
    fn bytes_are_read_in_units() {
        let read = [0, 999, 1_000, 1_234_567, 12_345_678, 268_435_456, 3_000_000_000].map(super::bytes);
        assert_eq!(read, ["0 bytes", "999 bytes", "1 kB", "1.2 MB", "12 MB", "256 MiB", "3 GB"]);
        assert_eq!([7, 1_000, 1_234_567].map(super::number), ["7", "1,000", "1,234,567"]);
    }
}
