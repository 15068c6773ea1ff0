//! What a processor is and what it works with.
use crate::{
    Message, Meta, Result, Timestamp,
    op::timers::{Clock, TimerId},
    record::millis_of,
};
use std::time::Duration;

/// Own code on a stream (Kafka Streams: `org.apache.kafka.streams.processor.api.Processor`). `Stores` and `Out` are one store or output, a
/// tuple of them, or `()`.
pub trait Processor: Sized + 'static {
    /// Key of the stream that it reads.
    type Key;
    /// Value of the stream that it reads.
    type In;
    /// The stores that it opens: [`crate::KvStore`], [`crate::WindowStore`], [`crate::SessionStore`], [`crate::VersionedStore`], and read
    /// only [`crate::TableView`], [`crate::GlobalView`].
    type Stores;
    /// Its outputs: [`crate::Emit`], [`crate::EmitInPlace`].
    type Out;
    /// Runs once a task, before the first record: the place to start timers. There is no record yet that would lend its time to what is emitted, so
    /// `emit` answers an error here; `emit_at` says a time (Kafka Streams: a `Record` is made with one).
    ///
    /// # Errors
    /// An error closes the task.
    fn start(&mut self, cx: &mut Cx<Self>) -> Result<()> {
        let _ = cx;
        Ok(())
    }
    /// Runs for each record.
    ///
    /// # Errors
    /// An error makes the record a bad one: the policy decides. What was emitted and written before stays.
    fn process(&mut self, message: Message<Self::Key, Self::In>, cx: &mut Cx<Self>) -> Result<()>;
    /// Runs once, when the task leaves this worker. Nothing can be emitted any more.
    ///
    /// # Errors
    /// An error is logged.
    fn stop(&mut self, stores: &mut Self::Stores) -> Result<()> {
        let _ = stores;
        Ok(())
    }
}

/// What a processor works with: its stores and outputs as fields, so that one can be read while the other is written.
pub struct Cx<P: Processor> {
    /// The stores, as declared.
    pub stores: P::Stores,
    /// The outputs.
    pub out: P::Out,
    pub(super) around: Around<P>,
}
/// What the task told the processor, and what it asked for.
pub(super) struct Around<P: Processor> {
    pub(super) meta: Option<Meta>,
    pub(super) stream_time: i64,
    pub(super) wall_time: i64,
    pub(super) wants: Vec<Wish<P>>,
    pub(super) next_timer: u32,
}
/// What a processor asks of its task; carried out when its call returns.
pub(super) enum Wish<P: Processor> {
    Set { timer: Timer, clock: Clock, period: i64, tick: Tick<P> },
    Cancel(Timer),
    Commit,
}
/// Names a running timer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timer(pub(super) u32);
/// What a timer calls: a method of the processor. The time is the clock's, not the slot's, as in Kafka Streams.
pub type Tick<P> = fn(&mut P, Timestamp, &mut Cx<P>) -> Result<()>;

impl<P: Processor> Cx<P> {
    /// Calls `tick` whenever stream time has passed another `period`: first with the first record, then on the grid from 0
    /// (Kafka Streams: `PunctuationType.STREAM_TIME`).
    ///
    /// ```
    /// # use kstreams::prelude::*;
    /// # #[topic(name = "numbers", key = String, value = u64, partitions = 1)]
    /// # struct Numbers;
    /// # #[topic(name = "sums", key = String, value = u64, partitions = 1)]
    /// # struct Sums;
    /// /// The sum of each minute of stream time.
    /// struct PerMinute;
    /// impl Processor for PerMinute {
    ///     type Key = String;
    ///     type In = u64;
    ///     type Stores = KvStore<String, u64>;
    ///     type Out = EmitInPlace<String, u64>;
    ///     fn start(&mut self, cx: &mut Cx<Self>) -> kstreams::Result<()> {
    ///         cx.every_stream_time(minutes(1), Self::tell);
    ///         Ok(())
    ///     }
    ///     fn process(&mut self, n: Message<String, u64>, cx: &mut Cx<Self>) -> kstreams::Result<()> {
    ///         let sum = cx.stores.get(&n.key)?.unwrap_or(0);
    ///         cx.stores.put(&n.key, sum + n.value)
    ///     }
    /// }
    /// impl PerMinute {
    ///     fn tell(&mut self, _now: Timestamp, cx: &mut Cx<Self>) -> kstreams::Result<()> {
    ///         for row in cx.stores.all()? {
    ///             let (key, sum) = row?;
    ///             cx.out.emit(&key, sum)?;
    ///         }
    ///         cx.stores.clear()
    ///     }
    /// }
    /// # let b = Topology::builder("example");
    /// # let numbers = b.stream(Numbers);
    /// numbers.process(kv("sums"), || PerMinute).to(Sums);
    /// # let mut driver = TestDriver::new(b.build(()));
    /// for (second, n) in [(0, 1), (20, 2), (59, 3), (61, 4)] {
    ///     driver.input(Numbers).at(second * 1_000).send("a".into(), n);
    /// }
    /// // with the first record, and behind the one that passes the minute
    /// assert_eq!(driver.output(Sums).values(), [1, 9]);
    /// ```
    pub fn every_stream_time(&mut self, period: Duration, tick: Tick<P>) -> Timer {
        self.timer(Clock::Stream, period, tick)
    }
    /// Calls `tick` every `period` of wall-clock time, first after one period (Kafka Streams: `PunctuationType.WALL_CLOCK_TIME`).
    ///
    /// ```
    /// # use kstreams::prelude::*;
    /// # #[topic(name = "words", key = String, value = String, partitions = 1)]
    /// # struct Words;
    /// # #[topic(name = "results", key = String, value = String, partitions = 1)]
    /// # struct Results;
    /// /// Says a second after its first word that it is there, once.
    /// #[derive(Default)]
    /// struct Hello(Option<Timer>);
    /// impl Processor for Hello {
    ///     type Key = String;
    ///     type In = String;
    ///     type Stores = ();
    ///     type Out = Emit<String, String>;
    ///     fn process(&mut self, _word: Message<String, String>, cx: &mut Cx<Self>) -> kstreams::Result<()> {
    ///         self.0 = self.0.or_else(|| Some(cx.every_wall_clock(seconds(1), Self::tell)));
    ///         Ok(())
    ///     }
    /// }
    /// impl Hello {
    ///     fn tell(&mut self, now: Timestamp, cx: &mut Cx<Self>) -> kstreams::Result<()> {
    ///         if let Some(timer) = self.0 {
    ///             cx.cancel(timer);
    ///         }
    ///         cx.out.emit("hello".into(), format!("at {}", now.0))
    ///     }
    /// }
    /// # let b = Topology::builder("example");
    /// # let words = b.stream(Words);
    /// words.process((), Hello::default).to(Results);
    /// # let mut driver = TestDriver::new(b.build(()));
    /// driver.input(Words).send("a".into(), "tea".into());
    /// driver.advance_wall_clock(seconds(1));
    /// driver.advance_wall_clock(seconds(1));
    /// assert_eq!(driver.output(Results).values(), ["at 1000"]);
    /// ```
    pub fn every_wall_clock(&mut self, period: Duration, tick: Tick<P>) -> Timer {
        self.timer(Clock::Wall, period, tick)
    }
    fn timer(&mut self, clock: Clock, period: Duration, tick: Tick<P>) -> Timer {
        let timer = Timer(self.around.next_timer);
        self.around.next_timer += 1;
        self.around.wants.push(Wish::Set { timer, clock, period: millis_of(period), tick });
        timer
    }
    /// Stops a timer.
    pub fn cancel(&mut self, timer: Timer) {
        self.around.wants.push(Wish::Cancel(timer));
    }
    /// Asks for a commit soon after this call returns.
    ///
    /// ```
    /// # use kstreams::prelude::*;
    /// # #[topic(name = "words", key = String, value = String, partitions = 1)]
    /// # struct Words;
    /// # #[topic(name = "results", key = String, value = String, partitions = 1)]
    /// # struct Results;
    /// /// Words that are seen at once, whatever the commit interval is.
    /// struct Urgent;
    /// impl Processor for Urgent {
    ///     type Key = String;
    ///     type In = String;
    ///     type Stores = ();
    ///     type Out = EmitInPlace<String, String>;
    ///     fn process(&mut self, word: Message<String, String>, cx: &mut Cx<Self>) -> kstreams::Result<()> {
    ///         if word.value.ends_with('!') {
    ///             cx.request_commit();
    ///         }
    ///         cx.out.emit(&word.key, word.value)
    ///     }
    /// }
    /// # let b = Topology::builder("example");
    /// # let words = b.stream(Words);
    /// words.process((), || Urgent).to(Results);
    /// # let guarantee = kstreams::Guarantee::ExactlyOnce;
    /// # let settings = kstreams::worker::Settings { guarantee, ..Default::default() };
    /// # let mut driver = TestDriver::with_settings(b.build(()), settings);
    /// driver.input(Words).send("a".into(), "tea".into());
    /// assert!(driver.output(Results).is_empty());
    /// driver.input(Words).send("a".into(), "fire!".into());
    /// assert_eq!(driver.output(Results).values(), ["tea", "fire!"]);
    /// ```
    pub fn request_commit(&mut self) {
        self.around.wants.push(Wish::Commit);
    }
    /// Topic, partition, offset, time and headers of the record being processed; `None` in a timer.
    ///
    /// ```
    /// # use kstreams::prelude::*;
    /// # #[topic(name = "words", key = String, value = String, partitions = 1)]
    /// # struct Words;
    /// # #[topic(name = "results", key = String, value = String, partitions = 1)]
    /// # struct Results;
    /// /// Where each word comes from.
    /// struct Origin;
    /// impl Processor for Origin {
    ///     type Key = String;
    ///     type In = String;
    ///     type Stores = ();
    ///     type Out = EmitInPlace<String, String>;
    ///     fn process(&mut self, word: Message<String, String>, cx: &mut Cx<Self>) -> kstreams::Result<()> {
    ///         let from = cx.meta().map_or("a timer".into(), |meta| format!("{} {} {}", meta.topic, meta.partition, meta.offset));
    ///         cx.out.emit(&word.key, from)
    ///     }
    /// }
    /// # let b = Topology::builder("example");
    /// # let words = b.stream(Words);
    /// words.process((), || Origin).to(Results);
    /// # let mut driver = TestDriver::new(b.build(()));
    /// driver.input(Words).send("a".into(), "tea".into()).send("a".into(), "ale".into());
    /// assert_eq!(driver.output(Results).values(), ["words 0 0", "words 0 1"]);
    /// ```
    pub fn meta(&self) -> Option<&Meta> {
        self.around.meta.as_ref()
    }
    /// Largest timestamp that the task has taken; −1 before the first record.
    ///
    /// ```
    /// # use kstreams::prelude::*;
    /// # #[topic(name = "numbers", key = String, value = u64, partitions = 1)]
    /// # struct Numbers;
    /// # #[topic(name = "lengths", key = String, value = u64, partitions = 1)]
    /// # struct Lengths;
    /// /// How far behind the latest record each one is, in milliseconds.
    /// struct Lateness;
    /// impl Processor for Lateness {
    ///     type Key = String;
    ///     type In = u64;
    ///     type Stores = ();
    ///     type Out = EmitInPlace<String, u64>;
    ///     fn process(&mut self, n: Message<String, u64>, cx: &mut Cx<Self>) -> kstreams::Result<()> {
    ///         cx.out.emit(&n.key, (cx.stream_time().0 - n.time.0) as u64)
    ///     }
    /// }
    /// # let b = Topology::builder("example");
    /// # let numbers = b.stream(Numbers);
    /// numbers.process((), || Lateness).to(Lengths);
    /// # let mut driver = TestDriver::new(b.build(()));
    /// for time in [1_000, 3_000, 2_500] {
    ///     driver.input(Numbers).at(time).send("a".into(), 0);
    /// }
    /// assert_eq!(driver.output(Lengths).values(), [0, 0, 500]);
    /// ```
    pub fn stream_time(&self) -> Timestamp {
        Timestamp(self.around.stream_time)
    }
    /// Wall-clock time, as handed to the task.
    pub fn wall_time(&self) -> Timestamp {
        Timestamp(self.around.wall_time)
    }
}
/// A set timer: the task's id for it, and what it calls.
pub(super) struct Running<P: Processor> {
    pub(super) timer: Timer,
    pub(super) id: TimerId,
    pub(super) tick: Tick<P>,
}
