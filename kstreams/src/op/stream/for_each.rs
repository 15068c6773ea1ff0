//! `for_each`: hands every record to own code and ends there.
use crate::{
    Keyed, Message, Stream,
    op::{Flow, Push, Scope},
    plan::{NodeId, recorder::Draft},
};
use std::sync::Arc;

/// Gives records away.
struct ForEach<F> {
    node: NodeId,
    f: Arc<F>,
}
impl<K, V, F: Fn(&K, V)> Push<K, V> for ForEach<F> {
    fn push(&mut self, record: Message<K, V>, scope: &mut Scope) -> Flow {
        scope.enter(self.node);
        (self.f)(&record.key, record.value);
        Ok(())
    }
}

impl<S: Keyed, V: 'static> Stream<S, V> {
    /// Hands every record to `f` and ends there (Kafka Streams: `foreach`). After a crash it sees records again: side effects are at least once.
    ///
    /// ```
    /// # use kstreams::prelude::*;
    /// # #[topic(name = "words", key = String, value = String, partitions = 1)]
    /// # struct Words;
    /// # let b = Topology::builder("example");
    /// # let words = b.stream(Words);
    /// let (said, heard) = std::sync::mpsc::channel();
    /// words.for_each(move |_key, word| _ = said.send(word));
    /// # let mut driver = TestDriver::new(b.build(()));
    /// driver.input(Words).send("a".into(), "tea".into());
    /// assert_eq!(heard.try_recv(), Ok("tea".to_string()));
    /// ```
    #[doc(alias = "foreach")]
    #[track_caller]
    pub fn for_each<F>(self, f: F)
    where
        F: Fn(&S::Key, V) + Send + Sync + 'static,
    {
        let f = Arc::new(f);
        let end = Stream::<S, V>::add(self.at.recording(), Draft::operator("for_each").named_after::<F>(), &[self.at]);
        let node = end.at.node();
        self.read_by(move |_| Box::new(ForEach { node, f: f.clone() }));
    }
}
