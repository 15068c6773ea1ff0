//! Emit on window close (KIP-825): a window's result goes out once, when no record can change it any more.
use super::Rows;
use crate::{
    Headers, Key, Record, SessionWindowed, TimeWindowed, Timestamp,
    op::{
        Change, Failure, Flow, NextChange, Scope,
        clocks::{SharedClock, Shown},
    },
};
use std::collections::BTreeMap;

/// A key with a window.
pub(super) trait WindowKey: Key {
    /// What windows close by, and what orders those that close at once before their keys.
    fn rank(&self) -> (i64, i64);
    fn encode_inner(&self, out: &mut Vec<u8>) -> crate::Result<()>;
    /// Time of a window's result: of its row, or of a session its end.
    fn result_time(&self, stored: i64) -> i64;
}
impl<K: Key> WindowKey for TimeWindowed<K> {
    fn rank(&self) -> (i64, i64) {
        (self.window.start, 0)
    }
    fn encode_inner(&self, out: &mut Vec<u8>) -> crate::Result<()> {
        self.key.encode(out).map(|_| ())
    }
    fn result_time(&self, stored: i64) -> i64 {
        stored
    }
}
impl<K: Key> WindowKey for SessionWindowed<K> {
    fn rank(&self) -> (i64, i64) {
        (self.window.end, self.window.start)
    }
    fn encode_inner(&self, out: &mut Vec<u8>) -> crate::Result<()> {
        self.key.encode(out).map(|_| ())
    }
    fn result_time(&self, _: i64) -> i64 {
        self.window.end
    }
}

/// Rank, then key bytes: the order in which windows go out.
type Place = ((i64, i64), Vec<u8>);

/// Windows that wait for their close.
pub(super) struct Closing<W, A> {
    next: NextChange<W, A>,
    waiting: BTreeMap<Place, W>,
}
impl<W: WindowKey, A: Record> Closing<W, A> {
    pub(super) fn new(next: NextChange<W, A>) -> Self {
        Closing { next, waiting: BTreeMap::new() }
    }
    /// A window has a result to wait for.
    pub(super) fn wait(&mut self, window: &W) -> crate::Result<()> {
        let mut key = vec![];
        window.encode_inner(&mut key)?;
        self.waiting.entry((window.rank(), key)).or_insert_with(|| window.clone());
        Ok(())
    }
    /// Forgets what has gone out before the task was opened: all up to this rank.
    pub(super) fn forget(&mut self, up_to: i64) {
        self.waiting.retain(|((rank, _), _), _| *rank > up_to);
    }
    /// Hands on the windows up to this rank, with the headers of the record that closed them. A result that is refused takes no other with it:
    /// the first error is answered when all have gone out.
    pub(super) fn close(&mut self, up_to: i64, rows: &mut Rows<W, A>, headers: &Headers, scope: &mut Scope) -> Flow {
        let mut first_error = Ok(());
        while let Some(first) = self.waiting.first_entry().filter(|first| first.key().0.0 <= up_to) {
            let window = first.remove();
            match self.hand_on(&window, rows, headers, scope) {
                Err(failure) if !failure.is_the_records() => return Err(failure),
                handed => first_error = first_error.and(handed),
            }
        }
        first_error
    }
    fn hand_on(&mut self, window: &W, rows: &mut Rows<W, A>, headers: &Headers, scope: &mut Scope) -> Flow {
        let Some((value, time)) = rows.get_closing(window)? else { return Ok(()) };
        let time = Timestamp(window.result_time(time));
        self.next.push(Change { key: window, new: Some(&*value), old: None, is_latest: true, time, headers }, scope)
    }
}
/// What a windowed aggregation hands on: every change, or each window's last.
pub(super) struct Emission<W, A> {
    closing: Option<(Closing<W, A>, SharedClock)>,
    /// Whether the store has been looked at for windows that wait since before the task was opened.
    pub(super) is_read: bool,
}
impl<W: WindowKey, A: Record> Emission<W, A> {
    /// Final results, with the clock that says after a restart what has gone out; `None`: every change.
    pub(super) fn new(closing: Option<(Closing<W, A>, SharedClock)>) -> Self {
        Emission { is_read: closing.is_none(), closing }
    }
    /// Before the first record: the operator's clock as it was committed, so that what has gone out does not go out again. Where it was not,
    /// because the task's last commits are from before this operator or its `emit_final`, the rows tell it, less what it may lag behind them.
    pub(super) fn read(&mut self, rows: &mut Rows<W, A>, skew: i64, closed: impl Fn(i64) -> i64) -> Result<Option<i64>, Box<Failure>> {
        let Some((closing, clock)) = self.closing.as_mut().filter(|_| !self.is_read) else { return Ok(None) };
        self.is_read = true;
        let mut latest = -1;
        for (window, _, time) in rows.all()? {
            latest = latest.max(window.result_time(time));
            closing.wait(&window)?;
        }
        let seen = match clock.get() {
            Shown::At(time) => time,
            Shown::Unknown => latest.saturating_sub(skew).max(-1),
            Shown::Never => -1,
        };
        closing.forget(closed(seen));
        Ok(Some(seen))
    }
    /// Whether windows wait for their close.
    pub(super) fn is_final(&self) -> bool {
        self.closing.is_some()
    }
    /// A row was written.
    pub(super) fn wrote(&mut self, window: &W) -> crate::Result<()> {
        self.closing.as_mut().map_or(Ok(()), |(closing, _)| closing.wait(window))
    }
    /// The operator's clock shows `seen`, by which nothing closes.
    pub(super) fn show(&self, seen: i64) {
        self.closing.iter().for_each(|(_, clock)| clock.set(Shown::At(seen)));
    }
    /// All windows up to this rank have their last result; the operator's clock shows `seen`.
    pub(super) fn close(&mut self, up_to: i64, seen: i64, rows: &mut Rows<W, A>, headers: &Headers, scope: &mut Scope) -> Flow {
        let Some((closing, clock)) = &mut self.closing else { return Ok(()) };
        let closed = closing.close(up_to, rows, headers, scope);
        clock.set(Shown::At(seen));
        closed
    }
}
