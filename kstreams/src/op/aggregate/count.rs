//! `count`: how many records a key has had.
use super::{Rows, StoredView};
use crate::{
    IntoStore, Key, Message, NonNull, Placed, Stream, Table,
    dsl::StoreDraft,
    op::{Flow, Push, Scope},
    plan::{
        NodeId, StoreKind,
        recorder::{Draft, Old},
    },
    state::Step,
};

/// Adds one to the key's row.
struct Count<K> {
    node: NodeId,
    rows: Rows<K, u64>,
}
impl<K: Key, V> Push<K, V> for Count<K> {
    fn push(&mut self, record: Message<K, V>, scope: &mut Scope) -> Flow {
        scope.enter(self.node);
        let Message { key, time, headers, .. } = record;
        self.rows.change(&key, time, &headers, scope, || Some(0), plus_one)
    }
}
pub(super) fn plus_one(count: Option<&mut u64>) -> Step<u64> {
    match count {
        Some(count) => {
            *count += 1;
            Step::Keep
        }
        None => Step::Set(1),
    }
}

impl<S: Placed, V: 'static> Stream<S, V> {
    /// Counts the records of each key (Kafka Streams: `groupByKey().count()`). The table's time is the largest that the key has had.
    ///
    /// ```
    /// # use kstreams::prelude::*;
    /// # #[topic(name = "words", key = String, value = String, partitions = 1)]
    /// # struct Words;
    /// # #[topic(name = "sums", key = String, value = u64, partitions = 1)]
    /// # struct Sums;
    /// # let b = Topology::builder("example");
    /// # let words = b.stream(Words);
    /// words.count("words").to(Sums);
    /// # let mut driver = TestDriver::new(b.build(()));
    /// driver.input(Words).send("a".into(), "tea".into()).send("a".into(), "ale".into());
    /// assert_eq!(driver.output(Sums).values(), [1, 2]);
    /// ```
    #[track_caller]
    pub fn count<N>(self, store: N) -> Table<S, u64, N::Kind>
    where
        V: NonNull,
        N: IntoStore<u64>,
    {
        let store = StoreDraft::of::<S::Key, u64>(store, StoreKind::KeyValue).add(self.at.recording());
        let draft = Draft::operator("count").stores(vec![store]);
        let table = Table::add(self.at.recording(), draft, &[self.at], Old::Stored, move |_, a| StoredView::boxed(a, store));
        let node = table.at.node();
        self.read_by(move |a| Box::new(Count { node, rows: Rows::open(a, node, store) }));
        table
    }
}
