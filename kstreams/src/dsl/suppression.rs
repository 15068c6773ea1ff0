//! Rules of `suppress`: when a change that was held back goes on.
use crate::{Keyed, SessionWindowed, TimeWindowed};
use std::time::Duration;

/// How much may be held back, and what happens beyond.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Limits {
    pub(crate) records: Option<u64>,
    pub(crate) bytes: Option<u64>,
    /// Beyond the limits the task stops; else the oldest changes go on early.
    pub(crate) shut_down: bool,
}
/// Holds a window's result back until the window closes (Kafka Streams: `Suppressed.untilWindowCloses`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UntilWindowCloses {
    limits: Limits,
    idle: Option<Duration>,
}
/// Holds a key's changes back for a while; the last one goes on (Kafka Streams: `Suppressed.untilTimeLimit`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UntilTimeLimit {
    limit: Duration,
    limits: Limits,
    idle: Option<Duration>,
}
/// A window's result goes on once, when the window has closed: when the largest time seen is grace behind its end.
///
/// ```
/// # use kstreams::prelude::*;
/// # #[topic(name = "words", key = String, value = String, partitions = 1)]
/// # struct Words;
/// # #[topic(name = "sums", key = String, value = u64, partitions = 1)]
/// # struct Sums;
/// # let b = Topology::builder("example");
/// # let words = b.stream(Words);
/// let hourly = words.windowed_by(tumbling(hours(1)).grace(minutes(5))).count("hourly");
/// hourly.suppress("finals", until_window_closes().max_records(100_000)).to_stream().unwindow().present().to(Sums);
/// # let mut driver = TestDriver::new(b.build(()));
/// for minute in [10, 50, 64, 65] {
///     driver.input(Words).at(minute * 60_000).send("ann".into(), "tea".into());
/// }
/// assert_eq!(driver.output(Sums).values(), [2]);
/// ```
pub const fn until_window_closes() -> UntilWindowCloses {
    UntilWindowCloses { limits: Limits { records: None, bytes: None, shut_down: true }, idle: None }
}
/// A key's last change goes on when the largest time seen is `limit` behind the first change that was held back.
///
/// ```
/// # use kstreams::prelude::*;
/// # #[topic(name = "numbers", key = String, value = u64, partitions = 1)]
/// # struct Numbers;
/// # #[topic(name = "sums", key = String, value = u64, partitions = 1)]
/// # struct Sums;
/// # let b = Topology::builder("example");
/// # let numbers = b.table(Numbers);
/// numbers.suppress("calm", until_time_limit(minutes(1)).max_records(2)).to(Sums);
/// # let mut driver = TestDriver::new(b.build(()));
/// for (second, key, n) in [(0, "a", 1), (30, "a", 2), (60, "b", 3)] {
///     driver.input(Numbers).at(second * 1_000).send(key.into(), n);
/// }
/// assert_eq!(driver.output(Sums).values(), [2]);
/// // a third key makes it full: the oldest goes on early
/// driver.input(Numbers).at(61_000).send("c".into(), 4).send("d".into(), 5);
/// assert_eq!(driver.output(Sums).values(), [2, 3]);
/// ```
pub const fn until_time_limit(limit: Duration) -> UntilTimeLimit {
    UntilTimeLimit { limit, limits: Limits { records: None, bytes: None, shut_down: false }, idle: None }
}
impl UntilWindowCloses {
    /// Goes on by the wall clock when no change came for `idle` of it, so that the last results do not wait for the next record for ever. Changes
    /// that come after the pause find a clock that has moved. Not in Kafka Streams.
    ///
    /// ```
    /// # use kstreams::prelude::*;
    /// # #[topic(name = "words", key = String, value = String, partitions = 1)]
    /// # struct Words;
    /// # #[topic(name = "sums", key = String, value = u64, partitions = 1)]
    /// # struct Sums;
    /// # let b = Topology::builder("example");
    /// # let words = b.stream(Words);
    /// let hourly = words.windowed_by(tumbling(hours(1))).count("hourly");
    /// hourly.suppress("finals", until_window_closes().or_idle_for(minutes(10))).to_stream().unwindow().present().to(Sums);
    /// # let mut driver = TestDriver::new(b.build(()));
    /// driver.input(Words).at("1970-01-01T00:50:00Z").send("ann".into(), "tea".into());
    /// driver.advance_wall_clock(minutes(10));
    /// assert_eq!(driver.output(Sums).values(), [1]);
    /// ```
    pub const fn or_idle_for(mut self, idle: Duration) -> Self {
        self.idle = Some(idle);
        self
    }
    /// Full at `n` keys with their windows. A final result cannot go out early, so the task then stops with an error.
    pub const fn max_records(mut self, n: u64) -> Self {
        self.limits.records = Some(n);
        self
    }
    /// Full at `n` bytes of keys and values.
    pub const fn max_bytes(mut self, n: u64) -> Self {
        self.limits.bytes = Some(n);
        self
    }
}
impl UntilTimeLimit {
    /// Goes on by the wall clock when no change came for `idle` of it, so that the last results do not wait for the next record for ever. Changes
    /// that come after the pause find a clock that has moved. Not in Kafka Streams.
    pub const fn or_idle_for(mut self, idle: Duration) -> Self {
        self.idle = Some(idle);
        self
    }
    /// Full at `n` keys: the oldest then goes on early, unless [`UntilTimeLimit::shut_down_when_full`].
    pub const fn max_records(mut self, n: u64) -> Self {
        self.limits.records = Some(n);
        self
    }
    /// Full at `n` bytes of keys and values.
    pub const fn max_bytes(mut self, n: u64) -> Self {
        self.limits.bytes = Some(n);
        self
    }
    /// Stops the task with an error where the limits are passed.
    ///
    /// ```
    /// # use kstreams::prelude::*;
    /// # #[topic(name = "numbers", key = String, value = u64, partitions = 1)]
    /// # struct Numbers;
    /// # #[topic(name = "sums", key = String, value = u64, partitions = 1)]
    /// # struct Sums;
    /// # let b = Topology::builder("example");
    /// # let numbers = b.table(Numbers);
    /// numbers.suppress("calm", until_time_limit(minutes(1)).max_bytes(1 << 20).shut_down_when_full()).to(Sums);
    /// # let mut driver = TestDriver::new(b.build(()));
    /// driver.input(Numbers).at(0).send("a".into(), 1);
    /// driver.input(Numbers).at(60_000).send("b".into(), 2);
    /// assert_eq!(driver.output(Sums).values(), [1]);
    /// ```
    pub const fn shut_down_when_full(mut self) -> Self {
        self.limits.shut_down = true;
        self
    }
}

/// A rule for `suppress` on tables of space `S`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a rule for `suppress`",
    label = "not a rule for `suppress`",
    note = "write `until_window_closes()` or `until_time_limit(minutes(1))`"
)]
pub trait Suppression<S>: Copy + Send + Sync + 'static {
    #[doc(hidden)]
    fn rule(self) -> Rule;
}
/// A rule as its operator works by it.
#[doc(hidden)]
#[derive(Clone, Copy, Debug)]
pub struct Rule {
    /// `None`: until the window closes.
    pub(crate) limit: Option<Duration>,
    pub(crate) limits: Limits,
    pub(crate) idle: Option<Duration>,
}
// Not `do_not_recommend`: the text that helps is that of `Closes`.
impl<S: Keyed<Key: Closes>> Suppression<S> for UntilWindowCloses {
    fn rule(self) -> Rule {
        Rule { limit: None, limits: self.limits, idle: self.idle }
    }
}
#[diagnostic::do_not_recommend]
impl<S> Suppression<S> for UntilTimeLimit {
    fn rule(self) -> Rule {
        Rule { limit: Some(self.limit), limits: self.limits, idle: self.idle }
    }
}

/// Keys with a window.
#[diagnostic::on_unimplemented(
    message = "a table keyed by `{Self}` has no window that could close",
    label = "no window upstream of this",
    note = "add `.windowed_by(tumbling(hours(1)))` before the aggregation, or use `until_time_limit(minutes(1))`"
)]
pub trait Closes {}
#[diagnostic::do_not_recommend]
impl<K> Closes for TimeWindowed<K> {}
#[diagnostic::do_not_recommend]
impl<K> Closes for SessionWindowed<K> {}
