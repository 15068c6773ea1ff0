//! `repartition`: another key, and the records move to where it belongs.
use super::moved::moved;
use crate::{Keyed, Located, Placed, Record, Stream, plan::recorder::path_of_val};
use std::sync::Arc;

impl<S: Keyed, V: 'static> Stream<S, V> {
    /// Changes the key and moves the records through `<application id>-<name>-repartition` (Kafka Streams: `selectKey` and `repartition`).
    /// Timestamps and headers are kept.
    ///
    /// ```
    /// # use kstreams::prelude::*;
    /// # #[topic(name = "words", key = String, value = String, partitions = 1)]
    /// # struct Words;
    /// # #[topic(name = "sums", key = String, value = Option<u64>, partitions = 1)]
    /// # struct Sums;
    /// # let b = Topology::builder("example");
    /// # let words = b.stream(Words);
    /// words.repartition::<Space<String, 1>>("by-word", |word| word.clone()).count("words").to(Sums);
    /// # let mut driver = TestDriver::new(b.build(()));
    /// driver.input(Words).send("a".into(), "tea".into()).send("b".into(), "tea".into());
    /// assert_eq!(driver.output(Sums).pairs(), [("tea".to_string(), Some(1)), ("tea".to_string(), Some(2))]);
    /// ```
    #[doc(alias = "through")]
    #[track_caller]
    pub fn repartition<To>(self, name: &'static str, key: impl Fn(&V) -> To::Key + Send + Sync + 'static) -> Stream<To, V>
    where
        To: Placed,
        V: Record,
    {
        let (function, key) = (path_of_val(&key), Arc::new(key));
        moved(self, "repartition", name, None, function, move |_, v| key(v))
    }
    /// [`Stream::repartition`] that sees the old key too.
    ///
    /// ```
    /// # use kstreams::prelude::*;
    /// # #[topic(name = "words", key = String, value = String, partitions = 1)]
    /// # struct Words;
    /// # #[topic(name = "sums", key = String, value = u64, partitions = 1)]
    /// # struct Sums;
    /// # let b = Topology::builder("example");
    /// # let words = b.stream(Words);
    /// words.repartition_kv::<Space<String, 1>>("by-name-and-word", |name, word| format!("{name}/{word}")).count("words").to(Sums);
    /// # let mut driver = TestDriver::new(b.build(()));
    /// driver.input(Words).send("ann".into(), "tea".into()).send("ann".into(), "tea".into());
    /// assert_eq!(driver.output(Sums).pairs(), [("ann/tea".to_string(), 1), ("ann/tea".to_string(), 2)]);
    /// ```
    #[track_caller]
    pub fn repartition_kv<To>(self, name: &'static str, key: impl Fn(&S::Key, &V) -> To::Key + Send + Sync + 'static) -> Stream<To, V>
    where
        To: Placed,
        V: Record,
    {
        let (function, key) = (path_of_val(&key), Arc::new(key));
        moved(self, "repartition", name, None, function, move |k, v| key(k, v))
    }
    /// [`Stream::repartition`] to where `side` lives: count and partitioner come from there, now and at start.
    ///
    /// ```
    /// # use kstreams::prelude::*;
    /// # #[topic(name = "words", key = String, value = String, partitions = 1)]
    /// # struct Words;
    /// # #[topic(name = "numbers", key = String, value = u64, partitions = 1)]
    /// # struct Numbers;
    /// # #[topic(name = "results", key = String, value = String, partitions = 1)]
    /// # struct Results;
    /// # let b = Topology::builder("example");
    /// # let words = b.stream(Words);
    /// # let numbers = b.table(Numbers);
    /// let tagged = words.repartition_for(&numbers, "by-word", |word| word.clone());
    /// tagged.left_join(numbers, |word, n| format!("{word} {}", n.copied().unwrap_or(0))).to(Results);
    /// # let mut driver = TestDriver::new(b.build(()));
    /// driver.input(Numbers).send("tea".into(), 7);
    /// driver.input(Words).send("a".into(), "tea".into());
    /// assert_eq!(driver.output(Results).values(), ["tea 7"]);
    /// ```
    #[track_caller]
    pub fn repartition_for<T, F>(self, side: &T, name: &'static str, key: F) -> Stream<T::Space, V>
    where
        T: Located,
        V: Record,
        F: Fn(&V) -> <T::Space as Keyed>::Key + Send + Sync + 'static,
    {
        let (function, key) = (path_of_val(&key), Arc::new(key));
        moved(self, "repartition_for", name, Some(side.located_at()), function, move |_, v| key(v))
    }
}
