//! `deduplicate`: of records with one id, within a time, only the first goes on.
use crate::{
    IntoStore, Key, Message, Placed, Record, Stream, TimeBounds, TimeWindowed,
    codec::{NonNull, Presence},
    dsl::StoreDraft,
    op::{Failure, Flow, Next, Push, Scope},
    plan::{NodeId, StoreKind, recorder::Draft},
    record::millis_of,
    state::Stored,
};
use kstreams_store::{Direction, layout::window};
use std::{cell::RefCell, rc::Rc, sync::Arc, time::Duration};

/// What makes two records the same: key and id. Bytes: the key's length, the key, the id.
#[derive(Clone)]
struct Identity<K, I> {
    key: K,
    id: I,
}
impl<K: Key, I: Key> Record for Identity<K, I> {
    const SCHEMA: u64 = crate::codec::schema("identity", &[("key", K::SCHEMA), ("id", I::SCHEMA)]);
    type Present = Self;
    fn encode(&self, out: &mut Vec<u8>) -> crate::Result<Presence> {
        let start = out.len();
        out.extend([0; 4]);
        self.key.encode(out)?;
        let length = u32::try_from(out.len() - start - 4)?;
        out[start..start + 4].copy_from_slice(&length.to_be_bytes());
        self.id.encode(out)?;
        Ok(Presence::Value)
    }
    fn decode(bytes: Option<&[u8]>) -> crate::Result<Self> {
        let cut = || "bytes that are no key and id";
        let (length, rest) = bytes.and_then(<[u8]>::split_first_chunk).ok_or_else(cut)?;
        let (key, id) = rest.split_at_checked(u32::from_be_bytes(*length) as usize).ok_or_else(cut)?;
        Ok(Identity { key: K::decode(Some(key))?, id: I::decode(Some(id))? })
    }
}
impl<K, I> NonNull for Identity<K, I> {}
impl<K: Key, I: Key> Key for Identity<K, I> {
    fn placed_by(&self, out: &mut Vec<u8>) -> crate::Result<Presence> {
        self.key.placed_by(out)
    }
}
/// A row for each record that went on, at its time.
type Seen<K, I> = TimeWindowed<Identity<K, I>>;

/// Drops what was seen before.
struct Deduplicate<K, V, I, F> {
    node: NodeId,
    within_ms: i64,
    retention_ms: i64,
    id: Arc<F>,
    seen: Rc<RefCell<Stored<Seen<K, I>, ()>>>,
    next: Next<K, V>,
}
impl<K: Key, V, I: Key, F: Fn(&V) -> I> Push<K, V> for Deduplicate<K, V, I, F> {
    fn push(&mut self, record: Message<K, V>, scope: &mut Scope) -> Flow {
        scope.enter(self.node);
        let identity = Identity { key: record.key.clone(), id: (self.id)(&record.value) };
        let time = record.time.0;
        if self.is_too_late(time) {
            scope.dropped.late += 1;
            return Ok(());
        }
        if self.was_seen(&identity, time)? {
            scope.dropped.duplicates += 1;
            return Ok(());
        }
        let window = TimeBounds { start: time, end: time.saturating_add(self.within_ms) };
        self.seen.borrow_mut().replace(&TimeWindowed { key: identity, window }, Some(Rc::new(())), time, false)?;
        self.next.push(record, scope)
    }
}
impl<K: Key, V, I: Key, F: Fn(&V) -> I> Deduplicate<K, V, I, F> {
    /// What might have been seen at about this time is partly forgotten.
    fn is_too_late(&self, time: i64) -> bool {
        time <= self.seen.borrow().store_time().saturating_sub(self.retention_ms - self.within_ms)
    }
    fn was_seen(&self, identity: &Identity<K, I>, time: i64) -> Result<bool, Box<Failure>> {
        let mut bytes = vec![];
        identity.encode(&mut bytes)?;
        let around = window::range(&bytes, time.saturating_sub(self.within_ms), time.saturating_add(self.within_ms));
        let seen = self.seen.borrow();
        let mut rows = seen.walk(around, Direction::Forward, |stored| window::is_of(&bytes, stored))?;
        Ok(rows.next().transpose()?.is_some())
    }
}

impl<S: Placed, V: 'static> Stream<S, V> {
    /// Of records with the same key and the same id whose times are at most `within` apart, only the first goes on; the others are dropped
    /// and counted (`Dropped::duplicates`). Not in Kafka Streams (proposed as KIP-655).
    ///
    /// The ids that went on are kept in a windowed store for twice the time; a record that comes later than the time it takes to forget them is
    /// dropped as late, because nobody knows any more whether it was seen: `stored("name").retention(d)` keeps them longer. Times are
    /// event times. With exactly once a restart forgets nothing and lets nothing through twice.
    ///
    /// ```
    /// # use kstreams::prelude::*;
    /// # #[topic(name = "payments", key = String, value = u64, partitions = 1)]
    /// # struct Payments;
    /// # #[topic(name = "booked", key = String, value = u64, partitions = 1)]
    /// # struct Booked;
    /// # let b = Topology::builder("example");
    /// # let payments = b.stream(Payments);
    /// payments.deduplicate("seen-payments", minutes(5), |number| *number).to(Booked);
    /// # let mut driver = TestDriver::new(b.build(()));
    /// for (minute, number) in [(0, 7), (1, 7), (1, 8), (9, 7)] {
    ///     driver.input(Payments).at(minute * 60_000).send("ann".into(), number);
    /// }
    /// assert_eq!(driver.output(Booked).values(), [7, 8, 7]);
    /// ```
    #[track_caller]
    pub fn deduplicate<N, I, F>(self, store: N, within: Duration, id: F) -> Stream<S, V>
    where
        N: IntoStore<()>,
        I: Key,
        F: Fn(&V) -> I + Send + Sync + 'static,
    {
        let (recording, id) = (self.at.recording(), Arc::new(id));
        let kind = StoreKind::Window { size: within, retention: within.saturating_mul(2) };
        let draft = StoreDraft::of::<Seen<S::Key, I>, ()>(store, kind).ordered().at_once("deduplicate", recording);
        let store = draft.kept_for(within.saturating_mul(2), recording).add(recording);
        let out = Stream::<S, V>::add(recording, Draft::operator("deduplicate").named_after::<F>().stores(vec![store]), &[self.at]);
        let (node, within_ms) = (out.at.node(), millis_of(within));
        self.read_by(move |a| {
            let retention_ms = a.blueprint.plan().store(store).kind.retention().map_or(within_ms * 2, millis_of);
            let seen = a.store::<Seen<S::Key, I>, ()>(store);
            Box::new(Deduplicate { node, within_ms, retention_ms, id: id.clone(), seen, next: a.next(node) })
        });
        out
    }
}
