//! Windows of stream-stream joins: how far apart in time two records may be.
use std::time::Duration;

/// How far apart in time two records of a stream-stream join may be (Kafka Streams: `JoinWindows`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Within {
    before: Duration,
    after: Duration,
    grace: Duration,
}
/// The right record lies at most `difference` before or after the left one.
pub const fn within(difference: Duration) -> Within {
    Within { before: difference, after: difference, grace: Duration::ZERO }
}
impl Within {
    /// How far the right record may lie before the left one.
    pub const fn before(self, before: Duration) -> Self {
        Self { before, ..self }
    }
    /// How far the right record may lie after the left one.
    pub const fn after(self, after: Duration) -> Self {
        Self { after, ..self }
    }
    /// How late a record may be: a record without a partner goes on alone only when grace has passed, too. None by default.
    pub const fn grace(self, grace: Duration) -> Self {
        Self { grace, ..self }
    }
    /// How long records are kept: both differences and grace.
    pub const fn retention(self) -> Duration {
        self.before.saturating_add(self.after).saturating_add(self.grace)
    }
    pub(crate) fn before_ms(self) -> i64 {
        crate::record::millis_of(self.before)
    }
    pub(crate) fn after_ms(self) -> i64 {
        crate::record::millis_of(self.after)
    }
    pub(crate) fn grace_ms(self) -> i64 {
        crate::record::millis_of(self.grace)
    }
}
/// What a stream-stream join takes.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a join window",
    label = "aggregation windows do not pair records",
    note = "a join pairs records by their distance in time: write `within(minutes(10))`, asymmetric `within(..).before(..).after(..)`"
)]
pub trait JoinWindow: Copy + 'static {
    #[doc(hidden)]
    fn within(self) -> Within;
}
#[diagnostic::do_not_recommend]
impl JoinWindow for Within {
    fn within(self) -> Within {
        self
    }
}
