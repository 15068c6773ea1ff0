//! `retime`: another event time.
use crate::{
    Keyed, Message, Meta, Stream, Timestamp,
    op::{Flow, Next, Push, Scope, source::not_negative},
    plan::NodeId,
};
use std::sync::Arc;

/// Sets the record's time.
struct Retime<K, V, F> {
    node: NodeId,
    f: Arc<F>,
    next: Next<K, V>,
}
impl<K, V, F: Fn(&K, &V, &Meta) -> Timestamp> Push<K, V> for Retime<K, V, F> {
    fn push(&mut self, record: Message<K, V>, scope: &mut Scope) -> Flow {
        scope.enter(self.node);
        let Message { key, value, time, mut headers } = record;
        let time = not_negative(scope.with_meta(time, &mut headers, |meta| (self.f)(&key, &value, meta)))?;
        self.next.push(Message { key, value, time, headers }, scope)
    }
}

impl<S: Keyed, V: 'static> Stream<S, V> {
    /// Another event time for what follows: windows, joins, the timestamps of what is written (Kafka Streams: a processor that forwards
    /// `record.withTimestamp(..)`). A negative one makes a bad record. The order in which the task takes records stays: it hangs on the time that the
    /// topic says, see `#[topic(timestamp = ..)]`.
    ///
    /// ```
    /// # use kstreams::prelude::*;
    /// # #[topic(name = "words", key = String, value = String, partitions = 1)]
    /// # struct Words;
    /// # #[topic(name = "results", key = String, value = String, partitions = 1)]
    /// # struct Results;
    /// # let b = Topology::builder("example");
    /// # let words = b.stream(Words);
    /// words.retime(|_key, word, meta| Timestamp(meta.timestamp.0 + word.len() as i64)).to(Results);
    /// # let mut driver = TestDriver::new(b.build(()));
    /// driver.input(Words).at(1_000).send("a".into(), "tea".into());
    /// assert_eq!(driver.output(Results).records()[0].time, Timestamp(1_003));
    /// ```
    #[track_caller]
    pub fn retime<F>(self, f: F) -> Stream<S, V>
    where
        F: Fn(&S::Key, &V, &Meta) -> Timestamp + Send + Sync + 'static,
    {
        let f = Arc::new(f);
        self.then::<F, S, V>("retime", move |node, next| Box::new(Retime { node, f: f.clone(), next }))
    }
}
