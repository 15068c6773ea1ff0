//! How people read numbers and functions.
use super::model::{Operator, Store};

/// How long a store keeps a row.
pub(super) fn kept(store: &Store) -> String {
    match (store.retention_ms, store.history_ms) {
        (Some(retention), _) => duration(retention),
        (None, Some(history)) => format!("ever; what it was: {}", duration(history)),
        (None, None) => "ever".into(),
    }
}

/// `3900000` → `1 h 5 min`.
pub(super) fn duration(ms: u64) -> String {
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

/// `1 task`, `3 tasks`.
pub(super) fn count(n: usize, what: &str) -> String {
    if n == 1 { format!("1 {what}") } else { format!("{n} {what}s") }
}

/// `left_join(with_user)`; the path of the function without its crate.
pub(super) fn signature(operator: &Operator) -> String {
    match operator.function {
        Some(path) => format!("{}({})", operator.operator, path.rsplit("::").next().unwrap_or(path)),
        None => operator.operator.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn durations_are_read_in_units() {
        assert_eq!(super::duration(3_900_000), "1 h 5 min");
        assert_eq!(super::duration(90_061_001), "1 d 1 h 1 min 1 s 1 ms");
        assert_eq!(super::duration(0), "0 ms");
    }
}
