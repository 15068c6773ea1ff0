//! `map`: another key and value.
use crate::{
    Keyed, Message, Rekeyed, Stream, TopicKey,
    op::{Flow, Next, Push, Scope},
    plan::NodeId,
};
use std::sync::Arc;

/// Replaces key and value.
struct Map<L, R, F> {
    node: NodeId,
    f: Arc<F>,
    next: Next<L, R>,
}
impl<K, V, L, R, F: Fn(K, V) -> (L, R)> Push<K, V> for Map<L, R, F> {
    fn push(&mut self, record: Message<K, V>, scope: &mut Scope) -> Flow {
        scope.enter(self.node);
        let Message { key, value, time, headers } = record;
        let (key, value) = (self.f)(key, value);
        self.next.push(Message { key, value, time, headers }, scope)
    }
}

impl<S: Keyed, V: 'static> Stream<S, V> {
    /// Key and value at once (Kafka Streams: `map`). What comes out is re-keyed: see [`Stream::select_key`].
    ///
    /// ```
    /// # use kstreams::prelude::*;
    /// # #[topic(name = "words", key = String, value = String, partitions = 1)]
    /// # struct Words;
    /// # #[topic(name = "lengths", key = String, value = u64, partitions = 1)]
    /// # struct Lengths;
    /// # let b = Topology::builder("example");
    /// # let words = b.stream(Words);
    /// words.map(|_key, word| (word.to_uppercase(), word.len() as u64)).to(Lengths);
    /// # let mut driver = TestDriver::new(b.build(()));
    /// driver.input(Words).send("a".into(), "tea".into());
    /// assert_eq!(driver.output(Lengths).pairs(), [("TEA".to_string(), 3)]);
    /// ```
    #[track_caller]
    pub fn map<K, R, F>(self, f: F) -> Stream<Rekeyed<K>, R>
    where
        K: TopicKey,
        R: 'static,
        F: Fn(S::Key, V) -> (K, R) + Send + Sync + 'static,
    {
        let f = Arc::new(f);
        self.then::<F, Rekeyed<K>, R>("map", move |node, next| Box::new(Map { node, f: f.clone(), next }))
    }
}
