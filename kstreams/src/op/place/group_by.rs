//! `group_by`: `repartition` that keeps count and partitioner.
use super::moved::moved;
use crate::{Key, Placed, Record, Stream, plan::recorder::path_of};
use std::sync::Arc;

impl<S: Placed, V: 'static> Stream<S, V> {
    /// [`Stream::repartition`] that keeps count and partitioner (Kafka Streams: `groupBy`); what it was co-partitioned with it stays co-partitioned with.
    ///
    /// ```
    /// # use kstreams::prelude::*;
    /// # #[topic(name = "words", key = String, value = String, partitions = 1)]
    /// # struct Words;
    /// # #[topic(name = "sums", key = String, value = Option<u64>, partitions = 1)]
    /// # struct Sums;
    /// # let b = Topology::builder("example");
    /// # let words = b.stream(Words);
    /// words.group_by("by-length", |word| word.len().to_string()).count("words").to(Sums);
    /// # let mut driver = TestDriver::new(b.build(()));
    /// driver.input(Words).send("a".into(), "tea".into()).send("b".into(), "ale".into());
    /// assert_eq!(driver.output(Sums).pairs(), [("3".to_string(), Some(1)), ("3".to_string(), Some(2))]);
    /// ```
    #[doc(alias = "groupBy")]
    #[track_caller]
    pub fn group_by<K, T, F>(self, name: &'static str, key: F) -> Stream<T, V>
    where
        S: Placed<With<K> = T>,
        K: Key,
        T: Placed<Key = K>,
        V: Record,
        F: Fn(&V) -> K + Send + Sync + 'static,
    {
        let (key, here) = (Arc::new(key), self.at);
        moved(self, "group_by", name, Some(here), path_of::<F>(), move |_, v| key(v))
    }
}
