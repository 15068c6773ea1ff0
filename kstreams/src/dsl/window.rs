//! Windows of aggregations. Join windows and the rules of `suppress` are other types, so that none stands in for another.
use crate::{Key, SessionWindowed, TimeWindowed, plan::StoreKind};
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
    Duration::from_secs(n.saturating_mul(60))
}
/// `n` hours.
pub const fn hours(n: u64) -> Duration {
    Duration::from_secs(n.saturating_mul(3_600))
}
/// `n` days.
pub const fn days(n: u64) -> Duration {
    Duration::from_secs(n.saturating_mul(86_400))
}

/// Tumbling (`advance == size`) and hopping windows, aligned to the epoch (Kafka Streams: `TimeWindows`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TimeWindows {
    size: Duration,
    advance: Duration,
    grace: Duration,
    skew: Duration,
}
/// Windows that follow each other without gap or overlap: `[0, size)`, `[size, 2 size)`, …
///
/// ```
/// # use kstreams::prelude::*;
/// # #[topic(name = "words", key = String, value = String, partitions = 1)]
/// # struct Words;
/// # #[topic(name = "hourly", key = TimeWindowed<String>, value = u64, partitions = 1, window = hours(1))]
/// # struct Hourly;
/// # let b = Topology::builder("example");
/// # let words = b.stream(Words);
/// words.windowed_by(tumbling(hours(1))).count("hourly").to(Hourly);
/// # let mut driver = TestDriver::new(b.build(()));
/// for minute in [10, 59, 60] {
///     driver.input(Words).at(minute * 60_000).send("ann".into(), "tea".into());
/// }
/// assert_eq!(driver.output(Hourly).values(), [1, 2, 1]);
/// ```
pub const fn tumbling(size: Duration) -> TimeWindows {
    TimeWindows { size, advance: size, grace: Duration::ZERO, skew: Duration::ZERO }
}
/// Windows of `size`, one every `advance`: they overlap. `advance` is above zero and at most `size`.
///
/// ```
/// # use kstreams::prelude::*;
/// # #[topic(name = "words", key = String, value = String, partitions = 1)]
/// # struct Words;
/// # #[topic(name = "two-hourly", key = TimeWindowed<String>, value = u64, partitions = 1, window = hours(2))]
/// # struct TwoHourly;
/// # let b = Topology::builder("example");
/// # let words = b.stream(Words);
/// words.windowed_by(hopping(hours(2), hours(1))).count("two-hourly").to(TwoHourly);
/// # let mut driver = TestDriver::new(b.build(()));
/// driver.input(Words).at("1970-01-01T05:30:00Z").send("ann".into(), "tea".into());
/// let starts: Vec<_> = driver.output(TwoHourly).pairs().into_iter().map(|(key, _)| key.window.start / 3_600_000).collect();
/// assert_eq!(starts, [4, 5]);
/// ```
pub const fn hopping(size: Duration, advance: Duration) -> TimeWindows {
    TimeWindows { size, advance, grace: Duration::ZERO, skew: Duration::ZERO }
}
impl TimeWindows {
    /// How late a record may be: behind window end and grace (on the operator's clock: the largest timestamp it has seen) it is dropped
    /// and counted. None by default.
    ///
    /// ```
    /// # use kstreams::prelude::*;
    /// # #[topic(name = "words", key = String, value = String, partitions = 1)]
    /// # struct Words;
    /// # #[topic(name = "hourly", key = TimeWindowed<String>, value = u64, partitions = 1, window = hours(1))]
    /// # struct Hourly;
    /// # let b = Topology::builder("example");
    /// # let words = b.stream(Words);
    /// words.windowed_by(tumbling(hours(1)).grace(minutes(5))).count("hourly").to(Hourly);
    /// # let mut driver = TestDriver::new(b.build(()));
    /// for minute in [50, 64, 59, 65, 58] {
    ///     driver.input(Words).at(minute * 60_000).send("ann".into(), "tea".into());
    /// }
    /// // 59 comes while the hour may still be late, 58 behind that
    /// assert_eq!(driver.output(Hourly).values(), [1, 1, 2, 2]);
    /// ```
    pub const fn grace(self, grace: Duration) -> Self {
        Self { grace, ..self }
    }
    /// Behind a repartition topic: upstream tasks may be up to `skew` of event time apart, and a record is late only if it is late for the slowest
    /// of them. Windows are kept, and stay open, that much longer at most. Kafka Streams judges by the fastest, and so drops what it itself made
    /// late when tasks work off a backlog side by side; zero, the default, is that. Not in Kafka Streams; see ARCHITECTURE.md.
    ///
    /// ```
    /// # use kstreams::prelude::*;
    /// # #[topic(name = "words", key = String, value = String, partitions = 1)]
    /// # struct Words;
    /// # #[topic(name = "sums", key = String, value = u64, partitions = 1)]
    /// # struct Sums;
    /// # let b = Topology::builder("example");
    /// # let words = b.stream(Words);
    /// // what comes out of the repartition topic may be an hour of event time apart
    /// let hourly = tumbling(hours(1)).upstream_skew(hours(1));
    /// words.group_by("by-word", |word| word.clone()).windowed_by(hourly).count("per-word").to_stream().unwindow().present().to(Sums);
    /// # let mut driver = TestDriver::new(b.build(()));
    /// driver.input(Words).at("1970-01-01T00:10:00Z").send("ann".into(), "tea".into());
    /// driver.input(Words).at("1970-01-01T00:20:00Z").send("bob".into(), "tea".into());
    /// assert_eq!(driver.output(Sums).values(), [1, 2]);
    /// ```
    pub const fn upstream_skew(self, skew: Duration) -> Self {
        Self { skew, ..self }
    }
    /// How long the windows are needed: size, grace and upstream skew.
    pub const fn retention(self) -> Duration {
        self.size.saturating_add(self.grace).saturating_add(self.skew)
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
    pub(crate) fn skew_ms(self) -> i64 {
        crate::record::millis_of(self.skew)
    }
    /// Windows that cannot be: no type can say it.
    fn said(self) -> Option<String> {
        let is_wrong = self.size.as_millis() == 0 || self.advance.as_millis() == 0 || self.advance > self.size;
        is_wrong.then(|| {
            format!(
                "windows of size {:?} that advance by {:?}: both must be at least a millisecond, and the advance at most the size",
                self.size, self.advance
            )
        })
    }
}

/// Windows whose records are at most `difference` apart (Kafka Streams: `SlidingWindows`): one for each set of records that lie so close,
/// not one for each time. Both ends are inside.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SlidingWindows {
    difference: Duration,
    grace: Duration,
    skew: Duration,
}
/// Windows of records that are at most `difference` apart.
///
/// ```
/// # use kstreams::prelude::*;
/// # #[topic(name = "words", key = String, value = String, partitions = 1)]
/// # struct Words;
/// # #[topic(name = "sums", key = String, value = u64, partitions = 1)]
/// # struct Sums;
/// # let b = Topology::builder("example");
/// # let words = b.stream(Words);
/// words.windowed_by(sliding(seconds(10))).count("close").to_stream().unwindow().present().to(Sums);
/// # let mut driver = TestDriver::new(b.build(()));
/// driver.input(Words).at(20_000).send("ann".into(), "tea".into());
/// driver.input(Words).at(30_000).send("ann".into(), "ale".into()); // both ends are inside
/// // the window that ends with tea, the one that begins behind it, the one with both
/// assert_eq!(driver.output(Sums).values(), [1, 1, 2]);
/// ```
pub const fn sliding(difference: Duration) -> SlidingWindows {
    SlidingWindows { difference, grace: Duration::ZERO, skew: Duration::ZERO }
}
impl SlidingWindows {
    /// How late a record may be: behind window end and grace it is dropped and counted. None by default.
    pub const fn grace(self, grace: Duration) -> Self {
        Self { grace, ..self }
    }
    /// Behind a repartition topic: upstream tasks may be up to `skew` of event time apart, and a record is late only if it is late for the slowest
    /// of them. Windows are kept, and stay open, that much longer at most. Kafka Streams judges by the fastest, and so drops what it itself made
    /// late when tasks work off a backlog side by side; zero, the default, is that. Not in Kafka Streams; see ARCHITECTURE.md.
    pub const fn upstream_skew(self, skew: Duration) -> Self {
        Self { skew, ..self }
    }
    /// How long the windows are needed: twice the difference, grace and upstream skew.
    pub const fn retention(self) -> Duration {
        self.difference.saturating_mul(2).saturating_add(self.grace).saturating_add(self.skew)
    }
    pub(crate) fn difference_ms(self) -> i64 {
        crate::record::millis_of(self.difference)
    }
    pub(crate) fn grace_ms(self) -> i64 {
        crate::record::millis_of(self.grace)
    }
    pub(crate) fn skew_ms(self) -> i64 {
        crate::record::millis_of(self.skew)
    }
}

/// Windows that end after `gap` without a record of their key (Kafka Streams: `SessionWindows`). Two records that lie the gap apart are in
/// one session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SessionWindows {
    gap: Duration,
    grace: Duration,
    skew: Duration,
}
/// Windows that end after `gap` without a record.
///
/// ```
/// # use kstreams::prelude::*;
/// # #[topic(name = "words", key = String, value = String, partitions = 1)]
/// # struct Words;
/// # #[topic(name = "sums", key = String, value = u64, partitions = 1)]
/// # struct Sums;
/// # let b = Topology::builder("example");
/// # let words = b.stream(Words);
/// words.windowed_by(session(minutes(5))).count("visits").to_stream().unwindow().present().to(Sums);
/// # let mut driver = TestDriver::new(b.build(()));
/// for minute in [0, 5, 11] {
///     driver.input(Words).at(minute * 60_000).send("ann".into(), "tea".into());
/// }
/// assert_eq!(driver.output(Sums).values(), [1, 2, 1]);
/// ```
pub const fn session(gap: Duration) -> SessionWindows {
    SessionWindows { gap, grace: Duration::ZERO, skew: Duration::ZERO }
}
impl SessionWindows {
    /// How late a record may be: one whose session would end before stream time less gap and grace is dropped and counted. None by default.
    pub const fn grace(self, grace: Duration) -> Self {
        Self { grace, ..self }
    }
    /// Behind a repartition topic: upstream tasks may be up to `skew` of event time apart, and a record is late only if it is late for the slowest
    /// of them. Windows are kept, and stay open, that much longer at most. Kafka Streams judges by the fastest, and so drops what it itself made
    /// late when tasks work off a backlog side by side; zero, the default, is that. Not in Kafka Streams; see ARCHITECTURE.md.
    pub const fn upstream_skew(self, skew: Duration) -> Self {
        Self { skew, ..self }
    }
    /// How long the sessions are needed: gap, grace and upstream skew.
    pub const fn retention(self) -> Duration {
        self.gap.saturating_add(self.grace).saturating_add(self.skew)
    }
    /// A session without a gap would never grow (Java refuses it too).
    fn said(self) -> Option<String> {
        (self.gap.as_millis() == 0).then(|| format!("sessions with a gap of {:?}: it must be at least a millisecond", self.gap))
    }
    pub(crate) fn gap_ms(self) -> i64 {
        crate::record::millis_of(self.gap)
    }
    pub(crate) fn grace_ms(self) -> i64 {
        crate::record::millis_of(self.grace)
    }
    pub(crate) fn skew_ms(self) -> i64 {
        crate::record::millis_of(self.skew)
    }
}

/// What `.windowed_by(..)` takes.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an aggregation window",
    label = "not a window to aggregate over",
    note = "aggregate over `tumbling(size)`, `hopping(size, advance)`, `sliding(difference)` or `session(gap)`, each with `.grace(d)`"
)]
pub trait Window: Copy + Send + Sync + 'static {
    /// The key of what comes out.
    type Key<K: Key>: Key;
    /// Itself. What is no window has none: a wrong argument then gives one error and silences those behind it.
    type Is: Window;
    #[doc(hidden)]
    fn itself(self) -> Self::Is;
    /// How long the windows are needed.
    #[doc(hidden)]
    fn kept_for(self) -> Duration;
    /// The store that keeps them.
    #[doc(hidden)]
    fn store_kind(self) -> StoreKind;
    /// What is wrong with them and no type can say.
    #[doc(hidden)]
    fn problem(self) -> Option<String>;
    /// Which they are.
    #[doc(hidden)]
    fn over(self) -> Over;
}
/// Windows by their kind.
#[doc(hidden)]
#[derive(Clone, Copy, Debug)]
pub enum Over {
    Time(TimeWindows),
    Sliding(SlidingWindows),
    Session(SessionWindows),
}
impl Over {
    pub(crate) fn skew_ms(self) -> i64 {
        match self {
            Over::Time(windows) => windows.skew_ms(),
            Over::Sliding(windows) => windows.skew_ms(),
            Over::Session(windows) => windows.skew_ms(),
        }
    }
    /// Between the begins of windows, where they begin at regular times.
    pub(crate) fn advance(self) -> Option<Duration> {
        if let Over::Time(windows) = self { Some(windows.advance) } else { None }
    }
    /// How far behind a window's end no record can change it any more.
    pub(crate) fn closes_after_ms(self) -> i64 {
        match self {
            Over::Time(windows) => windows.grace_ms(),
            Over::Sliding(windows) => windows.grace_ms(),
            Over::Session(windows) => windows.gap_ms().saturating_add(windows.grace_ms()),
        }
    }
}
macro_rules! windows {
    ($windows:ty, $key:ident, $over:ident, $self:ident => $kind:expr, $problem:expr) => {
        #[diagnostic::do_not_recommend]
        impl Window for $windows {
            type Key<K: Key> = $key<K>;
            type Is = Self;
            fn itself($self) -> Self {
                $self
            }
            fn kept_for($self) -> Duration {
                $self.retention()
            }
            fn store_kind($self) -> StoreKind {
                $kind
            }
            fn problem($self) -> Option<String> {
                $problem
            }
            fn over($self) -> Over {
                Over::$over($self)
            }
        }
    };
}
windows!(TimeWindows, TimeWindowed, Time, self => StoreKind::Window { size: self.size, retention: self.retention() }, self.said());
windows!(SlidingWindows, TimeWindowed, Sliding, self => StoreKind::Window { size: self.difference, retention: self.retention() }, None);
windows!(SessionWindows, SessionWindowed, Session, self => StoreKind::Session { retention: self.retention() }, self.said());

/// Whether a store that keeps windows for `retention` has each as long as records may fall into it; generated code asserts it.
#[doc(hidden)]
pub const fn retained(windows: TimeWindows, retention: Duration) -> bool {
    retention.as_nanos() >= windows.retention().as_nanos()
}
