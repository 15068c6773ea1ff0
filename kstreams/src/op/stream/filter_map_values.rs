//! `filter_map_values`: another value, or none.
use crate::{
    Keyed, Message, Stream,
    op::{Flow, Next, Push, Scope},
    plan::NodeId,
};
use std::sync::Arc;

/// Replaces the value or drops the record.
struct FilterMapValues<K, R, F> {
    node: NodeId,
    f: Arc<F>,
    next: Next<K, R>,
}
impl<K, V, R, F: Fn(V) -> Option<R>> Push<K, V> for FilterMapValues<K, R, F> {
    fn push(&mut self, record: Message<K, V>, scope: &mut Scope) -> Flow {
        scope.enter(self.node);
        let Message { key, value, time, headers } = record;
        match (self.f)(value) {
            Some(value) => self.next.push(Message { key, value, time, headers }, scope),
            None => Ok(()),
        }
    }
}

impl<S: Keyed, V: 'static> Stream<S, V> {
    /// `filter` and `map_values` in one: records for which `f` answers `None` are dropped. Not in Kafka Streams.
    ///
    /// ```
    /// # use kstreams::prelude::*;
    /// # #[topic(name = "words", key = String, value = String, partitions = 1)]
    /// # struct Words;
    /// # #[topic(name = "sums", key = String, value = u64, partitions = 1)]
    /// # struct Sums;
    /// # let b = Topology::builder("example");
    /// # let words = b.stream(Words);
    /// words.filter_map_values(|word| word.parse::<u64>().ok()).to(Sums);
    /// # let mut driver = TestDriver::new(b.build(()));
    /// driver.input(Words).send("a".into(), "7".into()).send("a".into(), "seven".into());
    /// assert_eq!(driver.output(Sums).values(), [7]);
    /// ```
    #[track_caller]
    pub fn filter_map_values<R, F>(self, f: F) -> Stream<S, R>
    where
        R: 'static,
        F: Fn(V) -> Option<R> + Send + Sync + 'static,
    {
        let f = Arc::new(f);
        self.then::<F, S, R>("filter_map_values", move |node, next| Box::new(FilterMapValues { node, f: f.clone(), next }))
    }
}
