//! A source of rows: a topic read as a table, where null is a delete whatever the topic's value type says.
use super::{TypedSource, stream::not_negative};
use crate::{
    Keyed, Message, Meta, Record, Timestamp, TopicKey,
    codec::OfRow,
    dsl::Extractor,
    op::{Flow, Next, Scope},
    plan::{
        NodeId, TopicIndex,
        recorder::{self, At},
    },
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
            return Ok((None, meta.timestamp));
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
        scope.node = self.node;
        self.head.take().map_or(Ok(()), |head| self.next.push(head, scope))
    }
    fn forget(&mut self) {
        self.head = None;
    }
}

/// Makes a node the source of a topic's rows.
pub(crate) fn rows<S: Keyed, V: Record>(at: At, topic: TopicIndex, window: Option<Duration>, extractor: Extractor<S::Key, V>) {
    let node = at.node();
    recorder::source(
        at,
        Arc::new(move |a| {
            let source: RowSource<S::Key, V> = RowSource { node, window, extractor: extractor.clone(), head: None, next: a.next(node) };
            vec![(a.topic_id(topic), Box::new(source) as Box<dyn TypedSource>)]
        }),
    );
}
