//! `place`: the same key, and the records move to where it belongs.
use super::moved::moved;
use crate::{Keyed, Located, Placed, Record, Stream};

impl<S: Keyed, V: 'static> Stream<S, V> {
    /// Keeps the key and moves the records to where that key belongs (Kafka Streams: `repartition`).
    ///
    /// ```
    /// # use kstreams::prelude::*;
    /// # #[topic(name = "words", key = String, value = String, partitions = 1)]
    /// # struct Words;
    /// # #[topic(name = "sums", key = String, value = Option<u64>, partitions = 1)]
    /// # struct Sums;
    /// # let b = Topology::builder("example");
    /// # let words = b.stream(Words);
    /// // the key that a map made is where it was read, until it is placed
    /// words.map(|_key, word| (word, 1_u64)).place::<Space<String, 1>>("by-word").count("words").to(Sums);
    /// # let mut driver = TestDriver::new(b.build(()));
    /// driver.input(Words).send("a".into(), "tea".into()).send("b".into(), "tea".into());
    /// assert_eq!(driver.output(Sums).values(), [Some(1), Some(2)]);
    /// ```
    #[track_caller]
    pub fn place<To>(self, name: &'static str) -> Stream<To, V>
    where
        To: Placed<Key: KeptFrom<S::Key>>,
        V: Record,
    {
        moved(self, "place", name, None, None, |k: &S::Key, _| KeptFrom::kept(k))
    }
    /// [`Stream::place`] to where `side` lives.
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
    /// // `map` gives the key, the table says where it belongs
    /// let placed = words.map(|_key, word| (word.clone(), word)).place_for(&numbers, "by-word");
    /// placed.left_join(numbers, |word, n| format!("{word} {}", n.copied().unwrap_or(0))).to(Results);
    /// # let mut driver = TestDriver::new(b.build(()));
    /// driver.input(Numbers).send("tea".into(), 7);
    /// driver.input(Words).send("ann".into(), "tea".into());
    /// assert_eq!(driver.output(Results).values(), ["tea 7"]);
    /// ```
    #[track_caller]
    pub fn place_for<T>(self, side: &T, name: &'static str) -> Stream<T::Space, V>
    where
        T: Located<Space: Keyed<Key: KeptFrom<S::Key>>>,
        V: Record,
    {
        moved(self, "place_for", name, Some(side.located_at()), None, |k: &S::Key, _| KeptFrom::kept(k))
    }
}

/// The key that is kept.
#[diagnostic::on_unimplemented(
    message = "`place` keeps the key: the records are keyed by `{Key}`, that place by `{Self}`",
    label = "a place of another key",
    note = "to change the key, too: `.repartition::<Space<Key, N>>(\"name\", key_fn)` or `.repartition_for(&side, \"name\", key_fn)`"
)]
pub trait KeptFrom<Key> {
    #[doc(hidden)]
    fn kept(key: &Key) -> Self;
}
impl<K: Clone> KeptFrom<K> for K {
    fn kept(key: &K) -> K {
        key.clone()
    }
}
