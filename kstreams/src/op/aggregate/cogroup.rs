//! `cogroup`: several streams fed into one aggregate (KIP-150).
use super::{
    FixedWindow, Fold, Gives, Rows, Slot, StoredView,
    windowed::{Windowing, windowed_table},
};
use crate::{
    IntoStore, Key, Keyed, Message, NonNull, Over, Placed, Record, SessionWindowed, SessionWindows, Stream, StreamRightOf, StreamSide,
    Table, Window,
    codec::KeptAs,
    dsl::StoreDraft,
    op::{Assembly, Flow, Next, Push, Scope},
    plan::{
        NodeId, StoreIndex, StoreKind,
        recorder::{self, At, Draft, Old},
    },
};
use std::{marker::PhantomData, sync::Arc};

type Init<A> = Arc<dyn Fn() -> A + Send + Sync>;
type Merge<A> = Arc<dyn Fn(&mut A, A) -> Slot + Send + Sync>;

/// Where an input is hung on.
struct Peg<A> {
    node: NodeId,
    store: StoreIndex,
    /// Without windows: one aggregate a key.
    over: Option<Over>,
    merge: Merge<A>,
}
type Hang<A> = Box<dyn FnOnce(Peg<A>)>;

/// Several streams that feed one aggregate.
#[must_use = "finish it with `.aggregate(\"store-name\")`"]
pub struct Cogroup<S, A> {
    init: Init<A>,
    /// Its path, for documents.
    begins: Option<&'static str>,
    inputs: Vec<(At, Hang<A>)>,
    of: PhantomData<fn() -> S>,
}
/// A cogroup with a window over it; `T` is the space of the table to come.
#[must_use = "finish it with `.aggregate(\"store-name\")`"]
pub struct WindowedCogroup<T, A, W> {
    begins: Option<&'static str>,
    inputs: Vec<(At, Hang<A>)>,
    window: W,
    of: PhantomData<fn() -> T>,
}

impl<S: Placed, V: 'static> Stream<S, V> {
    /// One aggregate fed by several streams: `a.cogroup(init, add_a).and(b, add_b).aggregate("name")` (Kafka Streams: `cogroup`).
    ///
    /// ```
    /// use kstreams::prelude::*;
    /// let b = Topology::builder("balances");
    /// let paid = b.stream(named::<Space<String, 1>, u64>("paid"));
    /// let spent = b.stream(named::<Space<String, 1>, u64>("spent"));
    /// let balances = paid.cogroup(|| 0, |sum, n: &u64| *sum += *n).and(spent, |sum, n: &u64| *sum -= *n).aggregate("balances");
    /// balances.to_stream().to(named::<Space<String, 1>, Option<u64>>("out"));
    /// let mut driver = TestDriver::new(b.build(()));
    /// driver.input(named::<Space<String, 1>, u64>("paid")).send("ann".to_string(), 10);
    /// driver.input(named::<Space<String, 1>, u64>("spent")).send("ann".to_string(), 3);
    /// assert_eq!(driver.output(named::<Space<String, 1>, Option<u64>>("out")).values(), [Some(10), Some(7)]);
    /// ```
    pub fn cogroup<A, R, I, F>(self, init: I, add: F) -> Cogroup<S, A>
    where
        V: NonNull,
        A: Record<Present: KeptAs<A>>,
        I: Fn() -> A + Send + Sync + 'static,
        F: Fn(&mut A, &V) -> R + Gives<R> + Send + Sync + 'static,
    {
        let init: Init<A> = Arc::new(init);
        let first = input::<S, V, A, R, F>(self, init.clone(), add);
        Cogroup { init, begins: recorder::path_of::<I>(), inputs: vec![first], of: PhantomData }
    }
}
impl<S: Placed, A: Record> Cogroup<S, A> {
    /// Another stream of the same space, with its own way into the aggregate.
    ///
    /// ```
    /// # use kstreams::prelude::*;
    /// # #[topic(name = "numbers", key = String, value = u64, partitions = 1)]
    /// # struct Numbers;
    /// # #[topic(name = "others", key = String, value = u64, partitions = 1)]
    /// # struct Others;
    /// # #[topic(name = "sums", key = String, value = u64, partitions = 1)]
    /// # struct Sums;
    /// # let b = Topology::builder("example");
    /// # let numbers = b.stream(Numbers);
    /// # let others = b.stream(Others);
    /// let rest = numbers.cogroup(|| 0, |sum: &mut u64, n| *sum += n).and(others, |sum, n| *sum = sum.saturating_sub(*n)).aggregate("rest");
    /// rest.to(Sums);
    /// # let mut driver = TestDriver::new(b.build(()));
    /// driver.input(Numbers).send("a".into(), 7);
    /// driver.input(Others).send("a".into(), 3);
    /// assert_eq!(driver.output(Sums).values(), [7, 4]);
    /// ```
    pub fn and<T: StreamSide<Value: NonNull + 'static> + StreamRightOf<S>, R, F>(mut self, other: T, add: F) -> Cogroup<S, A>
    where
        F: Fn(&mut A, &T::Value) -> R + Gives<R> + Send + Sync + 'static,
    {
        let other = Stream::<S, T::Value>::new(other.right_at());
        self.inputs.push(input::<S, T::Value, A, R, F>(other, self.init.clone(), add));
        self
    }
    /// Windows for the aggregation that follows.
    ///
    /// ```
    /// # use kstreams::prelude::*;
    /// # #[topic(name = "numbers", key = String, value = u64, partitions = 1)]
    /// # struct Numbers;
    /// # #[topic(name = "others", key = String, value = u64, partitions = 1)]
    /// # struct Others;
    /// # #[topic(name = "hourly", key = TimeWindowed<String>, value = u64, partitions = 1, window = hours(1))]
    /// # struct Hourly;
    /// # let b = Topology::builder("example");
    /// # let numbers = b.stream(Numbers);
    /// # let others = b.stream(Others);
    /// let both = numbers.cogroup(|| 0, |sum: &mut u64, n| *sum += n).and(others, |sum, n| *sum += n);
    /// both.windowed_by(tumbling(hours(1))).aggregate("both-per-hour").to(Hourly);
    /// # let mut driver = TestDriver::new(b.build(()));
    /// driver.input(Numbers).at("1970-01-01T00:10:00Z").send("a".into(), 7);
    /// driver.input(Others).at("1970-01-01T00:50:00Z").send("a".into(), 3);
    /// driver.input(Others).at("1970-01-01T01:10:00Z").send("a".into(), 1);
    /// assert_eq!(driver.output(Hourly).values(), [7, 10, 1]);
    /// ```
    #[doc(alias = "windowedBy")]
    pub fn windowed_by<W, I, T>(self, window: W) -> WindowedCogroup<T, A, I>
    where
        S: Placed<With<W::Key<<S as Keyed>::Key>> = T>,
        W: Window<Is = I>,
        T: Placed,
        I: Window,
    {
        WindowedCogroup { begins: self.begins, inputs: self.inputs, window: window.itself(), of: PhantomData }
    }
    /// One aggregate a key.
    ///
    /// ```
    /// # use kstreams::prelude::*;
    /// # #[topic(name = "numbers", key = String, value = u64, partitions = 1)]
    /// # struct Numbers;
    /// # #[topic(name = "words", key = String, value = String, partitions = 1)]
    /// # struct Words;
    /// # #[topic(name = "sums", key = String, value = u64, partitions = 1)]
    /// # struct Sums;
    /// # let b = Topology::builder("example");
    /// # let numbers = b.stream(Numbers);
    /// # let words = b.stream(Words);
    /// let all = numbers.cogroup(|| 0, |sum: &mut u64, n| *sum += n).and(words, |sum, word: &String| *sum += word.len() as u64);
    /// all.aggregate("all").to(Sums);
    /// # let mut driver = TestDriver::new(b.build(()));
    /// driver.input(Numbers).send("a".into(), 7);
    /// driver.input(Words).send("a".into(), "tea".into());
    /// assert_eq!(driver.output(Sums).values(), [7, 10]);
    /// ```
    #[track_caller]
    pub fn aggregate<N>(self, store: N) -> Table<S, A, N::Kind>
    where
        N: IntoStore<A>,
    {
        let (ats, hangs): (Vec<At>, Vec<Hang<A>>) = self.inputs.into_iter().unzip();
        let recording = ats[0].recording();
        let store = StoreDraft::of::<S::Key, A>(store, StoreKind::KeyValue).add(recording);
        let draft = Draft::operator("cogroup").stores(vec![store]).joining();
        let table = Table::add(recording, draft, &ats, Old::Stored, move |_, a| StoredView::boxed(a, store));
        hang_all(hangs, table.at.node(), store, None, never());
        recorder::takes(table.at, self.begins);
        table
    }
}
impl<T: Placed, A: Record, W: Window> WindowedCogroup<T, A, W> {
    /// One aggregate a key and window. For tumbling, hopping and sliding windows.
    ///
    /// ```
    /// # use kstreams::prelude::*;
    /// # #[topic(name = "numbers", key = String, value = u64, partitions = 1)]
    /// # struct Numbers;
    /// # #[topic(name = "sums", key = String, value = u64, partitions = 1)]
    /// # struct Sums;
    /// # let b = Topology::builder("example");
    /// # let numbers = b.stream(Numbers);
    /// let hourly = numbers.cogroup(|| 0, |sum: &mut u64, n| *sum += n).windowed_by(tumbling(hours(1))).aggregate("per-hour");
    /// hourly.to_stream().unwindow().present().to(Sums);
    /// # let mut driver = TestDriver::new(b.build(()));
    /// driver.input(Numbers).at(0).send("a".into(), 7).send("a".into(), 3);
    /// assert_eq!(driver.output(Sums).values(), [7, 10]);
    /// ```
    #[track_caller]
    pub fn aggregate<N>(self, store: N) -> Table<T, A>
    where
        W: FixedWindow,
        N: IntoStore<A>,
    {
        self.done(store, never())
    }
    #[track_caller]
    fn done<N: IntoStore<A>>(self, store: N, merge: Merge<A>) -> Table<T, A> {
        let (ats, hangs): (Vec<At>, Vec<Hang<A>>) = self.inputs.into_iter().unzip();
        let (table, store) = windowed_table::<T, A, N, W>(Draft::operator("cogroup").joining(), store, self.window, &ats);
        hang_all(hangs, table.at.node(), store, Some(self.window.over()), merge);
        recorder::takes(table.at, self.begins);
        table
    }
}
impl<T, K, A> WindowedCogroup<T, A, SessionWindows>
where
    T: Placed<Key = SessionWindowed<K>>,
    K: Key,
    A: Record,
{
    /// One aggregate a session: `merge` puts a later session into an earlier one when a record closes the gap between them.
    ///
    /// ```
    /// # use kstreams::prelude::*;
    /// # #[topic(name = "numbers", key = String, value = u64, partitions = 1)]
    /// # struct Numbers;
    /// # #[topic(name = "others", key = String, value = u64, partitions = 1)]
    /// # struct Others;
    /// # #[topic(name = "sums", key = String, value = u64, partitions = 1)]
    /// # struct Sums;
    /// # let b = Topology::builder("example");
    /// # let numbers = b.stream(Numbers);
    /// # let others = b.stream(Others);
    /// let both = numbers.cogroup(|| 0, |sum: &mut u64, n| *sum += n).and(others, |sum, n| *sum += n);
    /// let visits = both.windowed_by(session(minutes(5)).grace(hours(1))).aggregate_merging("visits", |sum, later| *sum += later);
    /// visits.to_stream().unwindow().present().to(Sums);
    /// # let mut driver = TestDriver::new(b.build(()));
    /// driver.input(Numbers).at("1970-01-01T00:00:00Z").send("a".into(), 1);
    /// driver.input(Numbers).at("1970-01-01T00:08:00Z").send("a".into(), 2);
    /// // four minutes past closes the gap between the two
    /// driver.input(Others).at("1970-01-01T00:04:00Z").send("a".into(), 4);
    /// assert_eq!(driver.output(Sums).values(), [1, 2, 7]);
    /// ```
    #[track_caller]
    pub fn aggregate_merging<N, Q, M>(self, store: N, merge: M) -> Table<T, A>
    where
        N: IntoStore<A>,
        M: Fn(&mut A, A) -> Q + Gives<Q> + Send + Sync + 'static,
    {
        let table = self.done(store, Arc::new(move |earlier, later| M::slot(merge(earlier, later))));
        recorder::takes(table.at, recorder::path_of::<M>());
        table
    }
}
/// Of windows that never merge.
fn never<A>() -> Merge<A> {
    Arc::new(|_, _| Slot::Keep)
}
fn hang_all<A>(hangs: Vec<Hang<A>>, node: NodeId, store: StoreIndex, over: Option<Over>, merge: Merge<A>) {
    hangs.into_iter().for_each(|hang| hang(Peg { node, store, over, merge: merge.clone() }));
}
fn input<S, V, A, R, F>(stream: Stream<S, V>, init: Init<A>, add: F) -> (At, Hang<A>)
where
    S: Placed,
    V: 'static,
    A: Record,
    F: Fn(&mut A, &V) -> R + Gives<R> + Send + Sync + 'static,
{
    let fold = Fold::<V, A>::aggregate(move || init(), add);
    let at = stream.at;
    let hang = move |peg: Peg<A>| {
        recorder::takes(stream.at.beside(peg.node), recorder::path_of::<F>());
        let merge = peg.merge.clone();
        let fold = fold.merging(move |earlier, later| merge(earlier, later));
        stream.read_by(move |a| worker::<S::Key, V, A>(&peg, fold.clone(), a));
    };
    (at, Box::new(hang))
}
fn worker<K: Key, V: 'static, A: Record>(peg: &Peg<A>, fold: Fold<V, A>, a: &mut Assembly<'_>) -> Next<K, V> {
    let Peg { node, store, over, .. } = *peg;
    match over {
        Some(over) => Windowing { node, store, over, is_final: false, idle: None, is_shared: true }.worker(fold, a),
        None => Box::new(InGroup { node, rows: Rows::open_shared(a, node, store), fold }),
    }
}

/// Puts an input's record into the key's aggregate.
struct InGroup<K, V, A> {
    node: NodeId,
    rows: Rows<K, A>,
    fold: Fold<V, A>,
}
impl<K: Key, V, A: Record> Push<K, V> for InGroup<K, V, A> {
    fn push(&mut self, record: Message<K, V>, scope: &mut Scope) -> Flow {
        scope.enter(self.node);
        let Message { key, value, time, headers } = record;
        let fold = &self.fold;
        self.rows.change(&key, time, &headers, scope, || (fold.init)(), |there| (fold.add)(there, &value))
    }
}
