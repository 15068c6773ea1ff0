//! Aggregation over sliding windows: one window for each set of records of a key that lie within the difference.
use super::{Fold, Rows, closing::Emission};
use crate::{
    Headers, Key, Message, Record, SlidingWindows, TimeBounds, TimeWindowed, Timestamp,
    op::{Change, Failure, Flow, Push, Scope, idle::Clocked},
    plan::NodeId,
};
use std::rc::Rc;

/// Updates the windows that hold a record, and makes those that begin or end with it (`KStreamSlidingWindowAggregate`).
pub(super) struct InSliding<K, V, A> {
    pub(super) node: NodeId,
    pub(super) windows: SlidingWindows,
    pub(super) rows: Rows<TimeWindowed<K>, A>,
    pub(super) emission: Emission<TimeWindowed<K>, A>,
    /// Largest timestamp that this operator has seen; −1 after a restart, as in Kafka Streams, unless results are final.
    pub(super) seen: i64,
    pub(super) fold: Fold<V, A>,
}
/// An aggregate with the largest time of its records.
type Held<A> = (Option<Rc<A>>, i64);

/// What the windows around a record say.
struct Around<A> {
    /// Starts of the windows that are there.
    starts: Vec<i64>,
    /// Time of the record before this one.
    previous: Option<i64>,
    /// What the record's right window starts with, if there are later records.
    right: Option<Held<A>>,
    /// What its left window starts with, if the record before lies in it.
    left: Option<Held<A>>,
}
impl<A> Around<A> {
    fn new() -> Self {
        Around { starts: vec![], previous: None, right: None, left: None }
    }
}
impl<K: Key, V: 'static, A: Record> Push<K, V> for InSliding<K, V, A> {
    fn push(&mut self, record: Message<K, V>, scope: &mut Scope) -> Flow {
        scope.enter(self.node);
        let windows = self.windows;
        self.open()?;
        self.seen = self.seen.max(scope.upstream.clock(record.time.0, windows.skew_ms()));
        let (time, difference) = (record.time.0, self.windows.difference_ms());
        if time.saturating_add(1).saturating_add(difference) <= self.closed() {
            scope.dropped.late += 1;
            return Ok(());
        }
        if time < difference {
            // As in Kafka Streams: such a record closes no window.
            self.push_early(&record, scope)?;
            self.emission.show(self.seen);
            return Ok(());
        }
        self.push_in_reverse(&record, scope)?;
        self.emission.close(last_closed(self.windows, self.seen), self.seen, &mut self.rows, &record.headers, scope)
    }
}
impl<K: Key, V: 'static, A: Record> Clocked for InSliding<K, V, A> {
    fn clock(&mut self) -> Result<i64, Box<Failure>> {
        self.open()?;
        Ok(self.seen)
    }
    fn advance(&mut self, to: i64, scope: &mut Scope) -> Flow {
        self.seen = self.seen.max(to);
        self.emission.close(last_closed(self.windows, self.seen), self.seen, &mut self.rows, &Headers::new(), scope)
    }
}
impl<K: Key, V: 'static, A: Record> InSliding<K, V, A> {
    fn open(&mut self) -> Flow {
        if self.emission.is_read {
            return Ok(());
        }
        let windows = self.windows;
        let seen = self.emission.read(&mut self.rows, windows.skew_ms(), |seen| last_closed(windows, seen))?;
        self.seen = seen.unwrap_or(self.seen);
        Ok(())
    }
    fn closed(&self) -> i64 {
        self.seen.saturating_sub(self.windows.grace_ms())
    }
    /// Goes through the key's windows from the latest that could hold the record back to the first that ends before it.
    fn push_in_reverse(&mut self, record: &Message<K, V>, scope: &mut Scope) -> Flow {
        let (time, difference) = (record.time.0, self.windows.difference_ms());
        let mut around = Around::new();
        let (mut is_left_there, mut is_right_there) = (false, false);
        let earliest = time.saturating_sub(difference).saturating_sub(difference).max(0);
        for (key, value, last) in self.rows.windows_backward(&record.key, earliest, time.saturating_add(1))? {
            let start = key.window.start;
            around.starts.push(start);
            if start > time {
                is_right_there = true;
                continue;
            }
            if start.saturating_add(difference) < time {
                (around.left, around.previous) = (Some((Some(value), last)), Some(last));
                break;
            }
            around.right.get_or_insert_with(|| (Some(value.clone()), last));
            if start.saturating_add(difference) == time {
                is_left_there = true;
                around.previous = Some(last).filter(|last| *last < time).or(around.previous);
            }
            self.update(key.window, (Some(value), last), record, scope)?;
        }
        self.make_right_of_previous(&around, record, scope)?;
        let right = around.right.take();
        self.make_left(is_left_there, around, record, scope)?;
        self.make_right(is_right_there, right, record, scope)
    }
    /// The window that ends with the record; it starts with what its earlier records made.
    fn make_left(&mut self, is_there: bool, around: Around<A>, record: &Message<K, V>, scope: &mut Scope) -> Flow {
        if is_there {
            return Ok(());
        }
        let (time, difference) = (record.time.0, self.windows.difference_ms());
        let in_left = around.previous.is_some_and(|previous| time - difference <= previous);
        let seed = around.left.filter(|_| in_left).map_or_else(|| self.first(), |(value, _)| value);
        self.update(TimeBounds { start: time - difference, end: time }, (seed, time), record, scope)
    }
    /// A record at less than the difference after 0: there are no windows that start before 0, so `[0, difference]` holds all such records.
    fn push_early(&mut self, record: &Message<K, V>, scope: &mut Scope) -> Flow {
        let (time, difference) = (record.time.0, self.windows.difference_ms());
        let mut around = Around::new();
        let (mut combined, mut is_right_there) = (None, false);
        for (key, value, last) in self.rows.windows(&record.key, 0, time.saturating_add(1))? {
            let start = key.window.start;
            around.starts.push(start);
            if start == 0 {
                around.previous = Some(last).filter(|last| *last < time);
                combined = Some((Some(value), last));
            } else if start <= time {
                around.right = Some((Some(value.clone()), last));
                self.update(key.window, (Some(value), last), record, scope)?;
            } else {
                is_right_there = true;
            }
        }
        if around.right.is_none() {
            around.right = combined.clone().filter(|(_, last)| *last > time);
        }
        self.make_right(is_right_there, around.right.take(), record, scope)?;
        self.make_right_of_previous(&around, record, scope)?;
        let held = combined.unwrap_or_else(|| (self.first(), time));
        self.update(TimeBounds { start: 0, end: difference }, held, record, scope)
    }
    /// The window that begins just behind the record, if later records are known.
    fn make_right(&mut self, is_there: bool, right: Option<Held<A>>, record: &Message<K, V>, scope: &mut Scope) -> Flow {
        let Some((value, last)) = right.filter(|(_, last)| !is_there && *last > record.time.0) else { return Ok(()) };
        let Some(start) = record.time.0.checked_add(1) else { return Ok(()) };
        let window = self.window_from(start);
        self.set(window, None, (value, last), record, scope)
    }
    /// The window that begins just behind the record before this one.
    fn make_right_of_previous(&mut self, around: &Around<A>, record: &Message<K, V>, scope: &mut Scope) -> Flow {
        let Some(start) = around.previous.and_then(|previous| previous.checked_add(1)) else { return Ok(()) };
        let window = self.window_from(start);
        if around.starts.contains(&start) || window.end < record.time.0 {
            return Ok(());
        }
        let first = self.first();
        self.update(window, (first, record.time.0), record, scope)
    }
    fn window_from(&self, start: i64) -> TimeBounds {
        TimeBounds { start, end: start.saturating_add(self.windows.difference_ms()) }
    }
    fn first(&self) -> Option<Rc<A>> {
        (self.fold.init)().map(Rc::new)
    }
    /// Works the record into a window that is still open.
    fn update(&mut self, window: TimeBounds, (old, last): Held<A>, record: &Message<K, V>, scope: &mut Scope) -> Flow {
        if window.end < self.closed() {
            scope.dropped.late += 1;
            return Ok(());
        }
        let there = old.as_deref().map(A::duplicate).transpose()?;
        let last = if there.is_some() { last.max(record.time.0) } else { record.time.0 };
        let new = self.fold.added(there, &record.value).map(Rc::new);
        self.set(window, old, (new, last), record, scope)
    }
    fn set(&mut self, window: TimeBounds, old: Option<Rc<A>>, (new, last): Held<A>, record: &Message<K, V>, scope: &mut Scope) -> Flow {
        let key = TimeWindowed { key: record.key.clone(), window };
        self.rows.write(&key, new.clone(), last)?;
        self.emission.wrote(&key)?;
        let (time, headers) = (Timestamp(last), &record.headers);
        let change = Change { key: &key, new: new.as_deref(), old: old.as_deref(), is_latest: true, time, headers };
        self.rows.forward(change, scope)
    }
}
/// Start of the last window that is closed: whose end lies before the operator's clock less grace.
fn last_closed(windows: SlidingWindows, seen: i64) -> i64 {
    seen.saturating_sub(windows.grace_ms()).saturating_sub(windows.difference_ms()).saturating_sub(1)
}
