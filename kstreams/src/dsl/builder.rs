//! Building topologies: what generated code calls, and the builder for topics that are named at run time.
use super::{
    Plain, StoreDraft, StreamRef, Topic, TopicDecl, TopicRef, Versioned,
    topic::{decl, read, sized},
};
use crate::{
    Keyed, Meta, Placed, Record, Stream, Table, Timestamp, TopicKey, lock,
    op::{Outlet, TableOutlet, source},
    plan::{
        NodeKind, StoreKind,
        recorder::{self, Draft},
    },
    topology::Topology,
};
use std::{marker::PhantomData, sync::Arc};

/// What `StreamOf` reads: a topic, or a tuple of topics of one key, value and space.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a topic",
    label = "not a topic",
    note = "a topic is a declared struct: `#[topic(name = \"..\", key = .., value = .., partitions = ..)] pub struct Orders;`; at run time `named::<Space<Key, N>, Value>(\"..\")`",
    note = "all topics whose names match are `#[topic(pattern = \"..\", ..)]`",
    note = "several topics are one source, `StreamOf<(A, B)>`, if they have one key, one value, one count and one partitioner"
)]
pub trait Source {
    /// Type of the values.
    type Value: Record;
    /// Where the records live.
    type Space: Keyed;
    /// Its name, if it is one topic.
    #[doc(hidden)]
    const NAME: &'static str = "";
    /// If its keys are windows, it says how long they are.
    #[doc(hidden)]
    const IS_SIZED: bool = true;
    #[doc(hidden)]
    fn topics() -> Vec<Part<Self::Space, Self::Value>>;
}
/// One topic of a source.
#[doc(hidden)]
pub struct Part<S: Keyed, V> {
    pub(super) decl: TopicDecl,
    pub(super) extractor: Arc<dyn Fn(&S::Key, &V, &Meta) -> Timestamp + Send + Sync>,
}
fn part<T: Topic>() -> Part<T::Space, T::Value> {
    Part { decl: decl::<T>(), extractor: Arc::new(T::timestamp) }
}
#[diagnostic::do_not_recommend]
impl<T: Topic> Source for T {
    type Value = T::Value;
    type Space = T::Space;
    const NAME: &'static str = T::NAME;
    const IS_SIZED: bool = !<T::Key as TopicKey>::KEY_NEEDS_SIZE || sized(T::WINDOW);
    fn topics() -> Vec<Part<T::Space, T::Value>> {
        vec![part::<T>()]
    }
}
macro_rules! sources {
    ($a:ident $(, $b:ident)*) => {
        #[diagnostic::do_not_recommend]
        impl<$a: Topic $(, $b: Topic<Value = $a::Value, Space = $a::Space, Key = $a::Key>)*> Source for ($a, $($b,)*) {
            type Value = $a::Value;
            type Space = $a::Space;
            fn topics() -> Vec<Part<$a::Space, $a::Value>> {
                vec![part::<$a>() $(, part::<$b>())*]
            }
        }
    };
}
sources!(A, B);
sources!(A, B, C);
sources!(A, B, C, D);

/// A parameter of a topology function: the records of a topic.
pub type StreamOf<T> = Stream<<T as Source>::Space, <T as Source>::Value>;
/// A parameter of a topology function: a topic as a table, the last value of each key.
pub type TableOf<T> = Table<<T as Source>::Space, <<T as Source>::Value as Record>::Present>;
/// A parameter of a topology function: a topic as a versioned table, which remembers what each key was for the topic's `history`.
///
/// ```
/// # mod shop {
/// use kstreams::prelude::*;
/// #[topic(name = "prices", key = String, value = u64, partitions = 1, history = hours(1))]
/// pub struct Prices;
/// # #[topic(name = "orders", key = String, value = u64, partitions = 1)]
/// # pub struct Orders;
/// # #[topic(name = "totals", key = String, value = u64, partitions = 1)]
/// # pub struct Totals;
///
/// #[topology(id = "priced")]
/// pub fn priced(orders: StreamOf<Orders>, prices: VersionedOf<Prices>) {
///     orders.join(prices, |amount, price| amount * price).to(Totals);
/// }
/// # }
/// # use kstreams::prelude::*;
/// # use shop::*;
///
/// let mut driver = TestDriver::new(priced::topology());
/// driver.input(Prices).at(2_000).send("tea".into(), 4);
/// driver.input(Prices).at(1_000).send("tea".into(), 3);
/// // an order meets the price of its own time
/// driver.input(Orders).at(1_500).send("tea".into(), 10);
/// driver.input(Orders).at(2_500).send("tea".into(), 10);
/// assert_eq!(driver.output(Totals).values(), [30, 40]);
/// ```
pub type VersionedOf<T> = <T as Historied>::Table;

/// A topic that says `history = ..`.
#[diagnostic::on_unimplemented(
    message = "topic `{Self}` does not say how far back a versioned table of it remembers",
    label = "add `history = hours(1)` to its `#[topic(..)]`, or read it as `TableOf<{Self}>`"
)]
pub trait Historied: Topic {
    /// Its versioned table.
    type Table;
}

/// A topology under construction. It stays on its thread; the topology that it builds goes to any.
pub struct Builder {
    pub(super) recording: usize,
    lock: Option<&'static str>,
    /// Recordings belong to their thread.
    thread: PhantomData<*const ()>,
}
impl Topology {
    /// Builds a topology over topics named at run time, with the same typed handles as `#[topology]`.
    ///
    /// ```
    /// use kstreams::prelude::*;
    /// let b = Topology::builder("shout");
    /// let words = b.stream(named::<Space<String, 3>, String>("words"));
    /// words.map_values(|w| w.to_uppercase()).to(named::<Space<String, 3>, String>("loud"));
    /// let topology = b.build(());
    /// assert!(topology.problems().is_empty());
    /// assert!(topology.describe().contains("Source: words-source (topics: [words])"));
    /// ```
    pub fn builder(id: impl Into<String>) -> Builder {
        Builder { recording: recorder::open(id.into()), lock: None, thread: PhantomData }
    }
}
impl Builder {
    /// The records of a topic, or of all topics that match ([`matching`](crate::matching)). A topic that is opened again has one source all the same, and
    /// its event times are those of the first opening.
    ///
    /// ```
    /// use kstreams::prelude::*;
    /// let words = || named::<Space<String, 2>, String>("words");
    /// let b = Topology::builder("two-readers");
    /// b.stream(words()).filter(|word| word.len() > 3).to(named::<Space<String, 2>, String>("long"));
    /// b.stream(words()).count("words-per-key").to(named::<Space<String, 2>, u64>("counts"));
    /// let topology = b.build(());
    /// assert_eq!(topology.describe().matches("topics: [words]").count(), 1);
    /// ```
    #[track_caller]
    pub fn stream<T: StreamRef>(&self, topic: T) -> Stream<T::Space, T::Value> {
        self.open("stream", vec![topic.part()])
    }
    /// Several topics of one type as one source (Kafka Streams: `stream(Collection)`); their records come in the order of their times.
    ///
    /// ```
    /// use kstreams::prelude::*;
    /// let topic = |name: &str| named::<Space<String, 2>, u64>(name);
    /// let b = Topology::builder("orders");
    /// b.streams([topic("shop"), topic("phone")]).to(topic("all"));
    /// let mut driver = TestDriver::new(b.build(()));
    /// driver.input(topic("shop")).send("a".into(), 1);
    /// driver.input(topic("phone")).send("a".into(), 2);
    /// assert_eq!(driver.output(topic("all")).values(), [1, 2]);
    /// ```
    #[track_caller]
    pub fn streams<T: TopicRef, const N: usize>(&self, topics: [T; N]) -> Stream<T::Space, T::Value> {
        self.open("stream", topics.iter().map(|t| Part { decl: t.decl(), extractor: t.extractor() }).collect())
    }
    /// A topic as a table.
    ///
    /// ```
    /// use kstreams::prelude::*;
    /// let prices = || named::<Space<String, 2>, u64>("prices");
    /// let orders = || named::<Space<String, 2>, u64>("orders");
    /// let b = Topology::builder("priced");
    /// b.stream(orders()).join(b.table(prices()), |amount, price| amount * price).to(named::<Space<String, 2>, u64>("totals"));
    /// let mut driver = TestDriver::new(b.build(()));
    /// driver.input(prices()).send("tea".into(), 3);
    /// driver.input(orders()).send("tea".into(), 10).send("ale".into(), 10);
    /// assert_eq!(driver.output(named::<Space<String, 2>, u64>("totals")).values(), [30]);
    /// ```
    #[track_caller]
    pub fn table<T: TopicRef<Space: Placed>>(&self, topic: T) -> Table<T::Space, <T::Value as Record>::Present> {
        self.open_table::<T::Space, T::Value>(Part { decl: topic.decl(), extractor: topic.extractor() })
    }
    /// A topic as a versioned table; the topic says its history.
    ///
    /// ```
    /// use kstreams::prelude::*;
    /// let b = Topology::builder("priced");
    /// let orders = b.stream(named::<Space<String, 1>, u64>("orders"));
    /// let prices = b.versioned(named::<Space<String, 1>, u64>("prices").history(hours(1)));
    /// orders.join(prices, |amount, price| amount * price).to(named::<Space<String, 1>, u64>("totals"));
    /// assert!(b.build(()).problems().is_empty());
    /// ```
    #[track_caller]
    pub fn versioned<T: TopicRef<Space: Placed>>(&self, topic: T) -> Table<T::Space, <T::Value as Record>::Present, Versioned> {
        self.open_versioned::<T::Space, T::Value>(Part { decl: topic.decl(), extractor: topic.extractor() })
    }
    /// Closes the plan; `stores` are the handles for queries.
    pub fn build<Q>(self, stores: Q) -> Topology<Q> {
        let mut recording = recorder::close(self.recording);
        let refusals = self.lock.map(|lock| lock::refusals(&recording.plan, lock)).unwrap_or_default();
        recording.plan.problems.extend(refusals);
        Topology::new(recording, stores)
    }
    #[track_caller]
    fn open<S: Keyed, V: Record>(&self, operator: &'static str, parts: Vec<Part<S, V>>) -> Stream<S, V> {
        let mut topics = vec![];
        for part in parts {
            let index = read::<S, V>(self.recording, &part.decl);
            if topics.iter().all(|t: &(_, _, _)| t.0 != index) {
                topics.push((index, part.decl.window, part.extractor));
            }
        }
        let indices: Vec<_> = topics.iter().map(|t: &(_, _, _)| t.0).collect();
        if let Some(at) = recorder::opened::<Outlet<S::Key, V>>(self.recording, operator, &indices) {
            recorder::outlet(at, |outlet: &mut Outlet<S::Key, V>| outlet.copy = outlet.copy.or(Some(V::duplicate)));
            return Stream::new(at);
        }
        let name = recorder::topic_names(self.recording, &indices).join("+");
        let draft = Draft { kind: NodeKind::Source(indices.clone()), ..Draft::operator(operator).label(format!("{name}-source")) };
        let stream = Stream::<S, V>::add(self.recording, draft, &[]);
        recorder::windows_of(stream.at, topics.iter().map(|topic| topic.1));
        source::user_stream::<S, V>(stream.at, topics);
        recorder::opens(stream.at, operator, indices);
        stream
    }
    #[track_caller]
    fn open_table<S: Placed, V: Record>(&self, part: Part<S, V>) -> Table<S, V::Present> {
        self.open_rows::<S, V, Plain>("table", StoreKind::KeyValue, part)
    }
    #[track_caller]
    fn open_versioned<S: Placed, V: Record>(&self, part: Part<S, V>) -> Table<S, V::Present, Versioned> {
        let history = part.decl.history.unwrap_or_else(|| {
            let text = format!(
                "topic `{}` is read as a versioned table and does not say how far back it remembers: add `.history(hours(1))` to it",
                part.decl.name
            );
            recorder::problem(self.recording, text);
            std::time::Duration::ZERO
        });
        self.open_rows::<S, V, Versioned>("versioned table", StoreKind::Versioned { history }, part)
    }
    /// The topic decoded as rows, kept in a store that is named by, and restored from, the topic.
    #[track_caller]
    fn open_rows<S: Placed, V: Record, M>(&self, operator: &'static str, kind: StoreKind, part: Part<S, V>) -> Table<S, V::Present, M> {
        let name = part.decl.name.clone();
        let topic = read::<S, V>(self.recording, &part.decl);
        if let Some(at) = recorder::opened::<TableOutlet<S::Key, V::Present>>(self.recording, operator, &[topic]) {
            return Table::new(at);
        }
        let draft = Draft { kind: NodeKind::Source(vec![topic]), ..Draft::operator(operator).label(format!("{name}-source")) };
        let rows = Stream::<S, Option<V::Present>>::add(self.recording, draft, &[]);
        let mut store = StoreDraft::named(&name).typed::<S::Key, V::Present>(kind);
        store.expected = part.decl.expected;
        let store = store.add_for_source(self.recording, topic);
        recorder::windows_of(rows.at, [part.decl.window]);
        source::rows::<S, V>(rows.at, topic, part.decl.window, part.extractor, store);
        let table = rows.kept::<V::Present, M>(operator, store);
        recorder::opens(table.at, operator, vec![topic]);
        table
    }
}
/// What a parameter type of a topology function is opened as.
#[doc(hidden)]
pub trait Handle<T> {
    fn open(b: &Builder) -> Self;
}
impl<T: Source> Handle<T> for Stream<T::Space, T::Value> {
    #[track_caller]
    fn open(b: &Builder) -> Self {
        b.open("stream", T::topics())
    }
}
#[diagnostic::do_not_recommend]
impl<T: Topic<Space: Placed>> Handle<T> for Table<<T as Topic>::Space, <<T as Topic>::Value as Record>::Present> {
    #[track_caller]
    fn open(b: &Builder) -> Self {
        b.open_table::<T::Space, T::Value>(part::<T>())
    }
}
#[diagnostic::do_not_recommend]
impl<T: Topic<Space: Placed>> Handle<T> for Table<<T as Topic>::Space, <<T as Topic>::Value as Record>::Present, Versioned> {
    #[track_caller]
    fn open(b: &Builder) -> Self {
        b.open_versioned::<T::Space, T::Value>(part::<T>())
    }
}
/// What the user says of the topology; generated code calls it.
#[doc(hidden)]
pub fn documented(b: &Builder, doc: &'static str) {
    recorder::documented(b.recording, doc);
}
/// The text of the topology's lock, which it is compared with when it is built; generated code calls it.
#[doc(hidden)]
pub fn locked(b: Builder, lock: &'static str) -> Builder {
    Builder { lock: Some(lock), ..b }
}
/// Asks a source whether it says how long the windows in its keys are; generated code asserts it.
#[doc(hidden)]
pub struct SizeOf<T>(PhantomData<T>);
impl<T: Source> SizeOf<T> {
    pub const IS_SAID: bool = T::IS_SIZED;
}
/// What is no source is told elsewhere, once.
#[doc(hidden)]
pub trait Unasked {
    const IS_SAID: bool = true;
}
impl<T> Unasked for SizeOf<T> {}
/// Opens a parameter of a topology function; generated code calls it.
#[doc(hidden)]
#[track_caller]
pub fn handle<T, H: Handle<T>>(b: &Builder) -> H {
    H::open(b)
}
