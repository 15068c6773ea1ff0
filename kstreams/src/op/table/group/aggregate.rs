//! `count`, `reduce` and `aggregate` of a grouped table: rows are added and taken out.
use super::{Delta, GroupedTable};
use crate::{
    Gives, IntoStore, Key, Message, Placed, Record, Slot, Table,
    codec::KeptAs,
    dsl::StoreDraft,
    op::{
        Flow, Push, Scope,
        aggregate::{Fold, Rows, StoredView},
    },
    plan::{
        NodeId, StoreKind,
        recorder::{self, Draft, Old},
    },
    state::Step,
};
use std::sync::Arc;

/// Takes a value out of an aggregate.
type Subtract<V, A> = Arc<dyn Fn(&mut A, &V) -> Slot + Send + Sync>;

/// Takes out what a row was and adds what it is (`KTableAggregate`, `KTableReduce`).
struct InGroup<K, V, A> {
    node: NodeId,
    rows: Rows<K, A>,
    fold: Fold<V, A>,
    subtract: Subtract<V, A>,
}
impl<K: Key, V: Record, A: Record> Push<K, Delta<V>> for InGroup<K, V, A> {
    fn push(&mut self, record: Message<K, Delta<V>>, scope: &mut Scope) -> Flow {
        scope.enter(self.node);
        let Message { key, value: Delta { old, new }, time, headers } = record;
        let (fold, subtract) = (&self.fold, &self.subtract);
        let step = |there: Option<&mut A>| {
            // Without an aggregate there is nothing to take out of.
            let left = there.and_then(|aggregate| match &old {
                Some(old) if subtract(aggregate, old) == Slot::Delete => None,
                _ => Some(aggregate),
            });
            match (&new, left) {
                (Some(new), left) => fold.step(left, new),
                (None, Some(_)) => Step::Keep,
                (None, None) => Step::Delete,
            }
        };
        self.rows.change(&key, time, &headers, scope, || None, step)
    }
}

impl<S: Placed, V: Record> GroupedTable<S, V> {
    /// How many rows each group has.
    ///
    /// ```
    /// # use kstreams::prelude::*;
    /// # #[topic(name = "words", key = String, value = String, partitions = 1)]
    /// # struct Words;
    /// # #[topic(name = "sums", key = String, value = u64, partitions = 1)]
    /// # struct Sums;
    /// # let b = Topology::builder("example");
    /// # let words = b.table(Words);
    /// words.group_by("by-word", |word| word.clone()).count("likers").to(Sums);
    /// # let mut driver = TestDriver::new(b.build(()));
    /// driver.input(Words).send("ann".into(), "tea".into()).send("bob".into(), "tea".into()).send("ann".into(), "ale".into());
    /// // Ann leaves the drinkers of tea
    /// assert_eq!(driver.output(Sums).table(), [("ale".to_string(), 1), ("tea".to_string(), 1)]);
    /// ```
    #[track_caller]
    pub fn count<N>(self, store: N) -> Table<S, u64, N::Kind>
    where
        N: IntoStore<u64>,
    {
        let subtract = |count: &mut u64, _: &V| {
            *count = count.saturating_sub(1);
            Slot::Keep
        };
        self.done::<N, u64, ()>("count", store, Fold::count(), Arc::new(subtract))
    }
    /// The first row of a group starts, `add` puts each other one in, `subtract` takes one out.
    ///
    /// ```
    /// # use kstreams::prelude::*;
    /// # #[topic(name = "numbers", key = String, value = u64, partitions = 1)]
    /// # struct Numbers;
    /// # #[topic(name = "sums", key = String, value = u64, partitions = 1)]
    /// # struct Sums;
    /// # let b = Topology::builder("example");
    /// # let numbers = b.table(Numbers);
    /// let per_size = numbers.group_by("by-size", |n| if *n < 10 { "small" } else { "large" }.to_string());
    /// per_size.reduce("sums", |sum, n| *sum += n, |sum, n| *sum -= n).to(Sums);
    /// # let mut driver = TestDriver::new(b.build(()));
    /// driver.input(Numbers).send("a".into(), 3).send("b".into(), 4).send("a".into(), 30);
    /// assert_eq!(driver.output(Sums).table(), [("large".to_string(), 30), ("small".to_string(), 4)]);
    /// ```
    #[track_caller]
    pub fn reduce<N, R, Q, F, G>(self, store: N, add: F, subtract: G) -> Table<S, V, N::Kind>
    where
        V: Clone,
        N: IntoStore<V>,
        F: Fn(&mut V, &V) -> R + Gives<R> + Send + Sync + 'static,
        G: Fn(&mut V, &V) -> Q + Gives<Q> + Send + Sync + 'static,
    {
        let subtract = Arc::new(move |total: &mut V, value: &V| G::slot(subtract(total, value)));
        let table = self.done::<N, V, F>("reduce", store, Fold::reduce(add), subtract);
        recorder::takes(table.at, recorder::path_of::<G>());
        table
    }
    /// One aggregate a group: `init` makes it, `add` puts a row in, `subtract` takes one out. Where a row changes within its group, what it was is
    /// taken out before what it is is added.
    ///
    /// ```
    /// # use kstreams::prelude::*;
    /// # #[topic(name = "words", key = String, value = String, partitions = 1)]
    /// # struct Words;
    /// # #[topic(name = "sums", key = String, value = u64, partitions = 1)]
    /// # struct Sums;
    /// # let b = Topology::builder("example");
    /// # let words = b.table(Words);
    /// let first_letters = words.group_by("by-letter", |word| word[..1].to_string());
    /// first_letters.aggregate("letters", || 0, |sum: &mut u64, word| *sum += word.len() as u64, |sum, word| *sum -= word.len() as u64).to(Sums);
    /// # let mut driver = TestDriver::new(b.build(()));
    /// driver.input(Words).send("a".into(), "tea".into()).send("b".into(), "toast".into()).send("a".into(), "tart".into());
    /// // the row of `a` stays in its group: three letters are taken out, four are added
    /// assert_eq!(driver.output(Sums).values(), [3, 8, 9]);
    /// ```
    #[track_caller]
    pub fn aggregate<N, A, R, Q, I, F, G>(self, store: N, init: I, add: F, subtract: G) -> Table<S, A, N::Kind>
    where
        N: IntoStore<A>,
        A: Record<Present: KeptAs<A>>,
        I: Fn() -> A + Send + Sync + 'static,
        F: Fn(&mut A, &V) -> R + Gives<R> + Send + Sync + 'static,
        G: Fn(&mut A, &V) -> Q + Gives<Q> + Send + Sync + 'static,
    {
        let subtract = Arc::new(move |aggregate: &mut A, value: &V| G::slot(subtract(aggregate, value)));
        let table = self.done::<N, A, F>("aggregate", store, Fold::aggregate(init, add), subtract);
        [recorder::path_of::<I>(), recorder::path_of::<G>()].into_iter().for_each(|function| recorder::takes(table.at, function));
        table
    }
    #[track_caller]
    fn done<N, A, F: ?Sized>(self, operator: &'static str, store: N, fold: Fold<V, A>, subtract: Subtract<V, A>) -> Table<S, A, N::Kind>
    where
        N: IntoStore<A>,
        A: Record,
    {
        let recording = self.deltas.at.recording();
        let store = StoreDraft::of::<S::Key, A>(store, StoreKind::KeyValue).add(recording);
        let draft = Draft::operator(operator).named_after::<F>().stores(vec![store]);
        let table = Table::add(recording, draft, &[self.deltas.at], Old::Stored, move |_, a| StoredView::boxed(a, store));
        let node = table.at.node();
        self.deltas.read_by(move |a| {
            let (fold, subtract) = (fold.clone(), subtract.clone());
            Box::new(InGroup { node, rows: Rows::open(a, node, store), fold, subtract })
        });
        table
    }
}
