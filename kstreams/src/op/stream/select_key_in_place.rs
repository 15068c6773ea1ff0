//! `select_key_in_place`: another key that lies in the same partition, by the user's word.
use crate::{
    Key, Keyed, Message, Placed, Stream,
    op::{Assembly, Failure, Flow, Next, Push, Scope},
    partition::Partitioner,
    plan::NodeId,
};
use std::sync::Arc;

/// Replaces the key.
struct SelectKeyInPlace<L, V, F> {
    node: NodeId,
    key: Arc<F>,
    here: Here,
    next: Next<L, V>,
}
/// The task's partition, among so many, and who places keys.
struct Here {
    partition: u32,
    of: u32,
    partition_of: fn(&[u8], u32) -> u32,
}
impl Here {
    fn new<S: Placed>(a: &Assembly<'_>) -> Here {
        let of = a.deployment.of(a.task).tasks.max(1);
        Here { partition: a.task.partition, of, partition_of: S::Partitioner::partition }
    }
    /// Whether a key lies here.
    fn check<L: Key>(&self, key: &L) -> Flow {
        let mut bytes = vec![];
        key.placed_by(&mut bytes)?;
        let partition = (self.partition_of)(&bytes, self.of);
        if partition == self.partition {
            return Ok(());
        }
        let text = format!(
            "the new key belongs to partition {partition}, the record is in {}: use `.repartition(..)`, or choose a key that is placed like the old one",
            self.partition
        );
        Err(Box::new(Failure::Record(text.into())))
    }
}
impl<K, L: Key, V, F: Fn(&K, &V) -> L> Push<K, V> for SelectKeyInPlace<L, V, F> {
    fn push(&mut self, record: Message<K, V>, scope: &mut Scope) -> Flow {
        scope.enter(self.node);
        let key = (self.key)(&record.key, &record.value);
        if cfg!(debug_assertions) {
            self.here.check(&key)?;
        }
        self.next.push(record.with_key(key), scope)
    }
}

impl<S: Placed, V: 'static> Stream<S, V> {
    /// Changes the key of records that lie in the right partition for the new key already: its bytes that decide the partition (`Key::placed_by`) are
    /// those of the old one. So joins and aggregations go on without a repartition topic. Not in Kafka Streams, which repartitions after every
    /// `selectKey`.
    ///
    /// It is your word: builds with debug assertions hash every new key, and one that belongs elsewhere is a bad record under the policy; other
    /// builds believe you.
    ///
    /// ```
    /// # use kstreams::prelude::*;
    /// /// A customer's basket, placed by the customer.
    /// #[derive(Clone, PartialEq, Debug, Serialize, Deserialize, Key)]
    /// # pub struct Basket(pub String);
    /// # #[topic(name = "words", key = String, value = String, partitions = 1)]
    /// # struct Words;
    /// # #[topic(name = "counts", key = Basket, value = u64, partitions = 1)]
    /// # struct Counts;
    /// # let b = Topology::builder("example");
    /// # let words = b.stream(Words);
    /// words.select_key_in_place(|customer, _| Basket(customer.clone())).count("per-basket").to(Counts);
    /// # let mut driver = TestDriver::new(b.build(()));
    /// driver.input(Words).send("ann".into(), "tea".into());
    /// assert_eq!(driver.output(Counts).pairs(), [(Basket("ann".into()), 1)]);
    /// ```
    #[track_caller]
    pub fn select_key_in_place<K, T, F>(self, key: F) -> Stream<T, V>
    where
        S: Placed<With<K> = T>,
        T: Placed<Key = K>,
        K: Key,
        F: Fn(&<S as Keyed>::Key, &V) -> K + Send + Sync + 'static,
    {
        let key = Arc::new(key);
        let draft = crate::plan::recorder::Draft::operator("select_key_in_place").named_after::<F>();
        let out = Stream::<T, V>::add(self.at.recording(), draft, &[self.at]);
        let node = out.at.node();
        self.read_by(move |a| Box::new(SelectKeyInPlace { node, key: key.clone(), here: Here::new::<T>(a), next: a.next(node) }));
        out
    }
}
