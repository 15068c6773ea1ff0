//! `materialize`: keeps a table in a store.
use crate::{
    IntoStore, Key, Placed, Record, Table,
    dsl::StoreDraft,
    op::{
        Change, Flow, PushChange, Scope,
        aggregate::{Rows, StoredView},
    },
    plan::{
        NodeId, StoreKind,
        recorder::{Draft, Old},
    },
};

/// Writes each change into the store and hands it on.
struct Materialize<K, V> {
    node: NodeId,
    rows: Rows<K, V>,
}
impl<K: Key, V: Record> PushChange<K, V> for Materialize<K, V> {
    fn push(&mut self, change: Change<'_, K, V>, scope: &mut Scope) -> Flow {
        scope.node = self.node;
        let value = change.new.map(V::duplicate).transpose()?;
        self.rows.put(change.key, value, change.time, change.headers, scope)
    }
}

impl<S: Placed, V: 'static, M: 'static> Table<S, V, M> {
    /// Keeps this table in a store (Kafka Streams: `Materialized`); without it, lookups recompute.
    #[track_caller]
    pub fn materialize<N>(self, store: N) -> Table<S, V, N::Kind>
    where
        V: Record,
        N: IntoStore,
    {
        let store = StoreDraft::of::<S::Key, V>(store, StoreKind::KeyValue).add(self.at.recording());
        let draft = Draft::operator("materialize").stores(vec![store]);
        let table = Table::add(self.at.recording(), draft, &[self.at], Old::Stored, move |_, a| StoredView::boxed(a, store));
        let node = table.at.node();
        self.read_by(move |a| Box::new(Materialize { node, rows: Rows::open(a, node, store) }));
        table
    }
}
