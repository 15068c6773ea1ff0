//! Aggregation over sessions: a record joins the sessions that it touches, and closes the gap between them.
use super::{Fold, Rows, closing::Emission};
use crate::{
    Headers, Key, Message, Record, SessionBounds, SessionWindowed, SessionWindows, Timestamp,
    op::{Change, Failure, Flow, Push, Scope, idle::Clocked},
    plan::NodeId,
    state::Scanned,
};
use std::rc::Rc;

/// Merges the sessions that a record touches into one, and works the record into it (`KStreamSessionWindowAggregate`).
pub(super) struct InSession<K, V, A> {
    pub(super) node: NodeId,
    pub(super) windows: SessionWindows,
    pub(super) rows: Rows<SessionWindowed<K>, A>,
    pub(super) emission: Emission<SessionWindowed<K>, A>,
    /// Largest timestamp that this operator has seen; −1 after a restart, as in Kafka Streams, unless results are final.
    pub(super) seen: i64,
    pub(super) fold: Fold<V, A>,
}
impl<K: Key, V: 'static, A: Record> Push<K, V> for InSession<K, V, A> {
    fn push(&mut self, record: Message<K, V>, scope: &mut Scope) -> Flow {
        scope.enter(self.node);
        let windows = self.windows;
        self.open()?;
        self.seen = self.seen.max(scope.upstream.clock(record.time.0, windows.skew_ms()));
        let closed = closed_at(windows, self.seen);
        let touched = self.rows.sessions(&record.key, record.time.0, windows.gap_ms())?;
        let merged =
            touched.iter().fold(SessionBounds { start: record.time.0, end: record.time.0 }, |all, (key, ..)| hull(all, key.window));
        if merged.end < closed {
            scope.dropped.late += 1;
        } else {
            self.merge(&record, touched, merged, scope)?;
        }
        self.emission.close(closed.saturating_sub(1), self.seen, &mut self.rows, &record.headers, scope)
    }
}
impl<K: Key, V: 'static, A: Record> Clocked for InSession<K, V, A> {
    fn clock(&mut self) -> Result<i64, Box<Failure>> {
        self.open()?;
        Ok(self.seen)
    }
    fn advance(&mut self, to: i64, scope: &mut Scope) -> Flow {
        self.seen = self.seen.max(to);
        self.emission.close(closed_at(self.windows, self.seen).saturating_sub(1), self.seen, &mut self.rows, &Headers::new(), scope)
    }
}
impl<K: Key, V: 'static, A: Record> InSession<K, V, A> {
    fn open(&mut self) -> Flow {
        if self.emission.is_read {
            return Ok(());
        }
        let windows = self.windows;
        let seen = self.emission.read(&mut self.rows, windows.skew_ms(), |seen| closed_at(windows, seen).saturating_sub(1))?;
        self.seen = seen.unwrap_or(self.seen);
        Ok(())
    }
    fn merge(
        &mut self,
        record: &Message<K, V>,
        touched: Vec<Scanned<SessionWindowed<K>, A>>,
        window: SessionBounds,
        scope: &mut Scope,
    ) -> Flow {
        let mut aggregate = (self.fold.init)();
        for (_, session, _) in &touched {
            aggregate = self.fold.merged(aggregate, session.duplicate()?);
        }
        if (window.start, window.end) != (record.time.0, record.time.0) {
            for (key, session, _) in touched {
                self.set(key, None, Some(session), record, scope)?;
            }
        }
        let aggregate = self.fold.added(aggregate, &record.value).map(Rc::new);
        let key = SessionWindowed { key: record.key.clone(), window };
        self.emission.wrote(&key)?;
        self.set(key, aggregate, None, record, scope)
    }
    /// Writes a session's row with the record's time, and hands it on with that of the session's end.
    fn set(&mut self, key: SessionWindowed<K>, new: Option<Rc<A>>, old: Option<Rc<A>>, record: &Message<K, V>, scope: &mut Scope) -> Flow {
        self.rows.write(&key, new.clone(), record.time.0)?;
        let time = Timestamp(key.window.end);
        let headers = &record.headers;
        self.rows.forward(Change { key: &key, new: new.as_deref(), old: old.as_deref(), is_latest: true, time, headers }, scope)
    }
}
/// Sessions that end before this take no more records.
fn closed_at(windows: SessionWindows, seen: i64) -> i64 {
    seen.saturating_sub(windows.grace_ms()).saturating_sub(windows.gap_ms())
}
fn hull(a: SessionBounds, b: SessionBounds) -> SessionBounds {
    SessionBounds { start: a.start.min(b.start), end: a.end.max(b.end) }
}
