//! What becomes of bad records: the policy, the dead-letter record, and errors that name operator, topic, partition, offset and the way out.
use super::{Skipped, Task, TaskError, TaskErrorKind, queue::Queue};
use crate::{
    Headers, Meta,
    op::Failure,
    plan::NodeId,
    task::{Outbox, Outgoing},
    worker::BadRecords,
};
use std::any::Any;

/// Where and why a record went bad.
pub(super) struct Fault {
    pub(super) operator: String,
    pub(super) reason: String,
}
impl Task {
    pub(super) fn fault_at(&self, node: NodeId, failure: &dyn std::fmt::Display) -> Fault {
        Fault { operator: self.label(node), reason: failure.to_string() }
    }
    pub(super) fn label(&self, node: NodeId) -> String {
        let nodes = &self.blueprint.plan().nodes;
        nodes.get(node.index()).map_or_else(|| "unknown".to_owned(), |n| n.label.clone())
    }
    /// Applies the policy to the head of a queue: on `fail` the error, else the record is stepped over, counted and perhaps kept elsewhere.
    pub(super) fn bad_record(&mut self, queue: usize, fault: Fault, outbox: &mut Outbox) -> Result<(), TaskError> {
        let origin = self.queues[queue].origin().clone();
        let dead_letter = match &self.policy {
            BadRecords::Fail => return Err(fault.stops(&origin)),
            BadRecords::Skip => None,
            BadRecords::DeadLetter(topic) => Some(topic.clone()),
        };
        if let Some(topic) = &dead_letter {
            let Some(id) = self.deployment.topic_named(topic) else {
                let text = format!("the dead-letter topic `{topic}` is not among the application's topics");
                return Err(Fault { operator: fault.operator, reason: format!("{} ({text})", fault.reason) }.stops(&origin));
            };
            produce(&self.queues[queue], id, &origin, &fault, outbox);
        }
        let Fault { operator, reason } = fault;
        let (topic, partition, offset) = (origin.topic, origin.partition as u32, origin.offset);
        self.skipped.push(Skipped { topic, partition, offset, operator, reason, dead_letter });
        self.queues[queue].advance();
        self.taken += 1;
        Ok(())
    }
}
impl Fault {
    /// The error under policy `fail`.
    pub(super) fn stops(self, origin: &Meta) -> TaskError {
        self.text(
            origin,
            "Mend the operator or the record's type; or choose what happens to bad records: `Config::bad_records(BadRecords::Skip)`, \
             `Config::bad_records(BadRecords::DeadLetter(\"topic\".into()))`",
        )
    }
    /// The error of an operator that may hold no more.
    pub(super) fn filled(self, origin: &Meta) -> TaskError {
        self.text(origin, "The task goes on from here once that is done")
    }
    /// The error after a panic: nobody knows what the operators hold, so the task closes whatever the policy says.
    pub(super) fn panicked(self, origin: &Meta) -> TaskError {
        self.text(
            origin,
            "Mend the operator: a panic closes the task whatever the policy for bad records is; it may answer an error instead",
        )
    }
    fn text(self, origin: &Meta, way_out: &str) -> TaskError {
        let Fault { operator, reason } = self;
        let Meta { topic, partition, offset, .. } = origin;
        let text =
            format!("operator `{operator}` cannot process topic `{topic}` partition {partition} offset {offset}: {reason}. {way_out}");
        TaskError { kind: TaskErrorKind::BadRecord, text }
    }
}
/// The record as it was read, with headers that say where it came from and what was wrong (names as KIP-1034's).
fn produce(queue: &Queue, topic: crate::plan::TopicId, origin: &Meta, fault: &Fault, outbox: &mut Outbox) {
    let Some(raw) = queue.raw() else { return };
    let mut headers: Headers = queue.headers();
    headers.add("__streams.errors.exception", "BadRecord");
    headers.add("__streams.errors.message", fault.reason.as_bytes());
    headers.add("__streams.errors.topic", origin.topic.as_bytes());
    headers.add("__streams.errors.partition", origin.partition.to_string().into_bytes());
    headers.add("__streams.errors.offset", origin.offset.to_string().into_bytes());
    headers.add("__streams.errors.operator", fault.operator.as_bytes());
    outbox.push(Outgoing {
        topic,
        name: None,
        partition: None,
        timestamp: raw.timestamp.max(0),
        key: raw.key,
        value: raw.value,
        headers: &headers,
    });
}

/// A failure that is not the record's: the task closes and is opened again.
pub(super) fn store_error(task: crate::plan::TaskId, error: &dyn std::fmt::Display) -> TaskError {
    TaskError {
        kind: TaskErrorKind::Store,
        text: format!("the state of task {task} cannot be used: {error}. It is opened again and restored from its changelog"),
    }
}
pub(super) fn record_error(text: String) -> TaskError {
    TaskError { kind: TaskErrorKind::BadRecord, text }
}
/// Sorts what an operator answered.
pub(super) fn is_store(failure: &Failure) -> bool {
    matches!(failure, Failure::Store(_))
}
/// The text of a panic.
pub(super) fn panic_text(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().map(|s| (*s).to_owned()).or_else(|| panic.downcast_ref::<String>().cloned());
    format!("it panicked: {}", text.unwrap_or_else(|| "no text".to_owned()))
}
