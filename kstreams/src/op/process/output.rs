//! A processor's outputs. What is emitted waits until the processor's call returns and is then pushed, in order of emission over all outputs:
//! a store is never borrowed while something else runs.
use crate::{
    Headers, Key, Keyed, Message, Rekeyed, Result, Stream, Timestamp, TopicKey,
    op::{Assembly, Flow, Next, Scope},
    partition::Partitioner,
    plan::{
        NodeId,
        recorder::{At, Draft},
    },
};
use std::{cell::Cell, rc::Rc};

/// Shared by the outputs of one processor.
#[derive(Clone, Default)]
pub(crate) struct Order(Rc<Cell<u64>>);
impl Order {
    fn next(&self) -> u64 {
        let n = self.0.get();
        self.0.set(n + 1);
        n
    }
}
/// The record or timer that a processor's call works on.
#[derive(Clone, Default)]
pub(crate) struct Current {
    pub(super) time: Timestamp,
    pub(super) headers: Headers,
    /// Bytes that place the current record's key; `None` in a timer.
    pub(super) place: Option<Vec<u8>>,
}

/// What both kinds of outputs are made of.
struct Waiting<K, V> {
    records: std::collections::VecDeque<(u64, Message<K, V>)>,
    order: Order,
    current: Current,
}
impl<K, V> Waiting<K, V> {
    fn new(order: Order) -> Self {
        Waiting { records: Default::default(), order, current: Current::default() }
    }
    fn add(&mut self, message: Message<K, V>) -> Result<()> {
        let time = message.time;
        if time.0 < 0 {
            return Err(format!(
                "a record was emitted with the negative time {time}: `emit_at` and `emit_message` take a time from 0 on; `emit` takes that of the \
                 record or timer, and in `start` there is neither"
            )
            .into());
        }
        self.records.push_back((self.order.next(), message));
        Ok(())
    }
    fn message(&self, key: K, value: V, time: Option<Timestamp>) -> Message<K, V> {
        Message { key, value, time: time.unwrap_or(self.current.time), headers: self.current.headers.clone() }
    }
}

/// An output under any key: the stream that comes out is `Rekeyed<K>`. The time is that of the record, or of the timer.
///
/// ```
/// # use kstreams::prelude::*;
/// # #[topic(name = "words", key = String, value = String, partitions = 1)]
/// # struct Words;
/// # #[topic(name = "results", key = String, value = String, partitions = 1)]
/// # struct Results;
/// /// Each word under itself, and once more a second later under its key.
/// struct Twice;
/// impl Processor for Twice {
///     type Key = String;
///     type In = String;
///     type Stores = ();
///     type Out = Emit<String, String>;
///     fn process(&mut self, word: Message<String, String>, cx: &mut Cx<Self>) -> kstreams::Result<()> {
///         cx.out.emit(word.value.clone(), "first".into())?;
///         cx.out.emit_at(word.key.clone(), "second".into(), Timestamp(word.time.0 + 1_000))?;
///         // key, value, time and headers as they are
///         cx.out.emit_message(word)
///     }
/// }
/// # let b = Topology::builder("example");
/// # let words = b.stream(Words);
/// words.process((), || Twice).to(Results);
/// # let mut driver = TestDriver::new(b.build(()));
/// driver.input(Words).at(5).send("ann".into(), "tea".into());
/// let came: Vec<_> = driver.output(Results).records().into_iter().map(|r| (r.key, r.value, r.time.0)).collect();
/// let expected = [("tea", "first", 5), ("ann", "second", 1_005), ("ann", "tea", 5)];
/// assert_eq!(came, expected.map(|(key, value, time)| (key.to_string(), value.to_string(), time)));
/// ```
pub struct Emit<K, V> {
    waiting: Waiting<K, V>,
    node: NodeId,
    next: Next<K, V>,
}
impl<K, V> Emit<K, V> {
    /// Emits with the current time and headers. In [`Processor::start`](crate::Processor::start) there is no time: use [`Emit::emit_at`].
    ///
    /// # Errors
    /// If the time is negative, as in `start`.
    pub fn emit(&mut self, key: K, value: V) -> Result<()> {
        let message = self.waiting.message(key, value, None);
        self.emit_message(message)
    }
    /// Emits with a time of its own.
    ///
    /// # Errors
    /// As [`Emit::emit`].
    pub fn emit_at(&mut self, key: K, value: V, time: Timestamp) -> Result<()> {
        let message = self.waiting.message(key, value, Some(time));
        self.emit_message(message)
    }
    /// Emits a whole record.
    ///
    /// # Errors
    /// As [`Emit::emit`].
    pub fn emit_message(&mut self, message: Message<K, V>) -> Result<()> {
        self.waiting.add(message)
    }
}
/// An output under keys of this partition: the stream that comes out stays placed. A key that belongs elsewhere is an error.
///
/// ```
/// # use kstreams::prelude::*;
/// # #[topic(name = "numbers", key = String, value = u64, partitions = 1)]
/// # struct Numbers;
/// # #[topic(name = "others", key = String, value = u64, partitions = 1)]
/// # struct Others;
/// # #[topic(name = "sums", key = String, value = u64, partitions = 1)]
/// # struct Sums;
/// /// Large numbers to one output, all to the other.
/// struct Sorted;
/// impl Processor for Sorted {
///     type Key = String;
///     type In = u64;
///     type Stores = ();
///     type Out = (EmitInPlace<String, u64>, EmitInPlace<String, u64>);
///     fn process(&mut self, n: Message<String, u64>, cx: &mut Cx<Self>) -> kstreams::Result<()> {
///         if n.value > 9 {
///             cx.out.0.emit(&n.key, n.value)?;
///         }
///         cx.out.1.emit_message(n)
///     }
/// }
/// # let b = Topology::builder("example");
/// # let numbers = b.stream(Numbers);
/// let (large, all) = numbers.process((), || Sorted);
/// large.to(Others);
/// // the streams are placed as before: they can be counted, and joined
/// all.count("all").to(Sums);
/// # let mut driver = TestDriver::new(b.build(()));
/// driver.input(Numbers).send("a".into(), 3).send("a".into(), 30);
/// assert_eq!((driver.output(Others).values(), driver.output(Sums).values()), (vec![30], vec![1, 2]));
/// ```
pub struct EmitInPlace<K, V> {
    waiting: Waiting<K, V>,
    node: NodeId,
    next: Next<K, V>,
    /// The task's partition, the count, and how a key is placed.
    here: (u32, u32, fn(&[u8], u32) -> u32),
}
impl<K: Key, V> EmitInPlace<K, V> {
    /// Emits with the current time and headers.
    ///
    /// # Errors
    /// If the key belongs to another partition: use [`Emit`] and `.place(..)` behind it; if the time is negative, as in `start`.
    pub fn emit(&mut self, key: &K, value: V) -> Result<()> {
        let message = self.waiting.message(key.clone(), value, None);
        self.emit_message(message)
    }
    /// Emits with a time of its own.
    ///
    /// # Errors
    /// As [`EmitInPlace::emit`].
    pub fn emit_at(&mut self, key: &K, value: V, time: Timestamp) -> Result<()> {
        let message = self.waiting.message(key.clone(), value, Some(time));
        self.emit_message(message)
    }
    /// Emits a whole record.
    ///
    /// # Errors
    /// As [`EmitInPlace::emit`].
    pub fn emit_message(&mut self, message: Message<K, V>) -> Result<()> {
        let mut place = vec![];
        message.key.placed_by(&mut place)?;
        let (partition, count, partition_of) = self.here;
        // A key that equals the current record's came to this partition with it, whoever placed it.
        if self.waiting.current.place.as_ref() != Some(&place) && partition_of(&place, count) != partition {
            let text = format!(
                "a key emitted in place belongs to partition {}, this task has partition {partition}: emit through `Emit` and `.place(..)` behind it",
                partition_of(&place, count)
            );
            return Err(text.into());
        }
        self.waiting.add(message)
    }
}

/// What outputs are opened with.
pub(crate) struct Wiring<'a, 'b> {
    pub(super) assembly: &'a mut Assembly<'b>,
    /// The nodes of the outputs, in order.
    pub(super) nodes: std::vec::IntoIter<NodeId>,
    pub(super) order: Order,
    /// Tasks of the sub-topology: the count that places keys here.
    pub(super) count: u32,
}
impl Wiring<'_, '_> {
    fn next<K: Clone + 'static, V: 'static>(&mut self) -> (NodeId, Next<K, V>) {
        match self.nodes.next() {
            Some(node) => (node, self.assembly.next(node)),
            None => (NodeId(u32::MAX), Box::new(crate::op::Nowhere)),
        }
    }
}

/// What a processor's `Out` becomes in the topology.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a processor's output",
    label = "not an output",
    note = "`type Out` is `Emit<K, V>`, `EmitInPlace<Self::Key, V>`, a tuple of them, or `()`"
)]
#[allow(private_interfaces)]
pub trait Outputs<S>: Sized + 'static {
    /// The streams that come out.
    type Streams;
    #[doc(hidden)]
    #[track_caller]
    fn streams(processor: At, nodes: &mut Vec<NodeId>) -> Self::Streams;
    #[doc(hidden)]
    fn open(wiring: &mut Wiring<'_, '_>) -> Self;
    #[doc(hidden)]
    fn set_current(&mut self, current: &Current);
    /// Number of the first emission that waits.
    #[doc(hidden)]
    fn first(&self) -> Option<u64>;
    #[doc(hidden)]
    fn push_first(&mut self, scope: &mut Scope) -> Flow;
    /// Drops what waits.
    #[doc(hidden)]
    fn clear(&mut self);
}
#[track_caller]
fn stream<S: Keyed, V: 'static>(processor: At, nodes: &mut Vec<NodeId>) -> Stream<S, V> {
    let stream = Stream::<S, V>::add(processor.recording(), Draft::operator("output"), &[processor]);
    nodes.push(stream.at.node());
    stream
}
macro_rules! one_output {
    () => {
        fn set_current(&mut self, current: &Current) {
            self.waiting.current = current.clone();
        }
        fn first(&self) -> Option<u64> {
            self.waiting.records.front().map(|(n, _)| *n)
        }
        fn push_first(&mut self, scope: &mut Scope) -> Flow {
            let Some((_, message)) = self.waiting.records.pop_front() else { return Ok(()) };
            scope.enter(self.node);
            self.next.push(message, scope)
        }
        fn clear(&mut self) {
            self.waiting.records.clear();
        }
    };
}
#[allow(private_interfaces)]
impl<S, K: TopicKey, V: 'static> Outputs<S> for Emit<K, V> {
    type Streams = Stream<Rekeyed<K>, V>;
    fn streams(processor: At, nodes: &mut Vec<NodeId>) -> Self::Streams {
        stream(processor, nodes)
    }
    fn open(wiring: &mut Wiring<'_, '_>) -> Self {
        let (node, next) = wiring.next();
        Emit { waiting: Waiting::new(wiring.order.clone()), node, next }
    }
    one_output!();
}
#[allow(private_interfaces)]
impl<S: Keyed<Key = K>, K: Key, V: 'static> Outputs<S> for EmitInPlace<K, V> {
    type Streams = Stream<S, V>;
    fn streams(processor: At, nodes: &mut Vec<NodeId>) -> Self::Streams {
        stream(processor, nodes)
    }
    fn open(wiring: &mut Wiring<'_, '_>) -> Self {
        let here =
            (wiring.assembly.task.partition, wiring.count.max(1), <S::Partitioner as Partitioner>::partition as fn(&[u8], u32) -> u32);
        let (node, next) = wiring.next();
        EmitInPlace { waiting: Waiting::new(wiring.order.clone()), node, next, here }
    }
    one_output!();
}
#[allow(private_interfaces)]
impl<S> Outputs<S> for () {
    type Streams = ();
    fn streams(_: At, _: &mut Vec<NodeId>) {}
    fn open(_: &mut Wiring<'_, '_>) {}
    fn set_current(&mut self, _: &Current) {}
    fn first(&self) -> Option<u64> {
        None
    }
    fn push_first(&mut self, _: &mut Scope) -> Flow {
        Ok(())
    }
    fn clear(&mut self) {}
}
macro_rules! outputs {
    ($($p:ident $i:tt),*) => {
        #[allow(private_interfaces)]
        impl<S, $($p: Outputs<S>),*> Outputs<S> for ($($p,)*) {
            type Streams = ($($p::Streams,)*);
            fn streams(processor: At, nodes: &mut Vec<NodeId>) -> Self::Streams {
                ($($p::streams(processor, nodes),)*)
            }
            fn open(wiring: &mut Wiring<'_, '_>) -> Self {
                ($($p::open(wiring),)*)
            }
            fn set_current(&mut self, current: &Current) {
                $(self.$i.set_current(current);)*
            }
            fn first(&self) -> Option<u64> {
                [$(self.$i.first()),*].into_iter().flatten().min()
            }
            fn push_first(&mut self, scope: &mut Scope) -> Flow {
                let first = self.first();
                $(if self.$i.first() == first {
                    return self.$i.push_first(scope);
                })*
                Ok(())
            }
            fn clear(&mut self) {
                $(self.$i.clear();)*
            }
        }
    };
}
outputs!(A 0);
outputs!(A 0, B 1);
outputs!(A 0, B 1, C 2);
outputs!(A 0, B 1, C 2, D 3);
