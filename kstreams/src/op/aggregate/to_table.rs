//! `to_table`: the last value of each key. A source table is this operator behind its topic.
use super::{Rows, StoredView};
use crate::{
    IntoStore, Key, Message, Placed, Record, Stream, Table,
    codec::OfRow,
    dsl::StoreDraft,
    op::{Flow, Push, Scope},
    plan::{
        NodeId, StoreIndex, StoreKind,
        recorder::{Draft, Old},
    },
};

/// Replaces the key's row.
struct ToTable<K, T> {
    node: NodeId,
    rows: Rows<K, T>,
}
impl<K: Key, V, T: Record + OfRow<V>> Push<K, V> for ToTable<K, T> {
    fn push(&mut self, record: Message<K, V>, scope: &mut Scope) -> Flow {
        scope.enter(self.node);
        let Message { key, value, time, headers } = record;
        self.rows.put(&key, T::row(value), time, &headers, scope)
    }
}

impl<S: Placed, V: 'static> Stream<S, V> {
    /// The last value of each key in offset order; a null deletes (Kafka Streams: `toTable`). A record older than the row replaces it all the same.
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
    /// let last = words.to_table("last-words");
    /// numbers.left_join(last, |n, word| format!("{n} {}", word.map_or("none", |w| w))).to(Results);
    /// # let mut driver = TestDriver::new(b.build(()));
    /// driver.input(Numbers).send("a".into(), 1);
    /// driver.input(Words).send("a".into(), "tea".into());
    /// driver.input(Numbers).send("a".into(), 2);
    /// assert_eq!(driver.output(Results).values(), ["1 none", "2 tea"]);
    /// ```
    #[doc(alias = "toTable")]
    #[track_caller]
    pub fn to_table<N, T>(self, store: N) -> Table<S, T, N::Kind>
    where
        V: Record<Present = T>,
        T: Record + OfRow<V>,
        N: IntoStore<T>,
    {
        let store = StoreDraft::of::<S::Key, T>(store, StoreKind::KeyValue).add(self.at.recording());
        self.kept("to_table", store)
    }
    /// A table node over a store that is in the plan.
    #[track_caller]
    pub(crate) fn kept<T: Record + OfRow<V>, M>(self, operator: &'static str, store: StoreIndex) -> Table<S, T, M> {
        let draft = Draft::operator(operator).stores(vec![store]);
        let table = Table::add(self.at.recording(), draft, &[self.at], Old::Stored, move |_, a| StoredView::boxed(a, store));
        let node = table.at.node();
        self.read_by(move |a| Box::new(ToTable { node, rows: Rows::<S::Key, T>::open(a, node, store) }));
        table
    }
}
