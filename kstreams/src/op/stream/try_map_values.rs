//! `try_map_values`: another value, or a bad record.
use crate::{
    Keyed, Message, Stream,
    op::{Flow, Next, Push, Scope},
    plan::NodeId,
};
use std::{error::Error, sync::Arc};

/// Replaces the value; what has none is the policy's business.
struct TryMapValues<K, R, F> {
    node: NodeId,
    f: Arc<F>,
    next: Next<K, R>,
}
impl<K, V, R, E, F> Push<K, V> for TryMapValues<K, R, F>
where
    E: Into<Box<dyn Error + Send + Sync>>,
    F: Fn(V) -> Result<R, E>,
{
    fn push(&mut self, record: Message<K, V>, scope: &mut Scope) -> Flow {
        scope.enter(self.node);
        let Message { key, value, time, headers } = record;
        let value = (self.f)(value).map_err(|error| Box::new(crate::op::Failure::Record(error.into())))?;
        self.next.push(Message { key, value, time, headers }, scope)
    }
}

impl<S: Keyed, V: 'static> Stream<S, V> {
    /// Another value, or an error: the record is then a bad one, and `BadRecords` decides whether the task stops, steps over it, or sends it to the
    /// dead-letter topic (Kafka Streams: an exception in `mapValues` and the `ProcessingExceptionHandler`, KIP-1033).
    ///
    /// ```
    /// # use kstreams::{BadRecords, worker::Settings, prelude::*};
    /// # #[topic(name = "words", key = String, value = String, partitions = 1)]
    /// # struct Words;
    /// # #[topic(name = "sums", key = String, value = u64, partitions = 1)]
    /// # struct Sums;
    /// # let b = Topology::builder("example");
    /// # let words = b.stream(Words);
    /// words.try_map_values(|word| word.parse::<u64>()).to(Sums);
    /// let skip = Settings { bad_records: BadRecords::Skip, commit_interval_ms: 0, ..Settings::default() };
    /// let mut driver = TestDriver::with_settings(b.build(()), skip);
    /// driver.input(Words).send("a".into(), "7".into()).send("a".into(), "seven".into());
    /// assert_eq!(driver.output(Sums).values(), [7]);
    /// ```
    #[track_caller]
    pub fn try_map_values<R, E, F>(self, f: F) -> Stream<S, R>
    where
        R: 'static,
        E: Into<Box<dyn Error + Send + Sync>>,
        F: Fn(V) -> Result<R, E> + Send + Sync + 'static,
    {
        let f = Arc::new(f);
        self.then::<F, S, R>("try_map_values", move |node, next| Box::new(TryMapValues { node, f: f.clone(), next }))
    }
}
