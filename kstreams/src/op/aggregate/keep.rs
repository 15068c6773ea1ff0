//! What every node with a store of its own does: changes a row, hands the change on at once or at the commit, answers lookups.
use crate::{
    Headers, Key, Record, Timestamp,
    op::{Assembly, BeforeCommit, Change, Failure, Flow, NextChange, Row, Scope, View},
    plan::{NodeId, StoreIndex},
    state::{Changed, Step, Stored},
};
use std::{cell::RefCell, rc::Rc};

type SharedStore<K, V> = Rc<RefCell<Stored<K, V>>>;

/// Looks rows up in a store.
pub(crate) struct StoredView<K, V>(SharedStore<K, V>);
impl<K: Key, V: Record> StoredView<K, V> {
    pub(crate) fn boxed(assembly: &mut Assembly<'_>, store: StoreIndex) -> Box<dyn View<K, V>> {
        Box::new(StoredView(assembly.store::<K, V>(store)))
    }
}
impl<K: Key, V: Record> View<K, V> for StoredView<K, V> {
    fn get(&mut self, key: &K, _: &mut Scope) -> Result<Row<V>, Box<Failure>> {
        self.0.borrow_mut().get(key)
    }
}

/// The rows of a table node and what reads it.
pub(crate) struct Rows<K, V> {
    store: SharedStore<K, V>,
    sends_old: bool,
    /// `None`: changes are held back until the commit.
    next: Option<NextChange<K, V>>,
}
impl<K: Key, V: Record> Rows<K, V> {
    /// Opens the store of a node; with `emit_on_commit` what reads the node waits for commits.
    pub(crate) fn open(assembly: &mut Assembly<'_>, node: NodeId, store: StoreIndex) -> Self {
        let sends_old = assembly.sends_old(node);
        let kept = assembly.store::<K, V>(store);
        let mut next = Some(assembly.next_change(node));
        if assembly.blueprint.plan().store(store).emit_on_commit
            && let Some(next) = next.take()
        {
            assembly.before_commit.insert(node, Box::new(OnCommit { node, store: kept.clone(), sends_old, next }));
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
        let Changed { new, old, time } = self.store.borrow_mut().change(key, time.0, wants_old, step)?;
        let Some(next) = &mut self.next else { return Ok(()) };
        let old = if wants_old { old.or_else(|| before().map(Rc::new)) } else { None };
        next.push(Change { key, new: new.as_deref(), old: old.as_deref(), time: Timestamp(time), headers }, scope)
    }
    /// Puts a change's value and hands the change on as it came, with what it says the key was.
    pub(crate) fn hand_on(&mut self, change: Change<'_, K, V>, value: Option<V>, scope: &mut Scope) -> Flow {
        let Changed { new, time, .. } = self.store.borrow_mut().replace(change.key, value.map(Rc::new), change.time.0, false)?;
        let Some(next) = &mut self.next else { return Ok(()) };
        let old = change.old.filter(|_| self.sends_old);
        next.push(Change { new: new.as_deref(), old, time: Timestamp(time), ..change }, scope)
    }
    /// Replaces one row.
    pub(crate) fn put(&mut self, key: &K, value: Option<V>, time: Timestamp, headers: &Headers, scope: &mut Scope) -> Flow {
        let wants_old = self.sends_old && self.next.is_some();
        let Changed { new, old, time } = self.store.borrow_mut().replace(key, value.map(Rc::new), time.0, wants_old)?;
        let Some(next) = &mut self.next else { return Ok(()) };
        next.push(Change { key, new: new.as_deref(), old: old.as_deref(), time: Timestamp(time), headers }, scope)
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
                    Change { key: &key, new: new.as_deref(), old: old.as_deref(), time: Timestamp(time), headers: &headers },
                    scope,
                )?;
            }
        }
        Ok(())
    }
}
