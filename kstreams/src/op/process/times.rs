//! Ranges of times as processors write them.
use crate::Timestamp;
use std::ops::{Bound, RangeBounds};

/// First and last millisecond inside, from 0 on; `None`: there is none.
pub(super) fn inside(times: &impl RangeBounds<Timestamp>) -> Option<(i64, i64)> {
    let from = match times.start_bound() {
        Bound::Included(at) => at.0,
        Bound::Excluded(at) => at.0.checked_add(1)?,
        Bound::Unbounded => 0,
    };
    let to = match times.end_bound() {
        Bound::Included(at) => at.0,
        Bound::Excluded(at) => at.0.checked_sub(1)?,
        Bound::Unbounded => i64::MAX,
    };
    let from = from.max(0);
    (from <= to).then_some((from, to))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_ends_are_inside() {
        let at = Timestamp;
        assert_eq!(inside(&(at(3)..at(5))), Some((3, 4)));
        assert_eq!(inside(&(at(-3)..=at(5))), Some((0, 5)));
        assert_eq!(inside(&..), Some((0, i64::MAX)));
        assert_eq!(inside(&(Bound::Excluded(at(3)), Bound::Unbounded)), Some((4, i64::MAX)));
        assert_eq!([inside(&(at(5)..at(5))), inside(&..at(0)), inside(&..=at(-1))], [None; 3]);
    }
}
