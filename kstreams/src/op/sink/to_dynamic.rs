//! `to_dynamic`: each record says which topic it goes to.
use crate::{
    Keyed, Message, Meta, Record, Stream, TopicKey,
    op::{Flow, Push, Scope, Target},
    plan::{NodeId, TopicId, TopicLimits, legal::refused, recorder::Draft},
};
use std::sync::Arc;

/// Encodes records for topics that no plan knows.
struct DynamicSink<F> {
    node: NodeId,
    name: Arc<F>,
}
impl<K, V, N, F> Push<K, V> for DynamicSink<F>
where
    K: TopicKey,
    V: Record,
    N: Into<Arc<str>>,
    F: Fn(&K, &V, &Meta) -> N,
{
    fn push(&mut self, record: Message<K, V>, scope: &mut Scope) -> Flow {
        scope.enter(self.node);
        let Message { key, value, time, mut headers } = record;
        let name: Arc<str> = scope.with_meta(time, &mut headers, |meta| (self.name)(&key, &value, meta)).into();
        legal(&name)?;
        scope.unwritable.check(&name, scope.wall_time)?;
        let target = Target { topic: TopicId::NAMED, name, partitions: 1, limits: TopicLimits::default(), partition_of: |_, _| 0 };
        scope.produce(&target, time, headers, |w| {
            w.key(&key)?;
            w.leave_partition();
            w.value(|out| value.encode(out))
        })?;
        scope.outbox.name_last(target.name);
        Ok(())
    }
}

/// The brokers would refuse such a name with the whole transaction.
fn legal(name: &str) -> crate::Result<()> {
    refused(name).map_or(Ok(()), |why| Err(format!("{name:?} is no name of a topic: it {why}").into()))
}

impl<S: Keyed, V: 'static> Stream<S, V> {
    /// Writes each record to the topic that `name` answers, as it is called on the brokers (Kafka Streams: `to(TopicNameExtractor)`).
    ///
    /// Nothing is known of such a topic before a record goes there: nothing checks what it holds, and its partition is the one where the producer's
    /// default partitioner puts the key's bytes. It must exist. The brokers are asked for it when its name is met for the first time, by which those with
    /// `auto.create.topics.enable` make it; the embedded log makes it too. A record for one that is not there two seconds later is a
    /// [bad record](crate::BadRecords): Kafka Streams' producer waits a minute (`max.block.ms`) and stops. Such a topic is looked for again after 5
    /// minutes, and when the application starts.
    ///
    /// ```
    /// # use kstreams::prelude::*;
    /// # #[topic(name = "words", key = String, value = String, partitions = 1)]
    /// # struct Words;
    /// # let b = Topology::builder("example");
    /// # let words = b.stream(Words);
    /// words.to_dynamic(|_key, word, _meta| format!("of-{}-letters", word.len()));
    /// # let mut driver = TestDriver::new(b.build(()));
    /// driver.input(Words).send("a".into(), "tea".into()).send("a".into(), "milk".into());
    /// assert_eq!(driver.output(named::<Space<String, 1>, String>("of-4-letters")).values(), ["milk"]);
    /// ```
    #[track_caller]
    pub fn to_dynamic<N, F>(self, name: F)
    where
        V: Record,
        N: Into<Arc<str>>,
        F: Fn(&S::Key, &V, &Meta) -> N + Send + Sync + 'static,
    {
        let name = Arc::new(name);
        let end = Stream::<S, V>::add(self.at.recording(), Draft::operator("to_dynamic").named_after::<F>(), &[self.at]);
        let node = end.at.node();
        self.read_by(move |_| Box::new(DynamicSink { node, name: name.clone() }));
    }
}
