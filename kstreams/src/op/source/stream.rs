//! A source of records: bytes in, typed records out.
use super::TypedSource;
use crate::{
    Keyed, Message, Meta, Record, Timestamp, TopicKey,
    dsl::Extractor,
    op::{Flow, Next, Scope, upstream::Mark},
    plan::{
        NodeId, Origin, TopicId, TopicIndex,
        recorder::{self, At},
    },
    task::Raw,
};
use std::{sync::Arc, time::Duration};

/// Decodes the records of one partition.
struct StreamSource<K, V> {
    node: NodeId,
    window: Option<Duration>,
    extractor: Extractor<K, V>,
    /// Of a repartition topic: whose marks its records may carry.
    marks: Option<TopicId>,
    mark: Option<Mark>,
    head: Option<Message<K, V>>,
    next: Next<K, V>,
}
impl<K: TopicKey, V: Record> TypedSource for StreamSource<K, V> {
    fn load(&mut self, raw: Raw<'_>, meta: &mut Meta) -> crate::Result<i64> {
        let key = K::decode_key(raw.key, self.window).map_err(|e| format!("key: {e}"))?;
        let value = V::decode(raw.value).map_err(|e| format!("value: {e}"))?;
        let time = not_negative((self.extractor)(&key, &value, meta))?;
        self.mark = self.marks.and_then(|_| Mark::take(&mut meta.headers));
        self.head = Some(Message { key, value, time, headers: std::mem::take(&mut meta.headers) });
        Ok(time.0)
    }
    fn push_head(&mut self, scope: &mut Scope) -> Flow {
        scope.enter(self.node);
        if let (Some(topic), Some(mark)) = (self.marks, self.mark) {
            scope.upstream.hear(topic, mark);
        }
        self.head.take().map_or(Ok(()), |head| self.next.push(head, scope))
    }
    fn forget(&mut self) {
        self.head = None;
    }
}

/// A negative event time is a bad record (Kafka Streams: `FailOnInvalidTimestamp`).
pub(crate) fn not_negative(time: Timestamp) -> crate::Result<Timestamp> {
    if time.0 >= 0 {
        return Ok(time);
    }
    Err(format!("the event time {time} is negative: give the topic `timestamp = ..`, or send records with a time").into())
}

/// Makes a node the source of the user's topics.
pub(crate) fn user_stream<S: Keyed, V: Record>(at: At, topics: Vec<(TopicIndex, Option<Duration>, Extractor<S::Key, V>)>) {
    let node = at.node();
    recorder::source(
        at,
        Arc::new(move |a| {
            let found: Vec<_> = topics.iter().flat_map(|of| a.deployment.planned(of.0).into_iter().map(move |id| (id, of))).collect();
            let single = found.len() == 1;
            let inherited = a.blueprint.plan().node(node).window;
            let next = |a: &mut crate::op::Assembly<'_>| -> Next<S::Key, V> {
                if single { a.next(node) } else { Box::new(a.next_shared::<S::Key, V>(node)) }
            };
            let part = |(id, (_, window, extractor)): (TopicId, &(TopicIndex, Option<Duration>, Extractor<S::Key, V>))| {
                let marks = (a.deployment.topic(id).origin == Origin::Repartition).then_some(id);
                let window = window.or(inherited);
                let source = StreamSource { node, window, extractor: extractor.clone(), marks, mark: None, head: None, next: next(a) };
                (id, Box::new(source) as Box<dyn TypedSource>)
            };
            found.into_iter().map(part).collect()
        }),
    );
}
/// Makes a node the source of a repartition topic: records keep the time that they were written with.
pub(crate) fn internal_stream<S: Keyed, V: Record>(at: At, topic: TopicIndex) {
    user_stream::<S, V>(at, vec![(topic, None, Arc::new(|_, _, meta: &Meta| Timestamp(meta.timestamp.0)))]);
}
