//! `reduce`: the values of a key combined into one of the same type.
use super::{Gives, Rows, Slot, StoredView};
use crate::{
    IntoStore, Key, Message, NonNull, Placed, Record, Stream, Table,
    dsl::StoreDraft,
    op::{Flow, Push, Scope},
    plan::{
        NodeId, StoreKind,
        recorder::{Draft, Old},
    },
    state::Step,
};
use std::sync::Arc;

/// Puts the record's value into the key's row.
struct Reduce<K, V, F> {
    node: NodeId,
    rows: Rows<K, V>,
    add: F,
}
impl<K: Key, V: Record, F: Fn(&mut V, &V) -> Slot> Push<K, V> for Reduce<K, V, F> {
    fn push(&mut self, record: Message<K, V>, scope: &mut Scope) -> Flow {
        scope.enter(self.node);
        let Message { key, value, time, headers } = record;
        let add = &self.add;
        self.rows.change(
            &key,
            time,
            &headers,
            scope,
            || None,
            |there| match there {
                Some(total) => add(total, &value).into(),
                None => Step::Set(value),
            },
        )
    }
}

impl<S: Placed, V: 'static> Stream<S, V> {
    /// The first value of a key starts, `add` puts each later one in (Kafka Streams: `reduce`). [`Slot::Delete`] deletes the key.
    ///
    /// ```
    /// # use kstreams::prelude::*;
    /// # #[topic(name = "numbers", key = String, value = u64, partitions = 1)]
    /// # struct Numbers;
    /// # #[topic(name = "sums", key = String, value = u64, partitions = 1)]
    /// # struct Sums;
    /// # let b = Topology::builder("example");
    /// # let numbers = b.stream(Numbers);
    /// numbers.reduce("sums", |sum, n| *sum += n).to(Sums);
    /// # let mut driver = TestDriver::new(b.build(()));
    /// driver.input(Numbers).send("a".into(), 3).send("a".into(), 4);
    /// assert_eq!(driver.output(Sums).values(), [3, 7]);
    /// ```
    #[track_caller]
    pub fn reduce<N, R, F>(self, store: N, add: F) -> Table<S, V, N::Kind>
    where
        V: NonNull + Record + Clone,
        N: IntoStore<V>,
        F: Fn(&mut V, &V) -> R + Gives<R> + Send + Sync + 'static,
    {
        let store = StoreDraft::of::<S::Key, V>(store, StoreKind::KeyValue).add(self.at.recording());
        let draft = Draft::operator("reduce").named_after::<F>().stores(vec![store]);
        let table = Table::add(self.at.recording(), draft, &[self.at], Old::Stored, move |_, a| StoredView::boxed(a, store));
        let (node, add) = (table.at.node(), Arc::new(add));
        self.read_by(move |a| {
            let add = add.clone();
            let add = move |total: &mut V, value: &V| F::slot(add(total, value));
            Box::new(Reduce { node, rows: Rows::open(a, node, store), add })
        });
        table
    }
}
