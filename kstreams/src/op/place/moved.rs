//! The two halves of a repartition topic: a sink above, a source below; what lies between is another sub-topology.
use crate::{
    Keyed, Message, Placed, Record, Stream,
    op::{Flow, Push, Scope, Target, source, upstream::Mark},
    partition::Partitioner,
    plan::{
        self, NodeId, NodeKind, Origin, TopicIndex,
        recorder::{self, At, Draft},
    },
};

/// Writes records under another key into the repartition topic.
struct Move<F> {
    node: NodeId,
    key: F,
    target: Target,
    /// This task's partition and how many there are, if a window downstream asks for marks.
    marks: Option<(u32, u32)>,
}
impl<K, L: crate::TopicKey, V: Record, F: Fn(&K, &V) -> L> Push<K, V> for Move<F> {
    fn push(&mut self, record: Message<K, V>, scope: &mut Scope) -> Flow {
        scope.enter(self.node);
        let key = (self.key)(&record.key, &record.value);
        let mut headers = record.headers;
        if let Some((partition, of)) = self.marks {
            let time = scope.upstream.slowest().unwrap_or(scope.stream_time);
            Mark::new(partition, of, time).write(&mut headers);
        }
        scope.produce(&self.target, record.time, headers, |w| {
            w.key(&key)?;
            w.value(|out| record.value.encode(out))
        })
    }
}

/// Moves a stream through `<application id>-<name>-repartition`, where `key` says each record's new key; `function` is the path of the user's.
#[track_caller]
pub(super) fn moved<S, To, V, F>(
    from: Stream<S, V>,
    operator: &'static str,
    name: &'static str,
    follows: Option<At>,
    function: Option<&'static str>,
    key: F,
) -> Stream<To, V>
where
    S: Keyed,
    To: Placed,
    V: Record,
    F: Fn(&S::Key, &V) -> To::Key + Clone + Send + Sync + 'static,
{
    let recording = from.at.recording();
    let topic = repartition_topic::<To, V>(recording, operator, name, follows);
    let sink = Draft { kind: NodeKind::Sink(topic), ..Draft::operator(operator).label(format!("{name}-sink")) };
    let at = Stream::<S, V>::add(recording, sink, &[from.at]).at;
    recorder::takes(at, function);
    let sink = at.node();
    from.read_by(move |a| Box::new(Move { node: sink, key: key.clone(), target: a.target::<To>(topic), marks: a.upstream_marks() }));
    below(recording, name, topic)
}
/// The topic `<application id>-<name>-repartition`.
#[track_caller]
pub(crate) fn repartition_topic<To: Placed, V: Record>(recording: usize, operator: &str, name: &str, follows: Option<At>) -> TopicIndex {
    let here = recorder::here();
    let topic = plan::Topic {
        name: name.to_owned(),
        origin: Origin::Repartition,
        named: crate::plan::Named::Exactly,
        partitions: To::COUNT,
        partitioner: To::Partitioner::NAME,
        schema: (To::Key::SCHEMA, V::SCHEMA),
        types: (std::any::type_name::<To::Key>(), std::any::type_name::<V>()),
        shapes: (To::Key::SHAPE, V::SHAPE),
        doc: "",
        follows: follows.and_then(|like| recorder::own(recording, (operator, here), like)),
        reset: None,
        history: None,
        window: None,
        expected: plan::Expected::UNKNOWN,
    };
    recorder::topic(recording, topic)
}
/// The half that reads the topic.
#[track_caller]
pub(crate) fn below<To: Placed, V: Record>(recording: usize, name: &str, topic: TopicIndex) -> Stream<To, V> {
    let draft = Draft { kind: NodeKind::Source(vec![topic]), ..Draft::operator("repartition").label(format!("{name}-source")) };
    let out = Stream::<To, V>::add(recording, draft, &[]);
    source::internal_stream::<To, V>(out.at, topic);
    out
}
