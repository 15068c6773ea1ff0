//! `merge`: two streams as one; `unplaced`: forgets where records live.
use crate::{
    Keyed, MergesInto, Message, Rekeyed, Stream, StreamSide,
    op::{Flow, Next, Push, Scope, Shared},
    plan::{NodeId, recorder::Draft},
};

/// One of the streams, on its way into both.
struct Merge<K, V> {
    node: NodeId,
    next: Shared<Next<K, V>>,
}
impl<K, V> Push<K, V> for Merge<K, V> {
    fn push(&mut self, record: Message<K, V>, scope: &mut Scope) -> Flow {
        scope.enter(self.node);
        self.next.push(record, scope)
    }
}

impl<S: Keyed, V: 'static> Stream<S, V> {
    /// Both streams as one; they must live in the same space. Nothing is said about the order between the two (Kafka Streams: `merge`).
    ///
    /// ```
    /// # use kstreams::prelude::*;
    /// # #[topic(name = "words", key = String, value = String, partitions = 1)]
    /// # struct Words;
    /// # #[topic(name = "others", key = String, value = String, partitions = 1)]
    /// # struct Others;
    /// # #[topic(name = "results", key = String, value = String, partitions = 1)]
    /// # struct Results;
    /// # let b = Topology::builder("example");
    /// # let words = b.stream(Words);
    /// # let others = b.stream(Others);
    /// words.merge(others).to(Results);
    /// # let mut driver = TestDriver::new(b.build(()));
    /// driver.input(Words).send("a".into(), "tea".into());
    /// driver.input(Others).send("b".into(), "ale".into());
    /// assert_eq!(driver.output(Results).values(), ["tea", "ale"]);
    /// ```
    #[track_caller]
    pub fn merge<T>(self, other: T) -> Stream<S, V>
    where
        T: StreamSide + MergesInto<S, V>,
    {
        let other = other.merged();
        let out = Stream::<S, V>::add(self.at.recording(), Draft::operator("merge"), &[self.at, other.at]);
        let node = out.at.node();
        self.read_by(move |a| Box::new(Merge { node, next: a.next_shared::<S::Key, V>(node) }));
        other.read_by(move |a| Box::new(Merge { node, next: a.next_shared::<S::Key, V>(node) }));
        out
    }
    /// Forgets where the records live: what `merge` needs when the two sides live in different spaces.
    ///
    /// ```
    /// # use kstreams::prelude::*;
    /// # #[topic(name = "words", key = String, value = String, partitions = 1)]
    /// # struct Words;
    /// # #[topic(name = "results", key = String, value = String, partitions = 1)]
    /// # struct Results;
    /// # let b = Topology::builder("example");
    /// # let words = b.stream(Words);
    /// // one side is keyed by the name that was read, the other by a new one
    /// let renamed = words.clone().select_key(|word| word.clone());
    /// words.unplaced().merge(renamed).to(Results);
    /// # let mut driver = TestDriver::new(b.build(()));
    /// driver.input(Words).send("ann".into(), "tea".into());
    /// assert_eq!(driver.output(Results).table(), [("ann".to_string(), "tea".to_string()), ("tea".to_string(), "tea".to_string())]);
    /// ```
    pub fn unplaced(self) -> Stream<Rekeyed<S::Key>, V> {
        Stream::new(self.at)
    }
}
