//! A source of rows: a topic read as a table, where null is a delete whatever the topic's value type says.
use super::{TypedSource, stream::not_negative};
use crate::{
    Headers, Keyed, Message, Meta, Placed, Record, Timestamp, TopicKey,
    codec::OfRow,
    dsl::Extractor,
    op::{Assembly, Flow, Next, Scope, SourceFactory},
    plan::{
        NodeId, StoreIndex, StoreKind, TopicId, TopicIndex,
        recorder::{self, At},
    },
    state::TimeOf,
    task::Raw,
};
use std::{sync::Arc, time::Duration};

/// Decodes the rows of one partition.
struct RowSource<K, V: Record> {
    node: NodeId,
    window: Option<Duration>,
    extractor: Extractor<K, V>,
    head: Option<Message<K, Option<V::Present>>>,
    next: Next<K, Option<V::Present>>,
}
impl<K: TopicKey, V: Record> RowSource<K, V> {
    fn decode(&self, key: &K, value: Option<&[u8]>, meta: &Meta) -> crate::Result<(Option<V::Present>, Timestamp)> {
        if value.is_none() {
            return Ok((None, deleted_at(&self.extractor, key, meta)));
        }
        let value = V::decode(value).map_err(|e| format!("value: {e}"))?;
        let time = (self.extractor)(key, &value, meta);
        Ok((V::Present::row(value), time))
    }
}
impl<K: TopicKey, V: Record> TypedSource for RowSource<K, V> {
    fn load(&mut self, raw: Raw<'_>, meta: &mut Meta) -> crate::Result<i64> {
        let key = K::decode_key(raw.key, self.window).map_err(|e| format!("key: {e}"))?;
        let (value, time) = self.decode(&key, raw.value, meta)?;
        let time = not_negative(time)?;
        self.head = Some(Message { key, value, time, headers: std::mem::take(&mut meta.headers) });
        Ok(time.0)
    }
    fn push_head(&mut self, scope: &mut Scope) -> Flow {
        scope.enter(self.node);
        self.head.take().map_or(Ok(()), |head| self.next.push(head, scope))
    }
    fn forget(&mut self) {
        self.head = None;
    }
}

/// Makes a node the source of a topic's rows. The store restores them from there under the times that it has put them with.
pub(crate) fn rows<S: Placed, V: Record>(
    at: At,
    topic: TopicIndex,
    window: Option<Duration>,
    extractor: Extractor<S::Key, V>,
    store: StoreIndex,
) {
    let node = at.node();
    let factory: SourceFactory = Arc::new(move |a| {
        let name = a.deployment.topic(a.topic_id(topic)).name.clone();
        let times = times::<S::Key, V>(name, extractor.clone());
        match a.blueprint.plan().store(store).kind {
            StoreKind::Versioned { .. } => a.versions::<S::Key, V::Present>(store).borrow_mut().times_by(times),
            _ => a.store::<S::Key, V::Present>(store).borrow_mut().times_by(times),
        }
        vec![row_source::<S, V>(a, node, topic, window, &extractor)]
    });
    recorder::source(at, factory);
}
fn row_source<S: Keyed, V: Record>(
    a: &mut Assembly<'_>,
    node: NodeId,
    topic: TopicIndex,
    window: Option<Duration>,
    extractor: &Extractor<S::Key, V>,
) -> (TopicId, Box<dyn TypedSource>) {
    let source: RowSource<S::Key, V> = RowSource { node, window, extractor: extractor.clone(), head: None, next: a.next(node) };
    (a.topic_id(topic), Box::new(source))
}
/// Event times as [`RowSource`] says them, of what is restored; partition, offset and headers are not at hand there.
fn times<K: TopicKey, V: Record>(topic: Arc<str>, extractor: Extractor<K, V>) -> TimeOf<K> {
    Arc::new(move |key, value, time| {
        let meta = Meta { topic: topic.clone(), partition: -1, offset: -1, timestamp: Timestamp(time), headers: Headers::new() };
        let Some(bytes) = value else { return Some(deleted_at(&extractor, key, &meta).0) };
        let value = V::decode(Some(bytes)).ok()?;
        Some(extractor(key, &value, &meta).0)
    })
}
/// When a row was deleted: the extractor says it where the topic's values may be null, else the record.
fn deleted_at<K, V: Record>(extractor: &Extractor<K, V>, key: &K, meta: &Meta) -> Timestamp {
    V::decode(None).map_or(meta.timestamp, |null| extractor(key, &null, meta))
}
