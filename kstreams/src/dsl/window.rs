//! Windows of aggregations. Join windows and the rules of `suppress` are other types, so that none stands in for another.
use crate::{
    Key, TimeWindowed,
    plan::{StoreKind, recorder},
};
use std::time::Duration;

/// `n` milliseconds.
pub const fn millis(n: u64) -> Duration {
    Duration::from_millis(n)
}
/// `n` seconds.
pub const fn seconds(n: u64) -> Duration {
    Duration::from_secs(n)
}
/// `n` minutes.
pub const fn minutes(n: u64) -> Duration {
    Duration::from_secs(60 * n)
}
/// `n` hours.
pub const fn hours(n: u64) -> Duration {
    Duration::from_secs(3600 * n)
}
/// `n` days.
pub const fn days(n: u64) -> Duration {
    Duration::from_secs(86_400 * n)
}

/// Tumbling (`advance == size`) and hopping windows, aligned to the epoch (Kafka Streams: `TimeWindows`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TimeWindows {
    size: Duration,
    advance: Duration,
    grace: Duration,
}
/// Windows that follow each other without gap or overlap: `[0, size)`, `[size, 2 size)`, …
pub const fn tumbling(size: Duration) -> TimeWindows {
    TimeWindows { size, advance: size, grace: Duration::ZERO }
}
/// Windows of `size`, one every `advance`: they overlap. `advance` is above zero and at most `size`.
pub const fn hopping(size: Duration, advance: Duration) -> TimeWindows {
    TimeWindows { size, advance, grace: Duration::ZERO }
}
impl TimeWindows {
    /// How late a record may be: behind window end and grace (on the operator's clock: the largest timestamp it has seen) it is dropped
    /// and counted. None by default.
    pub const fn grace(self, grace: Duration) -> Self {
        Self { grace, ..self }
    }
    /// How long the windows are needed: size and grace.
    pub const fn retention(self) -> Duration {
        self.size.saturating_add(self.grace)
    }
    pub(crate) fn size_ms(self) -> i64 {
        crate::record::millis_of(self.size)
    }
    pub(crate) fn advance_ms(self) -> i64 {
        crate::record::millis_of(self.advance).max(1)
    }
    pub(crate) fn grace_ms(self) -> i64 {
        crate::record::millis_of(self.grace)
    }
    pub(crate) fn store_kind(self) -> StoreKind {
        StoreKind::Window { size: self.size, retention: self.retention() }
    }
    /// Reports windows that cannot be: no type can say it.
    pub(crate) fn check(self, recording: usize) {
        if self.size.as_millis() == 0 || self.advance.as_millis() == 0 || self.advance > self.size {
            let text = format!(
                "windows of size {:?} that advance by {:?}: both must be at least a millisecond, and the advance at most the size",
                self.size, self.advance
            );
            recorder::problem(recording, text);
        }
    }
}

/// What `.windowed_by(..)` takes.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an aggregation window",
    label = "not a window to aggregate over",
    note = "aggregate over `tumbling(size)` or `hopping(size, advance)`, each with `.grace(d)`"
)]
pub trait Window: Copy + 'static {
    /// The key of what comes out.
    type Key<K: Key>: Key;
    /// Itself. What is no window has none: a wrong argument then gives one error and silences those behind it.
    type Is: Window;
    #[doc(hidden)]
    fn itself(self) -> Self::Is;
}
#[diagnostic::do_not_recommend]
impl Window for TimeWindows {
    type Key<K: Key> = TimeWindowed<K>;
    type Is = Self;
    fn itself(self) -> Self {
        self
    }
}

/// Whether a store that keeps windows for `retention` has each as long as records may fall into it; generated code asserts it.
#[doc(hidden)]
pub const fn retained(windows: TimeWindows, retention: Duration) -> bool {
    retention.as_nanos() >= windows.retention().as_nanos()
}
