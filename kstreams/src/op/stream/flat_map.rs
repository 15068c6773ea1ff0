//! `flat_map`: any number of keys and values.
use crate::{
    Keyed, Message, Rekeyed, Stream, TopicKey,
    op::{Flow, Next, Push, Scope},
    plan::NodeId,
};
use std::sync::Arc;

/// One record for each pair that `f` gives.
struct FlatMap<L, R, F> {
    node: NodeId,
    f: Arc<F>,
    next: Next<L, R>,
}
impl<K, V, L, R, I, F> Push<K, V> for FlatMap<L, R, F>
where
    I: IntoIterator<Item = (L, R)>,
    F: Fn(K, V) -> I,
{
    fn push(&mut self, record: Message<K, V>, scope: &mut Scope) -> Flow {
        scope.enter(self.node);
        let Message { key, value, time, headers } = record;
        for (key, value) in (self.f)(key, value) {
            self.next.push(Message { key, value, time, headers: headers.clone() }, scope)?;
            scope.node = self.node;
        }
        Ok(())
    }
}

impl<S: Keyed, V: 'static> Stream<S, V> {
    /// One record for each pair that `f` gives (Kafka Streams: `flatMap`). What comes out is re-keyed: see [`Stream::select_key`].
    ///
    /// ```
    /// # use kstreams::prelude::*;
    /// # #[topic(name = "words", key = String, value = String, partitions = 1)]
    /// # struct Words;
    /// # #[topic(name = "lengths", key = String, value = u64, partitions = 1)]
    /// # struct Lengths;
    /// # let b = Topology::builder("example");
    /// # let words = b.stream(Words);
    /// words.flat_map(|_key, line| line.split(' ').map(|word| (word.to_string(), word.len() as u64)).collect::<Vec<_>>()).to(Lengths);
    /// # let mut driver = TestDriver::new(b.build(()));
    /// driver.input(Words).send("a".into(), "tea for two".into());
    /// assert_eq!(driver.output(Lengths).values(), [3, 3, 3]);
    /// ```
    #[doc(alias = "flatMap")]
    #[track_caller]
    pub fn flat_map<K, R, I, F>(self, f: F) -> Stream<Rekeyed<K>, R>
    where
        K: TopicKey,
        R: 'static,
        I: IntoIterator<Item = (K, R)> + 'static,
        F: Fn(S::Key, V) -> I + Send + Sync + 'static,
    {
        let f = Arc::new(f);
        self.then::<F, Rekeyed<K>, R>("flat_map", move |node, next| Box::new(FlatMap { node, f: f.clone(), next }))
    }
}
