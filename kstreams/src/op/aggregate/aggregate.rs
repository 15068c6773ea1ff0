//! `aggregate`: the values of a key combined into one of another type.
use super::{Gives, Rows, Slot, StoredView};
use crate::{
    IntoStore, Key, Message, NonNull, Placed, Record, Stream, Table,
    codec::KeptAs,
    dsl::StoreDraft,
    op::{Flow, Push, Scope},
    plan::{
        NodeId, StoreKind,
        recorder::{self, Draft, Old},
    },
    state::Step,
};
use std::sync::Arc;

/// Puts the record's value into the key's aggregate.
struct Aggregate<K, A, I, F> {
    node: NodeId,
    rows: Rows<K, A>,
    init: I,
    add: F,
}
impl<K, V, A, I, F> Push<K, V> for Aggregate<K, A, I, F>
where
    K: Key,
    A: Record,
    I: Fn(&K) -> A,
    F: Fn(&K, &mut A, &V) -> Slot,
{
    fn push(&mut self, record: Message<K, V>, scope: &mut Scope) -> Flow {
        scope.enter(self.node);
        let Message { key, value, time, headers } = record;
        let (init, add) = (&self.init, &self.add);
        let step = |there: Option<&mut A>| aggregated(there, || init(&key), |aggregate| add(&key, aggregate, &value));
        self.rows.change(&key, time, &headers, scope, || Some(init(&key)), step)
    }
}
/// The value that is there, or a first one, changed.
pub(super) fn aggregated<A>(there: Option<&mut A>, init: impl FnOnce() -> A, add: impl FnOnce(&mut A) -> Slot) -> Step<A> {
    match there {
        Some(aggregate) => add(aggregate).into(),
        None => {
            let mut first = init();
            match add(&mut first) {
                Slot::Keep => Step::Set(first),
                Slot::Delete => Step::Delete,
            }
        }
    }
}

impl<S: Placed, V: 'static> Stream<S, V> {
    /// One aggregate a key: `init` makes it, `add` changes it in place (Kafka Streams: `aggregate`). [`Slot::Delete`] deletes the key; what
    /// comes next for it starts afresh.
    ///
    /// ```
    /// # use kstreams::prelude::*;
    /// # #[topic(name = "words", key = String, value = String, partitions = 1)]
    /// # struct Words;
    /// # #[topic(name = "lengths", key = String, value = u64, partitions = 1)]
    /// # struct Lengths;
    /// # let b = Topology::builder("example");
    /// # let words = b.stream(Words);
    /// words.aggregate("longest", || 0, |longest: &mut u64, word| *longest = (*longest).max(word.len() as u64)).to(Lengths);
    /// # let mut driver = TestDriver::new(b.build(()));
    /// driver.input(Words).send("a".into(), "tea".into()).send("a".into(), "wine".into()).send("a".into(), "ale".into());
    /// assert_eq!(driver.output(Lengths).values(), [3, 4, 4]);
    /// ```
    #[track_caller]
    pub fn aggregate<N, A, R, I, F>(self, store: N, init: I, add: F) -> Table<S, A, N::Kind>
    where
        V: NonNull,
        N: IntoStore<A>,
        A: Record<Present: KeptAs<A>>,
        I: Fn() -> A + Send + Sync + 'static,
        F: Fn(&mut A, &V) -> R + Gives<R> + Send + Sync + 'static,
    {
        let (init, add) = (Arc::new(init), Arc::new(add));
        let table = self.aggregated::<N, A, F, _, _>(store, move |_| init(), move |_, aggregate, value| F::slot(add(aggregate, value)));
        recorder::takes(table.at, recorder::path_of::<I>());
        table
    }
    /// [`Stream::aggregate`] whose functions see the key too.
    ///
    /// ```
    /// # use kstreams::prelude::*;
    /// # #[topic(name = "words", key = String, value = String, partitions = 1)]
    /// # struct Words;
    /// # #[topic(name = "results", key = String, value = String, partitions = 1)]
    /// # struct Results;
    /// # let b = Topology::builder("example");
    /// # let words = b.stream(Words);
    /// words.aggregate_kv("said", |name| format!("{name}:"), |_name, said: &mut String, word| *said = format!("{said} {word}")).to(Results);
    /// # let mut driver = TestDriver::new(b.build(()));
    /// driver.input(Words).send("ann".into(), "tea".into()).send("ann".into(), "ale".into());
    /// assert_eq!(driver.output(Results).values(), ["ann: tea", "ann: tea ale"]);
    /// ```
    #[track_caller]
    pub fn aggregate_kv<N, A, R, I, F>(self, store: N, init: I, add: F) -> Table<S, A, N::Kind>
    where
        V: NonNull,
        N: IntoStore<A>,
        A: Record<Present: KeptAs<A>>,
        I: Fn(&S::Key) -> A + Send + Sync + 'static,
        F: Fn(&S::Key, &mut A, &V) -> R + Gives<R> + Send + Sync + 'static,
    {
        let (init, add) = (Arc::new(init), Arc::new(add));
        let table =
            self.aggregated::<N, A, F, _, _>(store, move |key| init(key), move |key, aggregate, value| F::slot(add(key, aggregate, value)));
        recorder::takes(table.at, recorder::path_of::<I>());
        table
    }
    #[track_caller]
    fn aggregated<N, A, F: ?Sized, I, G>(self, store: N, init: I, add: G) -> Table<S, A, N::Kind>
    where
        N: IntoStore<A>,
        A: Record,
        I: Fn(&S::Key) -> A + Clone + Send + Sync + 'static,
        G: Fn(&S::Key, &mut A, &V) -> Slot + Clone + Send + Sync + 'static,
    {
        let store = StoreDraft::of::<S::Key, A>(store, StoreKind::KeyValue).add(self.at.recording());
        let draft = Draft::operator("aggregate").named_after::<F>().stores(vec![store]);
        let table = Table::add(self.at.recording(), draft, &[self.at], Old::Stored, move |_, a| StoredView::boxed(a, store));
        let node = table.at.node();
        self.read_by(move |a| Box::new(Aggregate { node, rows: Rows::open(a, node, store), init: init.clone(), add: add.clone() }));
        table
    }
}
