//! `map_values` and its family: another value under the same key.
use crate::{
    Keyed, Message, Meta, Stream,
    op::{Flow, Next, Push, Scope},
    plan::NodeId,
};
use std::sync::Arc;

/// Replaces the value.
struct MapValues<K, R, F> {
    node: NodeId,
    f: F,
    next: Next<K, R>,
}
impl<K, V, R, F: Fn(Message<K, V>, &mut Scope) -> Message<K, R>> Push<K, V> for MapValues<K, R, F> {
    fn push(&mut self, record: Message<K, V>, scope: &mut Scope) -> Flow {
        scope.enter(self.node);
        let mapped = (self.f)(record, scope);
        self.next.push(mapped, scope)
    }
}

impl<S: Keyed, V: 'static> Stream<S, V> {
    /// Another value under the same key (Kafka Streams: `mapValues`). Time and headers stay, and so does the place: no repartition.
    ///
    /// ```
    /// # use kstreams::prelude::*;
    /// # #[topic(name = "words", key = String, value = String, partitions = 1)]
    /// # struct Words;
    /// # #[topic(name = "lengths", key = String, value = u64, partitions = 1)]
    /// # struct Lengths;
    /// # let b = Topology::builder("example");
    /// # let words = b.stream(Words);
    /// words.map_values(|word| word.len() as u64).to(Lengths);
    /// # let mut driver = TestDriver::new(b.build(()));
    /// driver.input(Words).send("a".into(), "tea".into());
    /// assert_eq!(driver.output(Lengths).values(), [3]);
    /// ```
    #[doc(alias = "mapValues")]
    #[track_caller]
    pub fn map_values<R, F>(self, f: F) -> Stream<S, R>
    where
        R: 'static,
        F: Fn(V) -> R + Send + Sync + 'static,
    {
        let f = Arc::new(f);
        self.mapped::<F, R, _>(move |m, _| Message { key: m.key, value: f(m.value), time: m.time, headers: m.headers })
    }
    /// [`Stream::map_values`] that sees the key too.
    ///
    /// ```
    /// # use kstreams::prelude::*;
    /// # #[topic(name = "words", key = String, value = String, partitions = 1)]
    /// # struct Words;
    /// # #[topic(name = "results", key = String, value = String, partitions = 1)]
    /// # struct Results;
    /// # let b = Topology::builder("example");
    /// # let words = b.stream(Words);
    /// words.map_values_kv(|key, word| format!("{key} says {word}")).to(Results);
    /// # let mut driver = TestDriver::new(b.build(()));
    /// driver.input(Words).send("ann".into(), "tea".into());
    /// assert_eq!(driver.output(Results).values(), ["ann says tea"]);
    /// ```
    #[track_caller]
    pub fn map_values_kv<R, F>(self, f: F) -> Stream<S, R>
    where
        R: 'static,
        F: Fn(&S::Key, V) -> R + Send + Sync + 'static,
    {
        let f = Arc::new(f);
        self.mapped::<F, R, _>(move |m, _| {
            let value = f(&m.key, m.value);
            Message { key: m.key, value, time: m.time, headers: m.headers }
        })
    }
    /// [`Stream::map_values`] that also sees topic, partition, offset, time and headers.
    ///
    /// ```
    /// # use kstreams::prelude::*;
    /// # #[topic(name = "words", key = String, value = String, partitions = 1)]
    /// # struct Words;
    /// # #[topic(name = "results", key = String, value = String, partitions = 1)]
    /// # struct Results;
    /// # let b = Topology::builder("example");
    /// # let words = b.stream(Words);
    /// words.map_values_meta(|_key, word, meta| format!("{word} from {} at {}", meta.topic, meta.timestamp.0)).to(Results);
    /// # let mut driver = TestDriver::new(b.build(()));
    /// driver.input(Words).at(5).send("ann".into(), "tea".into());
    /// assert_eq!(driver.output(Results).values(), ["tea from words at 5"]);
    /// ```
    #[track_caller]
    pub fn map_values_meta<R, F>(self, f: F) -> Stream<S, R>
    where
        R: 'static,
        F: Fn(&S::Key, V, &Meta) -> R + Send + Sync + 'static,
    {
        let f = Arc::new(f);
        self.mapped::<F, R, _>(move |m, scope| {
            let Message { key, value, time, mut headers } = m;
            let value = scope.with_meta(time, &mut headers, |meta| f(&key, value, meta));
            Message { key, value, time, headers }
        })
    }
    #[track_caller]
    fn mapped<F: ?Sized, R: 'static, G>(self, f: G) -> Stream<S, R>
    where
        G: Fn(Message<S::Key, V>, &mut Scope) -> Message<S::Key, R> + Clone + Send + Sync + 'static,
    {
        self.then::<F, S, R>("map_values", move |node, next| Box::new(MapValues { node, f: f.clone(), next }))
    }
}
