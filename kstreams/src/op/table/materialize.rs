//! `materialize`: keeps a table in a store.
use crate::{
    IntoStore, Key, Placed, Record, Table,
    codec::KeptAs,
    dsl::StoreDraft,
    op::{
        Change, Flow, PushChange, Scope,
        aggregate::{Rows, StoredView},
    },
    plan::{
        NodeId, StoreKind,
        recorder::{self, Draft, Old},
    },
};

/// Writes each change into the store and hands it on.
struct Materialize<K, V> {
    node: NodeId,
    rows: Rows<K, V>,
    /// What the key was is said by the node above, not by the store: of a join, as in Kafka Streams.
    above_knows: bool,
}
impl<K: Key, V: Record> PushChange<K, V> for Materialize<K, V> {
    fn push(&mut self, change: Change<'_, K, V>, scope: &mut Scope) -> Flow {
        scope.enter(self.node);
        let value = change.new.map(V::duplicate).transpose()?;
        if self.above_knows {
            return self.rows.hand_on(change, value, scope);
        }
        self.rows.put(change.key, value, change.time, change.headers, scope)
    }
}

impl<S: Placed, V: 'static, M: 'static> Table<S, V, M> {
    /// Keeps this table in a store (Kafka Streams: `Materialized`); without it, lookups recompute.
    ///
    /// ```
    /// # use kstreams::prelude::*;
    /// # #[topic(name = "words", key = String, value = String, partitions = 1)]
    /// # struct Words;
    /// # #[topic(name = "lengths", key = String, value = u64, partitions = 1)]
    /// # struct Lengths;
    /// # let b = Topology::builder("example");
    /// # let words = b.table(Words);
    /// words.map_values(|word| word.len() as u64).materialize("lengths").to(Lengths);
    /// # let mut driver = TestDriver::new(b.build(()));
    /// driver.input(Words).send("a".into(), "tea".into());
    /// assert_eq!(driver.changelog("lengths").len(), 1);
    /// ```
    #[track_caller]
    pub fn materialize<N>(self, store: N) -> Table<S, V, N::Kind>
    where
        V: Record<Present: KeptAs<V>>,
        N: IntoStore<V>,
    {
        let store = StoreDraft::of::<S::Key, V>(store, StoreKind::KeyValue).add(self.at.recording());
        let draft = Draft::operator("materialize").stores(vec![store]);
        let above_knows = recorder::is_join(self.at);
        let old = if above_knows { Old::Derived } else { Old::Stored };
        let table = Table::add(self.at.recording(), draft, &[self.at], old, move |_, a| StoredView::boxed(a, store));
        let node = table.at.node();
        self.read_by(move |a| Box::new(Materialize { node, rows: Rows::open(a, node, store), above_knows }));
        table
    }
}
