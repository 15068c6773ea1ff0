//! Aggregation over tumbling and hopping windows.
use super::{Fold, Rows, closing::Emission};
use crate::{
    Headers, Key, Message, Record, TimeBounds, TimeWindowed, TimeWindows,
    op::{Failure, Flow, Push, Scope, idle::Clocked},
    plan::NodeId,
};

/// Works a record into every window that it falls into and that is still open.
pub(super) struct InTime<K, V, A> {
    pub(super) node: NodeId,
    pub(super) windows: TimeWindows,
    pub(super) rows: Rows<TimeWindowed<K>, A>,
    pub(super) emission: Emission<TimeWindowed<K>, A>,
    /// Largest timestamp that this operator has seen; −1 after a restart, as in Kafka Streams, unless results are final.
    pub(super) seen: i64,
    pub(super) fold: Fold<V, A>,
}
impl<K: Key, V: 'static, A: Record> Push<K, V> for InTime<K, V, A> {
    fn push(&mut self, record: Message<K, V>, scope: &mut Scope) -> Flow {
        scope.enter(self.node);
        self.open()?;
        self.seen = self.seen.max(scope.upstream.clock(record.time.0, self.windows.skew_ms()));
        let closed = self.seen.saturating_sub(self.windows.grace_ms());
        for window in self.windows.over(record.time.0) {
            scope.node = self.node;
            if window.end > closed {
                self.add(window, &record, scope)?;
            } else {
                scope.dropped.late += 1;
            }
        }
        if !self.emission.is_final() {
            return Ok(());
        }
        self.emission.close(last_closed(self.windows, closed), self.seen, &mut self.rows, &record.headers, scope)
    }
}
impl<K: Key, V: 'static, A: Record> Clocked for InTime<K, V, A> {
    fn clock(&mut self) -> Result<i64, Box<Failure>> {
        self.open()?;
        Ok(self.seen)
    }
    fn advance(&mut self, to: i64, scope: &mut Scope) -> Flow {
        self.seen = self.seen.max(to);
        let closed = self.seen.saturating_sub(self.windows.grace_ms());
        self.emission.close(last_closed(self.windows, closed), self.seen, &mut self.rows, &Headers::new(), scope)
    }
}
impl<K: Key, V: 'static, A: Record> InTime<K, V, A> {
    fn open(&mut self) -> Flow {
        if self.emission.is_read {
            return Ok(());
        }
        let windows = self.windows;
        let last_closed = |seen: i64| last_closed(windows, seen.saturating_sub(windows.grace_ms()));
        let seen = self.emission.read(&mut self.rows, windows.skew_ms(), last_closed)?;
        self.seen = seen.unwrap_or(self.seen);
        Ok(())
    }
    fn add(&mut self, window: TimeBounds, record: &Message<K, V>, scope: &mut Scope) -> Flow {
        let key = TimeWindowed { key: record.key.clone(), window };
        let fold = &self.fold;
        let step = |there: Option<&mut A>| (fold.add)(there, &record.value);
        self.rows.change(&key, record.time, &record.headers, scope, || (fold.init)(), step)?;
        self.emission.wrote(&key).map_err(Into::into)
    }
}
/// Start of the last window whose end is not behind `closed`.
fn last_closed(windows: TimeWindows, closed: i64) -> i64 {
    closed.saturating_sub(windows.size_ms())
}
impl TimeWindows {
    /// The windows that a time falls into, earliest first.
    fn over(self, time: i64) -> impl Iterator<Item = TimeBounds> {
        let (size, advance) = (self.size_ms(), self.advance_ms());
        let mut next = Some(time.saturating_sub(size - advance).max(0) / advance * advance);
        std::iter::from_fn(move || {
            let start = next.filter(|start| *start <= time)?;
            next = start.checked_add(advance);
            Some(TimeBounds { start, end: start.saturating_add(size) })
        })
    }
}

#[cfg(test)]
mod tests {
    use crate::{hopping, millis, tumbling};

    #[test]
    fn windows_over_a_time() {
        let starts = |w: crate::TimeWindows, t| w.over(t).map(|b| b.start).collect::<Vec<_>>();
        assert_eq!(starts(tumbling(millis(10)), 25), [20]);
        assert_eq!(starts(hopping(millis(17), millis(13)), 50), [39]);
        assert_eq!(starts(hopping(millis(10), millis(4)), 3), [0]);
        assert_eq!(starts(hopping(millis(10), millis(4)), 9), [0, 4, 8]);
        assert_eq!(starts(tumbling(millis(10)), i64::MAX), [i64::MAX / 10 * 10]);
        assert_eq!(starts(hopping(millis(10), millis(4)), i64::MAX).len(), 2);
    }
}
