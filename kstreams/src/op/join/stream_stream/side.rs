//! One side of a stream-stream join at work: it meets the other side's records, then is kept for theirs.
use super::{
    alone::Waiting,
    kept::{Alone, Either, Kept},
};
use crate::{
    Key, Message, Record, Timestamp,
    op::{Failure, Flow, Next, Push, Scope, Shared},
    plan::NodeId,
    state::{Scanned, Stored},
};
use kstreams_store::{Direction, layout::window};
use std::{cell::RefCell, rc::Rc};

type Store<K, V> = Rc<RefCell<Stored<Kept<K>, V>>>;

/// A side as its records see it: `A` comes in and meets `B` (`KStreamKStreamJoin`).
pub(super) struct Side<K, V, W, A, B, R> {
    pub(super) node: NodeId,
    pub(super) is_left: bool,
    /// A record without partner goes on alone.
    pub(super) goes_alone: bool,
    /// How far the other side's record may lie before this one, and behind it.
    pub(super) before: i64,
    pub(super) after: i64,
    pub(super) own: Store<K, A>,
    pub(super) other: Store<K, B>,
    pub(super) waiting: Rc<RefCell<Waiting<K, V, W, R>>>,
    pub(super) join: Box<dyn Fn(&A, Option<&B>) -> Option<R>>,
    pub(super) wrap: fn(A) -> Either<V, W>,
    pub(super) next: Shared<Next<K, R>>,
}
impl<K: Key, V: Record, W: Record, A: Record, B: Record, R> Push<K, A> for Side<K, V, W, A, B, R> {
    fn push(&mut self, record: Message<K, A>, scope: &mut Scope) -> Flow {
        scope.enter(self.node);
        self.advance(&record, scope)?;
        let partners = self.partners(&record)?;
        let is_alone = partners.is_empty();
        for (place, partner, _) in partners {
            self.meet(&record, place.time, &partner, scope)?;
        }
        if is_alone && self.goes_alone {
            self.stay_alone(&record, scope)?;
        }
        self.keep(record)
    }
}
impl<K: Key, V: Record, W: Record, A: Record, B: Record, R> Side<K, V, W, A, B, R> {
    /// Moves the clock; a record that moved it, or stands at it, lets those go on whose windows are closed.
    fn advance(&mut self, record: &Message<K, A>, scope: &mut Scope) -> Flow {
        let mut waiting = self.waiting.borrow_mut();
        waiting.clock.stream_time = waiting.clock.stream_time.max(record.time.0);
        if record.time.0 < waiting.clock.stream_time {
            return Ok(());
        }
        waiting.close(self.after, &record.headers, scope)
    }
    /// The other side's records of this key within the window, earliest first.
    fn partners(&self, record: &Message<K, A>) -> Result<Vec<Scanned<Kept<K>, B>>, Box<Failure>> {
        let time = record.time.0;
        let mut key = vec![];
        record.key.encode(&mut key)?;
        let bounds = window::range(&key, time.saturating_sub(self.before), time.saturating_add(self.after));
        self.other.borrow().scan(bounds, Direction::Forward, |stored| window::is_of(&key, stored))
    }
    fn meet(&mut self, record: &Message<K, A>, time: i64, partner: &B, scope: &mut Scope) -> Flow {
        let place = Alone { time, is_left: !self.is_left, key: record.key.clone() };
        self.waiting.borrow_mut().met(&place, record.time.0)?;
        self.hand_on(record, Timestamp(time.max(record.time.0)), Some(partner), scope)
    }
    fn hand_on(&mut self, record: &Message<K, A>, time: Timestamp, partner: Option<&B>, scope: &mut Scope) -> Flow {
        scope.node = self.node;
        let Some(value) = (self.join)(&record.value, partner) else { return Ok(()) };
        self.next.push(Message { key: record.key.clone(), value, time, headers: record.headers.clone() }, scope)
    }
    /// Waits for a partner; a record whose window is behind the clock already goes on at once, without grace (KAFKA-19536).
    fn stay_alone(&mut self, record: &Message<K, A>, scope: &mut Scope) -> Flow {
        let time = record.time.0;
        let is_behind = time.saturating_add(self.after) < self.waiting.borrow().clock.stream_time;
        if is_behind {
            return self.hand_on(record, record.time, None, scope);
        }
        let place = Alone { time, is_left: self.is_left, key: record.key.clone() };
        let value = (self.wrap)(record.value.duplicate()?);
        self.waiting.borrow_mut().wait(&place, value)
    }
    /// Keeps the record for those of the other side that come later.
    fn keep(&mut self, record: Message<K, A>) -> Flow {
        let Message { key, value, time, .. } = record;
        let sequence = self.sequence(&key, time.0)?;
        let place = Kept { key, time: time.0, sequence };
        self.own.borrow_mut().replace(&place, Some(Rc::new(value)), time.0, false).map(|_| ())
    }
    /// The next number of this key and time. Kafka Streams counts over all of a task's records and starts anew with it, so that a restart can
    /// overwrite; this number says only the order, so it need not be the same.
    fn sequence(&self, key: &K, time: i64) -> Result<u32, Box<Failure>> {
        let mut bytes = vec![];
        key.encode(&mut bytes)?;
        let own = self.own.borrow();
        let mut backward = own.walk(window::range(&bytes, time, time), Direction::Backward, |stored| window::is_of(&bytes, stored))?;
        Ok(backward.next().transpose()?.map_or(1, |(place, ..)| place.sequence + 1))
    }
}
