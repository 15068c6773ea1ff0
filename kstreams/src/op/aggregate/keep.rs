//! What every node with a store of its own does: changes a row, hands the change on at once or at the commit, answers lookups.
use super::kept::{Kept, SharedStore};
use crate::{
    Headers, Key, Record, SessionWindowed, TimeWindowed, Timestamp,
    op::{Assembly, BeforeCommit, Change, Failure, Flow, NextChange, Row, Scope, Shared},
    plan::{NodeId, StoreIndex},
    state::{Changed, Scanned, Step},
};
use kstreams_store::{
    Direction,
    layout::{session, window},
};
use std::{cell::RefCell, ops::Bound, rc::Rc};

/// The rows of a table node and what reads it.
pub(crate) struct Rows<K, V> {
    store: Kept<K, V>,
    sends_old: bool,
    /// `None`: changes are held back until the commit.
    next: Option<NextChange<K, V>>,
}
impl<K: Key, V: Record> Rows<K, V> {
    /// [`Rows::open`] for a node that several inputs feed.
    pub(crate) fn open_shared(assembly: &mut Assembly<'_>, node: NodeId, store: StoreIndex) -> Self {
        let shared = assembly.once(node, |a| Shared(Rc::new(RefCell::new(Rows::open(a, node, store).next))));
        let next: Option<NextChange<K, V>> = shared.0.borrow().is_some().then(|| Box::new(shared.clone()) as _);
        Rows { store: Kept::open(assembly, store), sends_old: assembly.sends_old(node), next }
    }
    /// Opens the store of a node; with `emit_on_commit` what reads the node waits for commits.
    pub(crate) fn open(assembly: &mut Assembly<'_>, node: NodeId, store: StoreIndex) -> Self {
        let sends_old = assembly.sends_old(node);
        let kept = Kept::open(assembly, store);
        let mut next = Some(assembly.next_change(node));
        if assembly.blueprint.plan().store(store).emit_on_commit
            && let Kept::Rows(store) = &kept
            && let Some(next) = next.take()
        {
            assembly.before_commit.insert(node, Box::new(OnCommit { node, store: store.clone(), sends_old, next }));
        }
        Rows { store: kept, sends_old, next }
    }
    /// Changes one row. `step` gets the value there is and changes it in place, sets one, or deletes; `before` is what counts as the old
    /// value of an absent row. The borrow of the store ends before the change is pushed.
    pub(crate) fn change(
        &mut self,
        key: &K,
        time: Timestamp,
        headers: &Headers,
        scope: &mut Scope,
        before: impl FnOnce() -> Option<V>,
        step: impl FnOnce(Option<&mut V>) -> Step<V>,
    ) -> Flow {
        let wants_old = self.sends_old && self.next.is_some();
        let Some((mut changed, is_latest)) = self.store.change(key, time.0, wants_old, step)? else { return too_late(scope) };
        if wants_old && changed.old.is_none() {
            changed.old = before().map(Rc::new);
        }
        self.tell(key, &changed, is_latest, headers, scope)
    }
    /// The row of a window that closes.
    pub(super) fn get_closing(&mut self, key: &K) -> Result<Row<V>, Box<Failure>> {
        self.store.rows()?.borrow_mut().get_closing(key)
    }
    /// All rows, in the order of their keys' bytes.
    pub(crate) fn all(&mut self) -> Result<Vec<Scanned<K, V>>, Box<Failure>> {
        self.store.rows()?.borrow_mut().rows(Bound::Unbounded, Bound::Unbounded)
    }
    /// Sets a row without a word to what reads the node.
    pub(crate) fn write(&mut self, key: &K, value: Option<Rc<V>>, time: i64) -> Flow {
        self.store.replace(key, value, time, false).map(|_| ())
    }
    /// Hands a change on; what the key was only if somebody asked for it.
    pub(crate) fn forward(&mut self, change: Change<'_, K, V>, scope: &mut Scope) -> Flow {
        let Some(next) = &mut self.next else { return Ok(()) };
        next.push(Change { old: change.old.filter(|_| self.sends_old), ..change }, scope)
    }
    /// What reads the node, if it is told by somebody else.
    pub(super) fn next_if(&mut self, elsewhere: bool) -> Option<NextChange<K, V>> {
        self.next.take_if(|_| elsewhere)
    }
    /// Puts a change's value and hands the change on as it came, with what it says the key was.
    pub(crate) fn hand_on(&mut self, change: Change<'_, K, V>, value: Option<V>, scope: &mut Scope) -> Flow {
        let made = self.store.replace(change.key, value.map(Rc::new), change.time.0, false)?;
        let Some((Changed { new, time, .. }, is_latest)) = made else { return too_late(scope) };
        self.forward(Change { new: new.as_deref(), is_latest, time: Timestamp(time), ..change }, scope)
    }
    /// Replaces one row.
    pub(crate) fn put(&mut self, key: &K, value: Option<V>, time: Timestamp, headers: &Headers, scope: &mut Scope) -> Flow {
        let wants_old = self.sends_old && self.next.is_some();
        let made = self.store.replace(key, value.map(Rc::new), time.0, wants_old)?;
        let Some((changed, is_latest)) = made else { return too_late(scope) };
        self.tell(key, &changed, is_latest, headers, scope)
    }
    fn tell(&mut self, key: &K, changed: &Changed<V>, is_latest: bool, headers: &Headers, scope: &mut Scope) -> Flow {
        let Some(next) = &mut self.next else { return Ok(()) };
        let Changed { new, old, time } = changed;
        next.push(Change { key, new: new.as_deref(), old: old.as_deref(), is_latest, time: Timestamp(*time), headers }, scope)
    }
}
/// What a versioned store did not take, because it lies behind its history, goes no further.
fn too_late(scope: &mut Scope) -> Flow {
    scope.dropped.late += 1;
    Ok(())
}

/// A key's windows that start within `[from, to]`.
impl<K: Key, V: Record> Rows<TimeWindowed<K>, V> {
    /// Earliest first.
    pub(super) fn windows(&mut self, key: &K, from: i64, to: i64) -> Result<Vec<Scanned<TimeWindowed<K>, V>>, Box<Failure>> {
        self.scan(key, from, to, Direction::Forward)
    }
    /// Latest first.
    pub(super) fn windows_backward(&mut self, key: &K, from: i64, to: i64) -> Result<Vec<Scanned<TimeWindowed<K>, V>>, Box<Failure>> {
        self.scan(key, from, to, Direction::Backward)
    }
    fn scan(&mut self, key: &K, from: i64, to: i64, direction: Direction) -> Result<Vec<Scanned<TimeWindowed<K>, V>>, Box<Failure>> {
        let mut bytes = vec![];
        key.encode(&mut bytes)?;
        self.store.rows()?.borrow_mut().scan(window::range(&bytes, from, to), direction, |stored| window::is_of(&bytes, stored))
    }
}
impl<K: Key, V: Record> Rows<SessionWindowed<K>, V> {
    /// A key's sessions that a record touches: that lie no further than `gap` from its time. Earliest end first.
    pub(super) fn sessions(&mut self, key: &K, time: i64, gap: i64) -> Result<Vec<Scanned<SessionWindowed<K>, V>>, Box<Failure>> {
        let mut bytes = vec![];
        key.encode(&mut bytes)?;
        let store = self.store.rows()?.borrow();
        let bounds = session::ending_within(&bytes, time.saturating_sub(gap), store.store_time());
        let ending_later = store.walk(bounds, Direction::Forward, |stored| session::is_of(&bytes, stored))?;
        // A key's sessions lie apart, so that they also start in the order of their ends.
        let starts_in_time = |(key, ..): &Scanned<SessionWindowed<K>, V>| key.window.start <= time.saturating_add(gap);
        ending_later.take_while(|row| row.as_ref().map_or(true, starts_in_time)).collect()
    }
}

/// Hands on one change a key and commit: what Java's record cache does. Headers are those of no single record, so there are none.
pub(crate) struct OnCommit<K, V> {
    node: NodeId,
    store: SharedStore<K, V>,
    sends_old: bool,
    next: NextChange<K, V>,
}
impl<K: Key, V: Record> BeforeCommit for OnCommit<K, V> {
    fn before_commit(&mut self, scope: &mut Scope) -> Flow {
        let changes = self.store.borrow_mut().uncommitted(self.sends_old)?;
        for (key, Changed { new, old, time }) in changes {
            scope.node = self.node;
            if new.is_some() || old.is_some() || !self.sends_old {
                let headers = Headers::new();
                self.next.push(
                    Change {
                        key: &key,
                        new: new.as_deref(),
                        old: old.as_deref(),
                        is_latest: true,
                        time: Timestamp(time),
                        headers: &headers,
                    },
                    scope,
                )?;
            }
        }
        Ok(())
    }
}
