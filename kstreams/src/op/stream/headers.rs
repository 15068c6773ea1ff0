//! `headers`: changes a record's headers.
use crate::{
    Headers, Keyed, Message, Stream,
    op::{Flow, Next, Push, Scope},
    plan::NodeId,
};
use std::sync::Arc;

/// Hands the headers to `f`.
struct EditHeaders<K, V, F> {
    node: NodeId,
    f: Arc<F>,
    next: Next<K, V>,
}
impl<K, V, F: Fn(&K, &V, &mut Headers)> Push<K, V> for EditHeaders<K, V, F> {
    fn push(&mut self, mut record: Message<K, V>, scope: &mut Scope) -> Flow {
        scope.enter(self.node);
        (self.f)(&record.key, &record.value, &mut record.headers);
        self.next.push(record, scope)
    }
}

impl<S: Keyed, V: 'static> Stream<S, V> {
    /// Adds headers to the record or takes some away (Kafka Streams: a processor that forwards `record.withHeaders(..)`).
    ///
    /// ```
    /// # use kstreams::prelude::*;
    /// # #[topic(name = "words", key = String, value = String, partitions = 1)]
    /// # struct Words;
    /// # #[topic(name = "results", key = String, value = String, partitions = 1)]
    /// # struct Results;
    /// # let b = Topology::builder("example");
    /// # let words = b.stream(Words);
    /// words
    ///     .headers(|_key, word, headers| {
    ///         headers.remove("secret");
    ///         headers.add("length", word.len().to_string());
    ///     })
    ///     .to(Results);
    /// # let mut driver = TestDriver::new(b.build(()));
    /// driver.input(Words).header("secret", "x").send("a".into(), "tea".into());
    /// let result = &driver.output(Results).records()[0];
    /// assert_eq!((result.headers.get("length"), result.headers.len()), (Some(&b"3"[..]), 1));
    /// ```
    #[track_caller]
    pub fn headers<F>(self, f: F) -> Stream<S, V>
    where
        F: Fn(&S::Key, &V, &mut Headers) + Send + Sync + 'static,
    {
        let f = Arc::new(f);
        self.then::<F, S, V>("headers", move |node, next| Box::new(EditHeaders { node, f: f.clone(), next }))
    }
}
