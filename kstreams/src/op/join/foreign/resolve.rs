//! The left side's second half: answers become rows of the result.
use super::wire::{Answer, hash};
use crate::{
    Headers, Key, Message, Record,
    op::{Change, Flow, NextChange, Push, Scope, View},
    plan::NodeId,
};

/// Joins an answer with the left row as it is now; an answer to a value that was replaced meanwhile is dropped (`ResponseJoinProcessorSupplier`).
pub(super) struct Resolve<K, V, R, J> {
    pub(super) node: NodeId,
    pub(super) left: Box<dyn View<K, V>>,
    pub(super) join: J,
    pub(super) next: NextChange<K, R>,
}
impl<K, V, W, R, J> Push<K, Answer<W>> for Resolve<K, V, R, J>
where
    K: Key,
    V: Record,
    W: Record,
    J: Fn(&V, Option<&W>) -> Option<R>,
{
    fn push(&mut self, record: Message<K, Answer<W>>, scope: &mut Scope) -> Flow {
        scope.enter(self.node);
        let Message { key, value: answer, time, .. } = record;
        let left = self.left.get(&key, scope)?;
        scope.node = self.node;
        let now = left.as_ref().map(|(value, _)| hash(&**value)).transpose()?;
        if now != answer.hash {
            return Ok(());
        }
        let new = left.and_then(|(value, _)| (self.join)(&value, answer.value.as_ref()));
        // As in Kafka Streams, neither side's headers are the result's.
        let headers = Headers::new();
        self.next.push(Change { key: &key, new: new.as_ref(), old: None, is_latest: true, time, headers: &headers }, scope)
    }
}
