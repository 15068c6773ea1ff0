//! `select_key`: another key; the records stay where they are.
use crate::{
    Keyed, Message, Rekeyed, Stream, TopicKey,
    op::{Flow, Next, Push, Scope},
    plan::NodeId,
};
use std::sync::Arc;

/// Replaces the key.
struct SelectKey<L, V, F> {
    node: NodeId,
    key: F,
    next: Next<L, V>,
}
impl<K, L, V, F: Fn(&K, &V) -> L> Push<K, V> for SelectKey<L, V, F> {
    fn push(&mut self, record: Message<K, V>, scope: &mut Scope) -> Flow {
        scope.enter(self.node);
        let key = (self.key)(&record.key, &record.value);
        self.next.push(record.with_key(key), scope)
    }
}

impl<S: Keyed, V: 'static> Stream<S, V> {
    /// Changes the key and leaves the records where they are (Kafka Streams: `selectKey`). Joins and aggregations do not compile on what
    /// comes out: there is no hidden repartition. Use [`Stream::repartition`] to change key and place at once.
    ///
    /// ```
    /// # use kstreams::prelude::*;
    /// # #[topic(name = "words", key = String, value = String, partitions = 1)]
    /// # struct Words;
    /// # #[topic(name = "results", key = String, value = String, partitions = 1)]
    /// # struct Results;
    /// # let b = Topology::builder("example");
    /// # let words = b.stream(Words);
    /// words.select_key(|word| word[..1].to_string()).to(Results);
    /// # let mut driver = TestDriver::new(b.build(()));
    /// driver.input(Words).send("ann".into(), "tea".into());
    /// assert_eq!(driver.output(Results).pairs(), [("t".to_string(), "tea".to_string())]);
    /// ```
    #[doc(alias = "selectKey")]
    #[doc(alias = "rekey")]
    #[track_caller]
    pub fn select_key<K, F>(self, key: F) -> Stream<Rekeyed<K>, V>
    where
        K: TopicKey,
        F: Fn(&V) -> K + Send + Sync + 'static,
    {
        let key = Arc::new(key);
        self.rekeyed::<F, K, _>(move |_, v| key(v))
    }
    /// [`Stream::select_key`] that sees the old key too.
    ///
    /// ```
    /// # use kstreams::prelude::*;
    /// # #[topic(name = "words", key = String, value = String, partitions = 1)]
    /// # struct Words;
    /// # #[topic(name = "results", key = String, value = String, partitions = 1)]
    /// # struct Results;
    /// # let b = Topology::builder("example");
    /// # let words = b.stream(Words);
    /// words.select_key_kv(|key, word| format!("{key}-{}", &word[..1])).to(Results);
    /// # let mut driver = TestDriver::new(b.build(()));
    /// driver.input(Words).send("ann".into(), "tea".into());
    /// assert_eq!(driver.output(Results).pairs(), [("ann-t".to_string(), "tea".to_string())]);
    /// ```
    #[track_caller]
    pub fn select_key_kv<K, F>(self, key: F) -> Stream<Rekeyed<K>, V>
    where
        K: TopicKey,
        F: Fn(&S::Key, &V) -> K + Send + Sync + 'static,
    {
        let key = Arc::new(key);
        self.rekeyed::<F, K, _>(move |k, v| key(k, v))
    }
    #[track_caller]
    fn rekeyed<F: ?Sized, K: TopicKey, G>(self, key: G) -> Stream<Rekeyed<K>, V>
    where
        G: Fn(&S::Key, &V) -> K + Clone + Send + Sync + 'static,
    {
        self.then::<F, Rekeyed<K>, V>("select_key", move |node, next| Box::new(SelectKey { node, key: key.clone(), next }))
    }
}
