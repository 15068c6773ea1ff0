//! `peek`: looks at every record and lets it pass.
use crate::{
    Keyed, Message, Stream,
    op::{Flow, Next, Push, Scope},
    plan::NodeId,
};
use std::sync::Arc;

/// Shows records to `f`.
struct Peek<K, V, F> {
    node: NodeId,
    f: Arc<F>,
    next: Next<K, V>,
}
impl<K, V, F: Fn(&K, &V)> Push<K, V> for Peek<K, V, F> {
    fn push(&mut self, record: Message<K, V>, scope: &mut Scope) -> Flow {
        scope.enter(self.node);
        (self.f)(&record.key, &record.value);
        self.next.push(record, scope)
    }
}

impl<S: Keyed, V: 'static> Stream<S, V> {
    /// Looks at every record and lets it pass (Kafka Streams: `peek`). After a crash it sees records again: side effects are at least once.
    ///
    /// ```
    /// # use kstreams::prelude::*;
    /// # #[topic(name = "words", key = String, value = String, partitions = 1)]
    /// # struct Words;
    /// # #[topic(name = "results", key = String, value = String, partitions = 1)]
    /// # struct Results;
    /// # let b = Topology::builder("example");
    /// # let words = b.stream(Words);
    /// words.peek(|key, word| println!("{key} said {word}")).to(Results);
    /// # let mut driver = TestDriver::new(b.build(()));
    /// driver.input(Words).send("a".into(), "tea".into());
    /// assert_eq!(driver.output(Results).values(), ["tea"]);
    /// ```
    #[doc(alias = "inspect")]
    #[track_caller]
    pub fn peek<F>(self, f: F) -> Stream<S, V>
    where
        F: Fn(&S::Key, &V) + Send + Sync + 'static,
    {
        let f = Arc::new(f);
        self.then::<F, S, V>("peek", move |node, next| Box::new(Peek { node, f: f.clone(), next }))
    }
}
