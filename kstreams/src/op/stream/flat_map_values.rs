//! `flat_map_values` and its family: any number of values under the same key.
use crate::{
    Keyed, Message, Stream,
    op::{Flow, Next, Push, Scope},
    plan::NodeId,
};
use std::sync::Arc;

/// One record for each value that `f` gives.
struct FlatMapValues<K, R, F> {
    node: NodeId,
    f: F,
    next: Next<K, R>,
}
impl<K: Clone, V, I, F> Push<K, V> for FlatMapValues<K, I::Item, F>
where
    I: IntoIterator,
    F: Fn(&K, V) -> I,
{
    fn push(&mut self, record: Message<K, V>, scope: &mut Scope) -> Flow {
        scope.enter(self.node);
        let Message { key, value, time, headers } = record;
        for value in (self.f)(&key, value) {
            self.next.push(Message { key: key.clone(), value, time, headers: headers.clone() }, scope)?;
            scope.node = self.node;
        }
        Ok(())
    }
}

impl<S: Keyed, V: 'static> Stream<S, V> {
    /// One record for each value that `f` gives, under the same key and time (Kafka Streams: `flatMapValues`).
    ///
    /// ```
    /// # use kstreams::prelude::*;
    /// # #[topic(name = "words", key = String, value = String, partitions = 1)]
    /// # struct Words;
    /// # #[topic(name = "results", key = String, value = String, partitions = 1)]
    /// # struct Results;
    /// # let b = Topology::builder("example");
    /// # let words = b.stream(Words);
    /// words.flat_map_values(|line| line.split(' ').map(String::from).collect::<Vec<_>>()).to(Results);
    /// # let mut driver = TestDriver::new(b.build(()));
    /// driver.input(Words).send("a".into(), "tea for".into());
    /// assert_eq!(driver.output(Results).values(), ["tea", "for"]);
    /// ```
    #[doc(alias = "flatMapValues")]
    #[track_caller]
    pub fn flat_map_values<I, F>(self, f: F) -> Stream<S, I::Item>
    where
        I: IntoIterator<Item: 'static> + 'static,
        F: Fn(V) -> I + Send + Sync + 'static,
    {
        let f = Arc::new(f);
        self.flattened::<F, I, _>(move |_, v| f(v))
    }
    /// [`Stream::flat_map_values`] that sees the key too.
    ///
    /// ```
    /// # use kstreams::prelude::*;
    /// # #[topic(name = "words", key = String, value = String, partitions = 1)]
    /// # struct Words;
    /// # #[topic(name = "results", key = String, value = String, partitions = 1)]
    /// # struct Results;
    /// # let b = Topology::builder("example");
    /// # let words = b.stream(Words);
    /// words.flat_map_values_kv(|key, line| line.split(' ').map(|word| format!("{key}: {word}")).collect::<Vec<_>>()).to(Results);
    /// # let mut driver = TestDriver::new(b.build(()));
    /// driver.input(Words).send("ann".into(), "tea for".into());
    /// assert_eq!(driver.output(Results).values(), ["ann: tea", "ann: for"]);
    /// ```
    #[track_caller]
    pub fn flat_map_values_kv<I, F>(self, f: F) -> Stream<S, I::Item>
    where
        I: IntoIterator<Item: 'static> + 'static,
        F: Fn(&S::Key, V) -> I + Send + Sync + 'static,
    {
        let f = Arc::new(f);
        self.flattened::<F, I, _>(move |k, v| f(k, v))
    }
    #[track_caller]
    fn flattened<F: ?Sized, I, G>(self, f: G) -> Stream<S, I::Item>
    where
        I: IntoIterator<Item: 'static> + 'static,
        G: Fn(&S::Key, V) -> I + Clone + Send + Sync + 'static,
    {
        self.then::<F, S, I::Item>("flat_map_values", move |node, next| Box::new(FlatMapValues { node, f: f.clone(), next }))
    }
}
