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
///
/// ```
/// # use kstreams::prelude::*;
/// # #[topic(name = "words", key = String, value = String, partitions = 1)]
/// # struct Words;
/// # #[topic(name = "others", key = String, value = u64, partitions = 1)]
/// # struct Others;
/// # #[topic(name = "results", key = String, value = String, partitions = 1)]
/// # struct Results;
/// # let b = Topology::builder("example");
/// # let words = b.stream(Words);
/// # let others = b.stream(Others);
/// // at most five seconds later, never earlier
/// let later = within(seconds(5)).before(seconds(0));
/// words.join_stream(others, later, "pairs", |word, n| format!("{word} {n}")).to(Results);
/// # let mut driver = TestDriver::new(b.build(()));
/// driver.input(Others).at(1_000).send("a".into(), 1);
/// driver.input(Words).at(2_000).send("a".into(), "tea".into());
/// driver.input(Others).at(7_000).send("a".into(), 2);
/// driver.input(Others).at(7_001).send("a".into(), 3);
/// assert_eq!(driver.output(Results).values(), ["tea 2"]);
/// ```
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
