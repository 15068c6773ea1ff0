//! Records that have met nobody yet: they go on alone when their window closes.
use super::kept::{Alone, Either, Several};
use crate::{
    Headers, Key, Message, Record, Timestamp, Within,
    op::{Failure, Flow, Next, Push, Scope, Shared},
    state::Stored,
};
use kstreams_store::Direction;
use std::{cell::RefCell, ops::Bound, rc::Rc, sync::Arc};

/// Combines what the two sides are; `None` where the kind of join gives no result.
pub(super) type Join<V, W, R> = Arc<dyn Fn(Option<&V>, Option<&W>) -> Option<R> + Send + Sync>;
type Store<K, V, W> = Rc<RefCell<Stored<Alone<K>, Several<Either<V, W>>>>>;

/// Who goes on alone: place and values.
type Due<K, V, W> = (Alone<K>, Rc<Several<Either<V, W>>>);

/// The clock that both sides share (`TimeTracker`).
pub(super) struct Clock {
    /// Largest timestamp of either side; −1 after a restart.
    pub(super) stream_time: i64,
    /// Smallest time of a record that may be waiting; large if none is.
    earliest: i64,
    /// No record before this time waits. Those that have gone are remembered in memory until the next checkpoint: they are not to be passed again.
    first: i64,
}
impl Clock {
    pub(super) fn new() -> Self {
        Clock { stream_time: -1, earliest: i64::MAX, first: 0 }
    }
}

/// The records of both sides that wait for a partner, of left and outer joins.
pub(super) struct Waiting<K, V, W, R> {
    pub(super) clock: Clock,
    pub(super) within: Within,
    /// `None`: an inner join, where nobody goes on alone.
    pub(super) store: Option<Store<K, V, W>>,
    pub(super) join: Join<V, W, R>,
    pub(super) next: Shared<Next<K, R>>,
}
impl<K: Key, V: Record, W: Record, R> Waiting<K, V, W, R> {
    /// A record without a partner waits.
    pub(super) fn wait(&mut self, place: &Alone<K>, value: Either<V, W>) -> Flow {
        let Some(store) = &self.store else { return Ok(()) };
        self.clock.earliest = self.clock.earliest.min(place.time);
        self.clock.first = self.clock.first.min(place.time);
        let mut store = store.borrow_mut();
        let mut values = store.get(place)?.map(|(there, _)| there.duplicate()).transpose()?.unwrap_or(Several(vec![]));
        values.0.push(value);
        store.replace(place, Some(Rc::new(values)), place.time, false).map(|_| ())
    }
    /// The records of this place have met somebody.
    pub(super) fn met(&mut self, place: &Alone<K>, time: i64) -> Flow {
        let Some(store) = &self.store else { return Ok(()) };
        let mut store = store.borrow_mut();
        if store.get(place)?.is_some() {
            store.replace(place, None, time, false)?;
        }
        Ok(())
    }
    /// Hands on who goes alone because a record has moved the clock: with the time that they had, and that record's headers. `after` is how far
    /// behind that record its partners may lie. A result that is refused takes no other with it: the first error is answered.
    ///
    /// It reads those that go, and of those that stay as many as it takes to see one of each side: where both sides wait, a few; where only one
    /// does, all, and then not again before the last of them has its turn.
    pub(super) fn close(&mut self, after: i64, headers: &Headers, scope: &mut Scope) -> Flow {
        let Some(store) = self.store.clone() else { return Ok(()) };
        let open_until = |time: i64, after: i64| time.saturating_add(after).saturating_add(self.within.grace_ms());
        if self.clock.earliest != i64::MAX && open_until(self.clock.earliest, after) >= self.clock.stream_time {
            return Ok(());
        }
        let mut first_error = Ok(());
        let (due, first) = self.due(&store)?;
        for (place, values) in due {
            for value in &values.0 {
                match self.hand_on(&place, value, headers, scope) {
                    Err(failure) if !failure.is_the_records() => return Err(failure),
                    handed => first_error = first_error.and(handed),
                }
            }
            store.borrow_mut().replace(&place, None, self.clock.stream_time, false)?;
        }
        self.clock.first = first;
        first_error
    }
    /// Whose windows are closed, in the order in which they go, and the time of the first who stays.
    fn due(&mut self, store: &Store<K, V, W>) -> Result<(Vec<Due<K, V, W>>, i64), Box<Failure>> {
        let (clock, within) = (&mut self.clock, self.within);
        clock.earliest = i64::MAX;
        let (mut is_left_open, mut is_right_open, mut due, mut first) = (false, false, vec![], i64::MAX);
        let from = Bound::Included(clock.first.to_be_bytes().to_vec());
        for row in store.borrow().walk((from, Bound::Unbounded), Direction::Forward, |_| true)? {
            let (place, values, _) = row?;
            // As in Kafka Streams: of the last value looked at, even if an earlier one of the other side still waits.
            clock.earliest = place.time;
            if is_left_open && is_right_open {
                break;
            }
            let after = if place.is_left { within.after_ms() } else { within.before_ms() };
            if place.time.saturating_add(after).saturating_add(within.grace_ms()) < clock.stream_time {
                due.push((place, values));
                continue;
            }
            first = first.min(place.time);
            is_left_open |= place.is_left;
            is_right_open |= !place.is_left;
            if is_left_open && is_right_open && values.0.len() > 1 {
                break;
            }
        }
        Ok((due, first))
    }
    fn hand_on(&mut self, place: &Alone<K>, value: &Either<V, W>, headers: &Headers, scope: &mut Scope) -> Flow {
        let joined = match value {
            Either::Left(value) => (self.join)(Some(value), None),
            Either::Right(value) => (self.join)(None, Some(value)),
        };
        let Some(value) = joined else { return Ok(()) };
        self.next.push(Message { key: place.key.clone(), value, time: Timestamp(place.time), headers: headers.clone() }, scope)
    }
}
