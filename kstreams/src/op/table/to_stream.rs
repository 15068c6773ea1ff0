//! `to_stream`: every change of a table as a record.
use crate::{
    Keyed, Message, Stream, Table,
    op::{Change, Flow, Next, PushChange, Scope},
    plan::{NodeId, recorder::Draft},
};

/// Copies changes into records.
struct ToStream<K, V> {
    node: NodeId,
    next: Next<K, Option<V>>,
}
impl<K: Clone, V: Clone> PushChange<K, V> for ToStream<K, V> {
    fn push(&mut self, change: Change<'_, K, V>, scope: &mut Scope) -> Flow {
        scope.enter(self.node);
        let record = Message { key: change.key.clone(), value: change.new.cloned(), time: change.time, headers: change.headers.clone() };
        self.next.push(record, scope)
    }
}

impl<S: Keyed, V: 'static, M> Table<S, V, M> {
    /// Every change; `None` where a key was deleted (Kafka Streams: `toStream`).
    ///
    /// ```
    /// # use kstreams::prelude::*;
    /// # #[topic(name = "words", key = String, value = String, partitions = 1)]
    /// # struct Words;
    /// # #[topic(name = "results", key = String, value = Option<String>, partitions = 1)]
    /// # struct Results;
    /// # let b = Topology::builder("example");
    /// # let words = b.table(Words);
    /// words.to_stream().to(Results);
    /// # let mut driver = TestDriver::new(b.build(()));
    /// driver.input(Words).send("a".into(), "tea".into());
    /// driver.input(Words).delete("a".into());
    /// assert_eq!(driver.output(Results).values(), [Some("tea".to_string()), None]);
    /// ```
    #[track_caller]
    pub fn to_stream(self) -> Stream<S, Option<V>>
    where
        V: Clone,
    {
        let stream = Stream::<S, Option<V>>::add(self.at.recording(), Draft::operator("to_stream"), &[self.at]);
        let node = stream.at.node();
        self.read_by(move |a| Box::new(ToStream { node, next: a.next(node) }));
        stream
    }
}
