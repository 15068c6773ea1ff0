//! The left side's first half: its changes become subscriptions to right rows.
use super::{
    instruction::{Keys, Messages, To},
    wire::{Subscription, Wanted, hash},
};
use crate::{
    Key, Record,
    op::{Change, Flow, PushChange, Scope, Target},
    plan::NodeId,
};

/// Says to whose right rows a changed left row belongs, belonged, or belongs no more.
pub(super) struct Subscribe<G> {
    pub(super) node: NodeId,
    pub(super) foreign: G,
    pub(super) messages: fn(Keys<'_>, Keys<'_>) -> Messages,
    pub(super) target: Target,
    /// This task's partition, where answers come back to.
    pub(super) here: u32,
}
impl<K: Key, V: Record, F: Key, G: Fn(&V) -> Option<F>> PushChange<K, V> for Subscribe<G> {
    fn push(&mut self, change: Change<'_, K, V>, scope: &mut Scope) -> Flow {
        scope.enter(self.node);
        // A join is about what its sides are now (KIP-914).
        if !change.is_latest {
            scope.dropped.late += 1;
            return Ok(());
        }
        let (old, new) = (change.old.map(&self.foreign), change.new.map(&self.foreign));
        let (old_bytes, new_bytes) = (bytes(old.as_ref())?, bytes(new.as_ref())?);
        let messages = (self.messages)(keys(&old_bytes), keys(&new_bytes));
        let hash = change.new.map(hash).transpose()?;
        let (mut old, mut new) = (old.flatten(), new.flatten());
        for (to, instruction) in messages.into_iter().flatten() {
            let foreign = match to {
                To::Old => old.take(),
                To::New => new.take(),
            };
            let subscription = Subscription { hash, instruction, key: change.key.clone(), partition: Some(self.here) };
            self.send(Wanted(foreign), &subscription, &change, scope)?;
        }
        Ok(())
    }
}
impl<G> Subscribe<G> {
    fn send<K: Key, V, F: Key>(
        &self,
        foreign: Wanted<F>,
        subscription: &Subscription<K>,
        change: &Change<'_, K, V>,
        scope: &mut Scope,
    ) -> Flow {
        scope.produce(&self.target, change.time, change.headers.clone(), |w| {
            w.key(&foreign)?;
            if foreign.0.is_none() {
                // Any partition will do; one that the task keeps to keeps the order.
                w.set_partition(self.here % self.target.partitions);
            }
            w.value(|out| subscription.encode(out))
        })
    }
}
type Bytes = Option<Option<Vec<u8>>>;
fn bytes<F: Key>(row: Option<&Option<F>>) -> crate::Result<Bytes> {
    let encode = |key: &F| -> crate::Result<Vec<u8>> {
        let mut out = vec![];
        key.encode(&mut out)?;
        Ok(out)
    };
    row.map(|key| key.as_ref().map(encode).transpose()).transpose()
}
fn keys(bytes: &Bytes) -> Keys<'_> {
    bytes.as_ref().map(Option::as_deref)
}
