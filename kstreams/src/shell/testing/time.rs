//! Times as tests write them.
use crate::Timestamp;

/// A point in time in a test: epoch milliseconds, or text like `2026-01-05T10:00:00Z`.
pub trait TestTime {
    /// Epoch milliseconds.
    ///
    /// # Panics
    /// If the text is no RFC 3339 time.
    fn millis(self) -> i64;
}
impl TestTime for i64 {
    fn millis(self) -> i64 {
        self
    }
}
impl TestTime for Timestamp {
    fn millis(self) -> i64 {
        self.0
    }
}
impl TestTime for &str {
    fn millis(self) -> i64 {
        match self.parse::<jiff::Timestamp>() {
            Ok(time) => time.as_millisecond(),
            Err(error) => panic!("`{self}` is not a time like `2026-01-05T10:00:00Z`: {error}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_and_numbers() {
        let cases = [
            ("1970-01-01T00:00:00Z", 0),
            ("2026-01-05T10:00:00Z", 1_767_607_200_000),
            ("2026-01-05T11:00:00.250+01:00", 1_767_607_200_250),
        ];
        for (text, millis) in cases {
            assert_eq!((text.millis(), millis.millis(), Timestamp(millis).millis()), (millis, millis, millis));
        }
    }

    #[test]
    #[should_panic(expected = "`yesterday` is not a time like `2026-01-05T10:00:00Z`")]
    fn other_text_is_refused() {
        "yesterday".millis();
    }
}
