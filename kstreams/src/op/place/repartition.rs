//! `repartition`: another key, and the records move to where it belongs.
use super::moved::moved;
use crate::{Keyed, Located, Placed, Record, Stream};
use std::sync::Arc;

impl<S: Keyed, V: 'static> Stream<S, V> {
    /// Changes the key and moves the records through `<application id>-<name>-repartition` (Kafka Streams: `selectKey` and `repartition`).
    /// Timestamps and headers are kept.
    #[doc(alias = "through")]
    #[track_caller]
    pub fn repartition<To>(self, name: &'static str, key: impl Fn(&V) -> To::Key + Send + Sync + 'static) -> Stream<To, V>
    where
        To: Placed,
        V: Record,
    {
        let key = Arc::new(key);
        moved(self, "repartition", name, None, move |_, v| key(v))
    }
    /// [`Stream::repartition`] that sees the old key too.
    #[track_caller]
    pub fn repartition_kv<To>(self, name: &'static str, key: impl Fn(&S::Key, &V) -> To::Key + Send + Sync + 'static) -> Stream<To, V>
    where
        To: Placed,
        V: Record,
    {
        let key = Arc::new(key);
        moved(self, "repartition", name, None, move |k, v| key(k, v))
    }
    /// [`Stream::repartition`] to where `side` lives: count and partitioner come from there, now and at start.
    #[track_caller]
    pub fn repartition_for<T, F>(self, side: &T, name: &'static str, key: F) -> Stream<T::Space, V>
    where
        T: Located,
        V: Record,
        F: Fn(&V) -> <T::Space as Keyed>::Key + Send + Sync + 'static,
    {
        let key = Arc::new(key);
        moved(self, "repartition_for", name, Some(side.located_at()), move |_, v| key(v))
    }
}
