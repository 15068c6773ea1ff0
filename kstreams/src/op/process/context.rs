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
    /// The stores that it opens: [`crate::KvStore`], [`crate::VersionedStore`], [`crate::TableView`].
    type Stores;
    /// Its outputs: [`crate::Emit`], [`crate::EmitInPlace`].
    type Out;
    /// Runs once a task, before the first record: the place to start timers.
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
    pub fn every_stream_time(&mut self, period: Duration, tick: Tick<P>) -> Timer {
        self.timer(Clock::Stream, period, tick)
    }
    /// Calls `tick` every `period` of wall-clock time, first after one period (Kafka Streams: `PunctuationType.WALL_CLOCK_TIME`).
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
    pub fn request_commit(&mut self) {
        self.around.wants.push(Wish::Commit);
    }
    /// Topic, partition, offset, time and headers of the record being processed; `None` in a timer.
    pub fn meta(&self) -> Option<&Meta> {
        self.around.meta.as_ref()
    }
    /// Largest timestamp that the task has taken; −1 before the first record.
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
