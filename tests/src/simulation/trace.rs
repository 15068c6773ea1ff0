//! A hash over everything that happened: two runs of a seed must agree on it.
use kstreams::{
    task::Outgoing,
    worker::{Input, Output},
};

/// FNV-1a over a run's events; with `spoken` they are printed too.
#[derive(Debug)]
pub(super) struct Trace {
    hash: u64,
    spoken: bool,
}
impl Trace {
    pub(super) fn new(spoken: bool) -> Trace {
        Trace { hash: 0xcbf2_9ce4_8422_2325, spoken }
    }
    pub(super) fn hash(&self) -> u64 {
        self.hash
    }
    pub(super) fn note(&mut self, who: &str, what: &str) {
        if self.spoken {
            println!("{who} {what}");
        }
        for byte in who.bytes().chain(what.bytes()) {
            self.hash = (self.hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3);
        }
    }
}

/// A produced record in short.
pub(super) fn produced(record: &Outgoing<'_>) -> String {
    let (key, value) = (record.key.unwrap_or_default().escape_ascii(), record.value.map(|v| v.escape_ascii().to_string()));
    format!("produce {:?}/{:?} {key} = {value:?}", record.topic, record.partition)
}
/// An input in short.
pub(super) fn input(input: &Input) -> String {
    match input {
        Input::Assigned(t) => format!("assigned {t:?}"),
        Input::Revoking(t) => format!("revoking {t:?}"),
        Input::Lost(t) => format!("lost {t:?}"),
        Input::Opened { task, state } => {
            format!("opened {task} {}", state.as_ref().map_or_else(String::clone, |s| format!("parked {}", s.parked.is_some())))
        }
        Input::CommittedOffsets { task, offsets, .. } => format!("committed offsets {task} {offsets:?}"),
        Input::ChangelogEnds { task, ends } => format!("changelog ends {task} {ends:?}"),
        Input::Restored { task, topic, batch, next } => format!("restored {task} {topic:?} {} to {next}", batch.len()),
        Input::Records { topic, partition, batch } => {
            let first = (!batch.is_empty()).then(|| batch.get(0));
            let key = first.and_then(|r| r.key).unwrap_or_default().escape_ascii();
            format!("records {topic:?}/{partition} {} from {:?} {key}", batch.len(), first.map(|r| (r.offset, r.timestamp)))
        }
        Input::EndOfPartition { topic, partition, offset } => format!("end {topic:?}/{partition} {offset}"),
        Input::Committed(answer) => format!("{answer:?}"),
        Input::Aborted(answer) => format!("aborted {answer:?}"),
        Input::Unwritable { name, reason } => format!("unwritable {name} {reason}"),
        Input::DeliveryFailed { topic, reason } => format!("delivery failed {topic:?} {reason}"),
        Input::Checkpointed { task, generation, snapshot } => format!("checkpointed {task} {generation} {:?}", snapshot.as_ref().err()),
        Input::Global { topic, rows } => format!("global {} {} rows", topic.0, rows.len()),
        Input::Query(query) => format!("{query:?}"),
        Input::Look => "look".into(),
        Input::Close => "close".into(),
    }
}

/// An output in short.
pub(super) fn output(output: &Output) -> String {
    match output {
        Output::OpenState(t) => format!("open {t}"),
        Output::FetchCommitted(t) => format!("fetch committed {t}"),
        Output::FetchEnds { task, topics } => format!("fetch ends {task} {topics:?}"),
        Output::Restore { task, topic, from, to } => format!("restore {task} {topic:?} {from}..{to}"),
        Output::StopRestore(t) => format!("stop restore {t}"),
        Output::Read { topic, partition, from } => format!("read {topic:?}/{partition} {from:?}"),
        Output::Pause(topic, partition) => format!("pause {topic:?}/{partition}"),
        Output::Resume(topic, partition) => format!("resume {topic:?}/{partition}"),
        Output::Commit(c) => format!("{c:?}"),
        Output::Abort { replace_producer } => format!("abort {replace_producer}"),
        Output::Checkpoint { task, generation, .. } => format!("checkpoint {task} {generation}"),
        Output::Release(t) => format!("release {t:?}"),
        Output::Park { task, .. } => format!("park {task}"),
        Output::Purge { topic, partition, before } => format!("purge {topic:?}/{partition} {before}"),
        Output::Answer(answer) => format!("{answer:?}"),
        Output::Seen(view) => format!("{view:?}"),
        Output::Event(e) => format!("{e:?}"),
        Output::Closed => "closed".into(),
    }
}
