//! The right side: it keeps subscriptions, answers them when they come, and again whenever its row changes.
use super::{
    instruction::Instruction,
    wire::{Combined, Subscription, Wanted, encode_answer, write_prefix},
};
use crate::{
    Headers, Key, Message, Record, Timestamp,
    op::{Change, Flow, Push, PushChange, Row, Scope, Target, View},
    plan::NodeId,
    state::Stored,
};
use kstreams_store::Direction;
use std::{cell::RefCell, ops::Bound, rc::Rc};

pub(super) type Subscribed<F, K> = Rc<RefCell<Stored<Combined<F, K>, Subscription<K>>>>;

/// Writes answers, each to the partition of the left row that asked.
pub(super) struct Answers {
    pub(super) node: NodeId,
    pub(super) target: Target,
}
impl Answers {
    fn send<K: Key, W: Record>(
        &self,
        to: &Subscription<K>,
        value: Option<&W>,
        (time, headers): (Timestamp, &Headers),
        scope: &mut Scope,
    ) -> Flow {
        scope.enter(self.node);
        scope.produce(&self.target, time, headers.clone(), |w| {
            w.key(&to.key)?;
            to.partition.into_iter().for_each(|partition| w.set_partition(partition));
            w.value(|out| encode_answer(to.hash.as_ref(), value, out))
        })
    }
}

/// Keeps what comes and answers it (`SubscriptionReceiveProcessorSupplier` and `SubscriptionJoinProcessorSupplier`).
pub(super) struct Keep<F, K, W> {
    pub(super) node: NodeId,
    pub(super) subscribed: Subscribed<F, K>,
    pub(super) right: Box<dyn View<F, W>>,
    pub(super) answers: Answers,
}
impl<F: Key, K: Key, W: Record> Push<Wanted<F>, Subscription<K>> for Keep<F, K, W> {
    fn push(&mut self, record: Message<Wanted<F>, Subscription<K>>, scope: &mut Scope) -> Flow {
        scope.enter(self.node);
        let Message { key: Wanted(foreign), value: subscription, time, headers } = record;
        let row: Row<W> = match foreign {
            None => None,
            Some(foreign) => {
                self.keep(&foreign, &subscription, time)?;
                self.right.get(&foreign, scope)?
            }
        };
        let at = row.as_ref().map_or(time, |(_, row)| time.max(Timestamp(*row)));
        let value = row.as_ref().map(|(value, _)| &**value);
        match subscription.instruction {
            Instruction::End => Ok(()),
            Instruction::EndAndAnswer => self.answers.send(&subscription, None::<&W>, (at, &headers), scope),
            Instruction::AnswerIfFound if value.is_none() => Ok(()),
            Instruction::Answer | Instruction::AnswerIfFound => self.answers.send(&subscription, value, (at, &headers), scope),
        }
    }
}
impl<F: Key, K: Key, W> Keep<F, K, W> {
    fn keep(&self, foreign: &F, subscription: &Subscription<K>, time: Timestamp) -> Flow {
        let key = Combined { foreign: foreign.clone(), primary: subscription.key.clone() };
        let kept = (!subscription.instruction.ends()).then(|| Rc::new(subscription.clone()));
        self.subscribed.borrow_mut().replace(&key, kept, time.0, false).map(drop)
    }
}

/// Tells a right row's change to everybody who subscribed to it, in the order of their keys' bytes (`ForeignTableJoinProcessorSupplier`).
pub(super) struct Announce<F, K> {
    pub(super) node: NodeId,
    pub(super) subscribed: Subscribed<F, K>,
    pub(super) answers: Answers,
}
impl<F: Key, K: Key, W: Record> PushChange<F, W> for Announce<F, K> {
    fn push(&mut self, change: Change<'_, F, W>, scope: &mut Scope) -> Flow {
        scope.enter(self.node);
        // A join is about what its sides are now (KIP-914).
        if !change.is_latest {
            scope.dropped.late += 1;
            return Ok(());
        }
        let mut prefix = vec![];
        write_prefix(change.key, &mut prefix)?;
        let bounds = (Bound::Included(prefix.clone()), after(&prefix));
        let subscribed = self.subscribed.borrow().scan(bounds, Direction::Forward, |key| key.starts_with(&prefix))?;
        subscribed.iter().try_for_each(|(_, to, _)| self.answers.send(to, change.new, (change.time, change.headers), scope))
    }
}
/// The first bytes behind everything that begins with these.
fn after(prefix: &[u8]) -> Bound<Vec<u8>> {
    let mut end = prefix.to_vec();
    while let Some(last) = end.pop() {
        if last < u8::MAX {
            end.push(last + 1);
            return Bound::Excluded(end);
        }
    }
    Bound::Unbounded
}
