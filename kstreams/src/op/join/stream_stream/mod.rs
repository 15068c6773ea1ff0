//! Joins of two streams: records of one key that lie within a time of each other.
mod alone;
mod kept;
mod side;

use super::StreamRightOf;
use crate::{
    JoinWindow, Key, Placed, Record, Stream, StreamSide, Within,
    codec::KeptAs,
    dsl::StoreDraft,
    op::{Assembly, Next, Shared},
    plan::{NodeId, StoreIndex, StoreKind, recorder::Draft},
};
use alone::{Clock, Join, Waiting};
use kept::{Alone, Either, Kept, Several};
use side::Side;
use std::{cell::RefCell, rc::Rc, sync::Arc};

/// Joins. Several matches may come: both sides are borrowed.
impl<S: Placed, V: Record> Stream<S, V> {
    /// Pairs of records with one key that lie within a time of each other (Kafka Streams: `join(KStream, JoinWindows)`). A pair's time is the
    /// larger of the two. Both sides are kept in window stores `<name>-this-join-store` and `<name>-other-join-store`; a self-join clones the
    /// stream.
    ///
    /// ```
    /// use kstreams::prelude::*;
    /// let b = Topology::builder("ads");
    /// let topic = |name: &str| named::<Space<String, 1>, String>(name);
    /// let shown = b.stream(topic("shown"));
    /// shown.join_stream(b.stream(topic("clicked")), within(seconds(10)), "paid", |ad, click| format!("{ad} {click}")).to(topic("paid"));
    /// let mut driver = TestDriver::new(b.build(()));
    /// driver.input(topic("shown")).at(1_000).send("ann".to_string(), "shoes".to_string());
    /// driver.input(topic("clicked")).at(9_000).send("ann".to_string(), "left".to_string());
    /// driver.input(topic("clicked")).at(12_000).send("ann".to_string(), "late".to_string());
    /// assert_eq!(driver.output(topic("paid")).values(), ["shoes left"]);
    /// ```
    #[doc(alias = "JoinWindows")]
    #[track_caller]
    pub fn join_stream<T, W, R, F>(self, right: T, window: W, name: &'static str, f: F) -> Stream<S, R>
    where
        V: Record<Present: KeptAs<V>>,
        T: StreamSide<Value: Record<Present: KeptAs<T::Value>>> + StreamRightOf<S>,
        W: JoinWindow,
        R: 'static,
        F: Fn(&V, &T::Value) -> R + Send + Sync + 'static,
    {
        let kind = Kind { operator: "join_stream", shared: None, left_alone: false, right_alone: false };
        joined::<S, V, T::Value, R, F>(self, right.right_at(), window.within(), (kind, name), move |l, r| Some(f(l?, r?)))
    }
    /// [`Stream::join_stream`] in which left records that met nobody go on alone when their window has closed, with the time that they had.
    ///
    /// ```
    /// # use kstreams::prelude::*;
    /// # #[topic(name = "words", key = String, value = String, partitions = 1)]
    /// # struct Words;
    /// # #[topic(name = "numbers", key = String, value = u64, partitions = 1)]
    /// # struct Numbers;
    /// # #[topic(name = "results", key = String, value = String, partitions = 1)]
    /// # struct Results;
    /// # let b = Topology::builder("example");
    /// # let words = b.stream(Words);
    /// # let numbers = b.stream(Numbers);
    /// words.left_join_stream(numbers, within(seconds(5)), "pairs", |word, n| format!("{word} {n:?}")).to(Results);
    /// # let mut driver = TestDriver::new(b.build(()));
    /// driver.input(Words).at(0).send("a".into(), "tea".into());
    /// driver.input(Words).at(6_000).send("a".into(), "ale".into());
    /// driver.input(Numbers).at(7_000).send("a".into(), 7);
    /// assert_eq!(driver.output(Results).values(), ["tea None", "ale Some(7)"]);
    /// ```
    #[track_caller]
    pub fn left_join_stream<T, W, R, F>(self, right: T, window: W, name: &'static str, f: F) -> Stream<S, R>
    where
        V: Record<Present: KeptAs<V>>,
        T: StreamSide<Value: Record<Present: KeptAs<T::Value>>> + StreamRightOf<S>,
        W: JoinWindow,
        R: 'static,
        F: Fn(&V, Option<&T::Value>) -> R + Send + Sync + 'static,
    {
        let kind = Kind { operator: "left_join_stream", shared: Some("left-shared"), left_alone: true, right_alone: false };
        joined::<S, V, T::Value, R, F>(self, right.right_at(), window.within(), (kind, name), move |l, r| Some(f(l?, r)))
    }
    /// [`Stream::join_stream`] in which records of both sides that met nobody go on alone when their window has closed.
    ///
    /// ```
    /// # use kstreams::prelude::*;
    /// # #[topic(name = "words", key = String, value = String, partitions = 1)]
    /// # struct Words;
    /// # #[topic(name = "numbers", key = String, value = u64, partitions = 1)]
    /// # struct Numbers;
    /// # #[topic(name = "results", key = String, value = String, partitions = 1)]
    /// # struct Results;
    /// # let b = Topology::builder("example");
    /// # let words = b.stream(Words);
    /// # let numbers = b.stream(Numbers);
    /// words.outer_join_stream(numbers, within(seconds(5)), "pairs", |word, n| format!("{word:?} {n:?}")).to(Results);
    /// # let mut driver = TestDriver::new(b.build(()));
    /// driver.input(Numbers).at(0).send("a".into(), 7);
    /// driver.input(Words).at(6_000).send("a".into(), "tea".into());
    /// assert_eq!(driver.output(Results).values(), ["None Some(7)"]);
    /// ```
    #[track_caller]
    pub fn outer_join_stream<T, W, R, F>(self, right: T, window: W, name: &'static str, f: F) -> Stream<S, R>
    where
        V: Record<Present: KeptAs<V>>,
        T: StreamSide<Value: Record<Present: KeptAs<T::Value>>> + StreamRightOf<S>,
        W: JoinWindow,
        R: 'static,
        F: Fn(Option<&V>, Option<&T::Value>) -> R + Send + Sync + 'static,
    {
        let kind = Kind { operator: "outer_join_stream", shared: Some("outer-shared"), left_alone: true, right_alone: true };
        joined::<S, V, T::Value, R, F>(self, right.right_at(), window.within(), (kind, name), move |l, r| Some(f(l, r)))
    }
}

/// What differs between the kinds of joins.
#[derive(Clone, Copy)]
struct Kind {
    operator: &'static str,
    /// The store of records without partner.
    shared: Option<&'static str>,
    left_alone: bool,
    right_alone: bool,
}
#[derive(Clone, Copy)]
struct Stores {
    left: StoreIndex,
    right: StoreIndex,
    alone: Option<StoreIndex>,
}
impl Stores {
    fn declare<K: Key, V: Record, W: Record>(recording: usize, name: &str, kind: Kind, within: Within) -> Stores {
        let kept = StoreKind::Window { size: std::time::Duration::ZERO, retention: within.retention() };
        let named = |side: &str| StoreDraft::named(&format!("{name}-{side}-join-store")).ordered();
        Stores {
            left: named("this").typed::<Kept<K>, V>(kept).add(recording),
            right: named("other").typed::<Kept<K>, W>(kept).add(recording),
            alone: kind.shared.map(|side| named(side).typed::<Alone<K>, Several<Either<V, W>>>(StoreKind::KeyValue).add(recording)),
        }
    }
    fn all(self) -> Vec<StoreIndex> {
        [Some(self.left), Some(self.right), self.alone].into_iter().flatten().collect()
    }
}

#[track_caller]
fn joined<S: Placed, V: Record, W: Record, R: 'static, F: ?Sized>(
    left: Stream<S, V>,
    right: crate::plan::recorder::At,
    within: Within,
    (kind, name): (Kind, &'static str),
    join: impl Fn(Option<&V>, Option<&W>) -> Option<R> + Send + Sync + 'static,
) -> Stream<S, R> {
    let recording = left.at.recording();
    let stores = Stores::declare::<S::Key, V, W>(recording, name, kind, within);
    let draft = Draft::operator(kind.operator).named_after::<F>().stores(stores.all()).joining();
    let out = Stream::<S, R>::add(recording, draft, &[left.at, right]);
    let recipe = Recipe { node: out.at.node(), kind, within, stores, join: Arc::new(join) };
    let other = recipe.clone();
    left.read_by(move |a| recipe.left::<S::Key>(a));
    Stream::<S, W>::new(right).read_by(move |a| other.right::<S::Key>(a));
    out
}
/// What both sides are built from.
struct Recipe<V, W, R> {
    node: NodeId,
    kind: Kind,
    within: Within,
    stores: Stores,
    join: Join<V, W, R>,
}
impl<V, W, R> Clone for Recipe<V, W, R> {
    fn clone(&self) -> Self {
        Recipe { join: self.join.clone(), ..*self }
    }
}
impl<V: Record, W: Record, R: 'static> Recipe<V, W, R> {
    /// What both sides share: made by the first of them that is built.
    fn waiting<K: Key>(&self, a: &mut Assembly<'_>) -> (Rc<RefCell<Waiting<K, V, W, R>>>, Shared<Next<K, R>>) {
        let Recipe { node, within, stores, join, .. } = self;
        a.once(*node, |a| {
            let next = Shared(Rc::new(RefCell::new(a.next::<K, R>(*node))));
            let store = stores.alone.map(|store| a.store(store));
            let waiting = Waiting { clock: Clock::new(), within: *within, store, join: join.clone(), next: next.clone() };
            (Rc::new(RefCell::new(waiting)), next)
        })
    }
    fn left<K: Key>(&self, a: &mut Assembly<'_>) -> Next<K, V> {
        let (waiting, next) = self.waiting::<K>(a);
        let (own, other) = (a.store(self.stores.left), a.store(self.stores.right));
        let (before, after) = (self.within.before_ms(), self.within.after_ms());
        let join = self.join.clone();
        let join = Box::new(move |this: &V, that: Option<&W>| join(Some(this), that));
        let goes_alone = self.kind.left_alone;
        Box::new(Side { node: self.node, is_left: true, goes_alone, before, after, own, other, waiting, join, wrap: Either::Left, next })
    }
    fn right<K: Key>(&self, a: &mut Assembly<'_>) -> Next<K, W> {
        let (waiting, next) = self.waiting::<K>(a);
        let (own, other) = (a.store(self.stores.right), a.store(self.stores.left));
        let (before, after) = (self.within.after_ms(), self.within.before_ms());
        let join = self.join.clone();
        let join = Box::new(move |this: &W, that: Option<&V>| join(that, Some(this)));
        let goes_alone = self.kind.right_alone;
        Box::new(Side { node: self.node, is_left: false, goes_alone, before, after, own, other, waiting, join, wrap: Either::Right, next })
    }
}
