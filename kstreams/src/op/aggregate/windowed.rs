//! `windowed_by`: aggregations over tumbling, hopping, sliding windows and sessions.
use super::{
    Fold, Gives, Rows, StoredView,
    closing::{Closing, Emission, WindowKey},
    session::InSession,
    sliding::InSliding,
    time::InTime,
};
use crate::{
    IntoStore, Key, Keyed, NonNull, Over, Placed, Record, SessionWindowed, SessionWindows, SlidingWindows, Stream, Table, TimeWindows,
    Window,
    codec::KeptAs,
    dsl::StoreDraft,
    op::{Assembly, Next, idle},
    plan::{
        NodeId, StoreIndex,
        recorder::{self, At, Draft, Old},
    },
};
use std::{marker::PhantomData, time::Duration};

/// A stream with a window over it; `T` is the space of the table to come.
#[must_use = "add an aggregation such as `.count(\"store-name\")`"]
pub struct WindowedStream<S: Keyed, T, V, W> {
    stream: Stream<S, V>,
    window: W,
    is_final: bool,
    idle: Option<Duration>,
    of: PhantomData<fn() -> T>,
}
/// Windows that never merge.
#[diagnostic::on_unimplemented(
    message = "sessions merge, so their aggregation needs a merger",
    label = "two sessions become one when a record closes the gap",
    note = "write `.aggregate_merging(\"name\", init, add, |earlier, later| ..)`"
)]
pub trait FixedWindow {}
impl FixedWindow for TimeWindows {}
impl FixedWindow for SlidingWindows {}

/// A windowed aggregation under construction.
pub(super) struct Windowing {
    pub(super) node: NodeId,
    pub(super) store: StoreIndex,
    pub(super) over: Over,
    /// Results go out when their window closes.
    pub(super) is_final: bool,
    /// And by the wall clock when no record came for so long.
    pub(super) idle: Option<Duration>,
    /// Several inputs feed the node.
    pub(super) is_shared: bool,
}
impl Windowing {
    /// What takes the records.
    pub(super) fn worker<K: Key, V: 'static, A: Record>(&self, fold: Fold<V, A>, a: &mut Assembly<'_>) -> Next<K, V> {
        let (node, seen) = (self.node, -1);
        match self.over {
            Over::Time(windows) => {
                let (rows, emission) = self.rows(a);
                idle::stream(node, InTime { node, windows, rows, emission, seen, fold }, self.idle, a)
            }
            Over::Sliding(windows) => {
                let (rows, emission) = self.rows(a);
                idle::stream(node, InSliding { node, windows, rows, emission, seen, fold }, self.idle, a)
            }
            Over::Session(windows) => {
                let (rows, emission) = self.rows(a);
                idle::stream(node, InSession { node, windows, rows, emission, seen, fold }, self.idle, a)
            }
        }
    }
    fn rows<W: WindowKey, A: Record>(&self, a: &mut Assembly<'_>) -> (Rows<W, A>, Emission<W, A>) {
        let Windowing { node, store, is_final, is_shared, .. } = *self;
        let mut rows = if is_shared { Rows::open_shared(a, node, store) } else { Rows::open(a, node, store) };
        let closing = rows.next_if(is_final).map(|next| (Closing::new(next), a.clock(store)));
        (rows, Emission::new(closing))
    }
}

impl<S: Placed, V: 'static> Stream<S, V> {
    /// Windows for the aggregation that follows (Kafka Streams: `windowedBy`).
    ///
    /// ```
    /// use kstreams::prelude::*;
    /// let b = Topology::builder("visits");
    /// let clicks = b.stream(named::<Space<String, 1>, String>("clicks"));
    /// clicks.windowed_by(session(minutes(30))).count("visits").to_stream().unwindow::<Space<String, 1>>().to(named::<Space<String, 1>, Option<u64>>("lengths"));
    /// let mut driver = TestDriver::new(b.build(()));
    /// for (time, page) in [(0, "/"), (60_000, "/cart")] {
    ///     driver.input(named::<Space<String, 1>, String>("clicks")).at(time).send("ann".to_string(), page.to_string());
    /// }
    /// // the second click is in the first's session, which becomes a longer one
    /// let lengths = driver.output(named::<Space<String, 1>, Option<u64>>("lengths")).values();
    /// assert_eq!(lengths, [Some(1), None, Some(2)]);
    /// ```
    #[doc(alias = "windowedBy")]
    #[track_caller]
    pub fn windowed_by<W, I, T>(self, window: W) -> WindowedStream<S, T, V, I>
    where
        S: Placed<With<W::Key<<S as Keyed>::Key>> = T>,
        V: NonNull,
        W: Window<Is = I>,
        T: Placed,
        I: Window,
    {
        WindowedStream { stream: self, window: window.itself(), is_final: false, idle: None, of: PhantomData }
    }
}

/// The table node of a windowed aggregation; what feeds it is hung on by its inputs.
#[track_caller]
pub(super) fn windowed_table<T: Placed, A: Record, N: IntoStore<A>, W: Window>(
    draft: Draft,
    store: N,
    window: W,
    inputs: &[At],
) -> (Table<T, A>, StoreIndex) {
    let recording = inputs[0].recording();
    let store = StoreDraft::of::<T::Key, A>(store, window.store_kind()).checked(window, recording).add(recording);
    let draft = draft.stores(vec![store]);
    let table = Table::add(recording, draft, inputs, Old::Stored, move |_, a| StoredView::boxed(a, store));
    if window.over().skew_ms() > 0 {
        recorder::upstream_marks(recording);
    }
    // What waits behind the table has a clock of its own, which no mark holds back.
    recorder::closing(table.at, window.over().closes_after_ms().saturating_add(window.over().skew_ms()));
    (table, store)
}

impl<S, T, V, K, W> WindowedStream<S, T, V, W>
where
    S: Placed<Key = K>,
    T: Placed<Key = W::Key<K>>,
    K: Key,
    V: 'static,
    W: Window,
{
    /// Hands a window's result on once, when the window closes: behind its end and grace on the operator's clock (Kafka Streams: `EmitStrategy.onWindowClose`,
    /// KIP-825). Without it every change goes on. The clock is committed with the task's offsets: over a restart no result comes twice, and what was
    /// late stays late. A window that the store keeps no more when it closes has no result, as in Kafka Streams: where input may pause for longer
    /// than size and grace, give the store a longer `retention`.
    ///
    /// ```
    /// # use kstreams::prelude::*;
    /// # #[topic(name = "words", key = String, value = String, partitions = 1)]
    /// # struct Words;
    /// # #[topic(name = "hourly", key = TimeWindowed<String>, value = u64, partitions = 1, window = hours(1))]
    /// # struct Hourly;
    /// # let b = Topology::builder("example");
    /// # let words = b.stream(Words);
    /// words.windowed_by(tumbling(hours(1)).grace(minutes(5))).emit_final().count("hourly").to(Hourly);
    /// # let mut driver = TestDriver::new(b.build(()));
    /// for minute in [10, 50, 64, 65] {
    ///     driver.input(Words).at(minute * 60_000).send("a".into(), "tea".into());
    /// }
    /// // nothing before the hour and its grace are over
    /// assert_eq!(driver.output(Hourly).values(), [2]);
    /// ```
    #[doc(alias = "emitStrategy")]
    pub fn emit_final(self) -> Self {
        WindowedStream { is_final: true, ..self }
    }
    /// [`WindowedStream::emit_final`] that does not wait for the next record for ever: when none came for `idle` of wall-clock time, the operator's
    /// clock goes on with the wall clock, so that the last windows close, at the latest twice that time behind their end and grace.
    /// Records that come after the pause and would have been in time without it are then late. Not in Kafka Streams, where the last windows
    /// wait as long as input stops. A restart forgets nothing of it.
    ///
    /// ```
    /// # use kstreams::prelude::*;
    /// # #[topic(name = "words", key = String, value = String, partitions = 1)]
    /// # struct Words;
    /// # #[topic(name = "hourly", key = TimeWindowed<String>, value = u64, partitions = 1, window = hours(1))]
    /// # struct Hourly;
    /// # let b = Topology::builder("example");
    /// # let words = b.stream(Words);
    /// words.windowed_by(tumbling(hours(1))).emit_final_or_idle_for(minutes(10)).count("hourly").to(Hourly);
    /// # let mut driver = TestDriver::new(b.build(()));
    /// driver.input(Words).at(50 * 60_000).send("a".into(), "tea".into());
    /// driver.advance_wall_clock(minutes(9));
    /// assert!(driver.output(Hourly).is_empty());
    /// driver.advance_wall_clock(minutes(1));
    /// assert_eq!(driver.output(Hourly).values(), [1]);
    /// ```
    pub fn emit_final_or_idle_for(self, idle: Duration) -> Self {
        WindowedStream { is_final: true, idle: Some(idle), ..self }
    }
    #[track_caller]
    fn done<N, A, F: ?Sized>(self, operator: &'static str, store: N, fold: Fold<V, A>) -> Table<T, A>
    where
        N: IntoStore<A>,
        A: Record,
    {
        let WindowedStream { stream, window, is_final, idle, .. } = self;
        let draft = Draft::operator(operator).named_after::<F>();
        let (table, store) = windowed_table::<T, A, N, W>(draft, store, window, &[stream.at]);
        let node = table.at.node();
        is_final.then(|| recorder::not_on_commit(table.at));
        stream.read_by(move |a| {
            let windowing = Windowing { node, store, over: window.over(), is_final, idle, is_shared: false };
            windowing.worker::<K, V, A>(fold.clone(), a)
        });
        table
    }
    /// Counts the records of each key and window.
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
    /// driver.input(Words).at("1970-01-01T01:30:00Z").send("ann".into(), "tea".into());
    /// // half past one lies in the windows that start at midnight and at one
    /// let hours: Vec<_> = driver.output(TwoHourly).pairs().into_iter().map(|(key, count)| (key.window.start / 3_600_000, count)).collect();
    /// assert_eq!(hours, [(0, 1), (1, 1)]);
    /// ```
    #[track_caller]
    pub fn count<N>(self, store: N) -> Table<T, u64>
    where
        N: IntoStore<u64>,
    {
        self.done::<N, u64, ()>("count", store, Fold::count())
    }
    /// The first value of a key and window starts, `add` puts each later one in. Sessions that meet are reduced into one.
    ///
    /// ```
    /// # use kstreams::prelude::*;
    /// # #[topic(name = "numbers", key = String, value = u64, partitions = 1)]
    /// # struct Numbers;
    /// # #[topic(name = "sums", key = String, value = u64, partitions = 1)]
    /// # struct Sums;
    /// # let b = Topology::builder("example");
    /// # let numbers = b.stream(Numbers);
    /// numbers.windowed_by(tumbling(minutes(1))).reduce("per-minute", |sum, n| *sum += n).to_stream().unwindow().present().to(Sums);
    /// # let mut driver = TestDriver::new(b.build(()));
    /// for (second, n) in [(0, 3), (30, 4), (60, 5)] {
    ///     driver.input(Numbers).at(second * 1_000).send("a".into(), n);
    /// }
    /// assert_eq!(driver.output(Sums).values(), [3, 7, 5]);
    /// ```
    #[track_caller]
    pub fn reduce<N, R, F>(self, store: N, add: F) -> Table<T, V>
    where
        V: Record + Clone,
        N: IntoStore<V>,
        F: Fn(&mut V, &V) -> R + Gives<R> + Send + Sync + 'static,
    {
        self.done::<N, V, F>("reduce", store, Fold::reduce(add))
    }
    /// One aggregate a key and window: `init` makes it, `add` changes it in place. For tumbling, hopping and sliding windows.
    ///
    /// ```
    /// # use kstreams::prelude::*;
    /// # #[topic(name = "words", key = String, value = String, partitions = 1)]
    /// # struct Words;
    /// # #[topic(name = "sums", key = String, value = u64, partitions = 1)]
    /// # struct Sums;
    /// # let b = Topology::builder("example");
    /// # let words = b.stream(Words);
    /// // the letters of the words that lie within ten seconds
    /// let letters = words.windowed_by(sliding(seconds(10))).aggregate("letters", || 0, |sum: &mut u64, word| *sum += word.len() as u64);
    /// letters.to_stream().unwindow().present().to(Sums);
    /// # let mut driver = TestDriver::new(b.build(()));
    /// driver.input(Words).at(20_000).send("ann".into(), "tea".into());
    /// driver.input(Words).at(25_000).send("ann".into(), "milk".into());
    /// // the window that ends with tea, the one that begins behind it, the one that ends with milk
    /// assert_eq!(driver.output(Sums).values(), [3, 4, 7]);
    /// ```
    #[track_caller]
    pub fn aggregate<N, A, R, I, F>(self, store: N, init: I, add: F) -> Table<T, A>
    where
        W: FixedWindow,
        N: IntoStore<A>,
        A: Record<Present: KeptAs<A>>,
        I: Fn() -> A + Send + Sync + 'static,
        F: Fn(&mut A, &V) -> R + Gives<R> + Send + Sync + 'static,
    {
        let table = self.done::<N, A, F>("aggregate", store, Fold::aggregate(init, add));
        recorder::takes(table.at, recorder::path_of::<I>());
        table
    }
}
impl<S, T, V, K> WindowedStream<S, T, V, SessionWindows>
where
    S: Placed<Key = K>,
    T: Placed<Key = SessionWindowed<K>>,
    K: Key,
    V: 'static,
{
    /// One aggregate a session: `merge` puts a later session into an earlier one when a record closes the gap between them; its
    /// [`crate::Slot::Delete`] drops both. As in Kafka Streams, every session that a record touches is merged into a first aggregate of `init`.
    ///
    /// ```
    /// # use kstreams::prelude::*;
    /// # #[topic(name = "words", key = String, value = String, partitions = 1)]
    /// # struct Words;
    /// # #[topic(name = "results", key = String, value = String, partitions = 1)]
    /// # struct Results;
    /// # let b = Topology::builder("example");
    /// # let words = b.stream(Words);
    /// let joined = words.windowed_by(session(seconds(5))).aggregate_merging("said", String::new, |said, word| said.push_str(word), |said, more| said.push_str(&more));
    /// joined.to_stream().unwindow().present().to(Results);
    /// # let mut driver = TestDriver::new(b.build(()));
    /// for (second, word) in [(0, "a"), (4, "b"), (20, "c")] {
    ///     driver.input(Words).at(second * 1_000).send("ann".into(), word.into());
    /// }
    /// assert_eq!(driver.output(Results).values(), ["a", "ab", "c"]);
    /// ```
    #[track_caller]
    pub fn aggregate_merging<N, A, R, Q, I, F, M>(self, store: N, init: I, add: F, merge: M) -> Table<T, A>
    where
        N: IntoStore<A>,
        A: Record<Present: KeptAs<A>>,
        I: Fn() -> A + Send + Sync + 'static,
        F: Fn(&mut A, &V) -> R + Gives<R> + Send + Sync + 'static,
        M: Fn(&mut A, A) -> Q + Gives<Q> + Send + Sync + 'static,
    {
        let table = self.done::<N, A, F>("aggregate", store, Fold::aggregate(init, add).merging(merge));
        [recorder::path_of::<I>(), recorder::path_of::<M>()].into_iter().for_each(|function| recorder::takes(table.at, function));
        table
    }
}
