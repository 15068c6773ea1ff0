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
        scope.node = self.node;
        (self.f)(&record.key, &record.value);
        self.next.push(record, scope)
    }
}

impl<S: Keyed, V: 'static> Stream<S, V> {
    /// Looks at every record and lets it pass (Kafka Streams: `peek`). After a crash it sees records again: side effects are at least once.
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
