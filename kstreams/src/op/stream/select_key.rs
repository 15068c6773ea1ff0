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
        scope.node = self.node;
        let key = (self.key)(&record.key, &record.value);
        self.next.push(record.with_key(key), scope)
    }
}

impl<S: Keyed, V: 'static> Stream<S, V> {
    /// Changes the key and leaves the records where they are (Kafka Streams: `selectKey`). Joins and aggregations do not compile on what
    /// comes out: there is no hidden repartition. Use [`Stream::repartition`] to change key and place at once.
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
