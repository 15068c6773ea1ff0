//! The store of a table node: of what its keys are, or of what they have been.
use crate::{
    Key, Record,
    op::{Assembly, Between, Failure, Row, Scope, View},
    plan::{StoreIndex, StoreKind},
    state::{Changed, Step, Stored, Versions},
};
use std::{cell::RefCell, rc::Rc};

pub(super) type SharedStore<K, V> = Rc<RefCell<Stored<K, V>>>;

/// Which kind of store a node has.
pub(super) enum Kept<K, V> {
    Rows(SharedStore<K, V>),
    Versions(Rc<RefCell<Versions<K, V>>>),
}
/// A change that was made, and whether the key is so now. `None`: it came too late.
type Made<V> = Option<(Changed<V>, bool)>;

impl<K: Key, V: Record> Kept<K, V> {
    pub(super) fn open(assembly: &mut Assembly<'_>, store: StoreIndex) -> Self {
        match assembly.blueprint.plan().store(store).kind {
            StoreKind::Versioned { .. } => Kept::Versions(assembly.versions(store)),
            _ => Kept::Rows(assembly.store(store)),
        }
    }
    /// Replaces a row.
    pub(super) fn replace(&self, key: &K, value: Option<Rc<V>>, time: i64, wants_old: bool) -> Result<Made<V>, Box<Failure>> {
        match self {
            Kept::Rows(rows) => rows.borrow_mut().replace(key, value, time, wants_old).map(latest),
            Kept::Versions(versions) => versions.borrow_mut().put(key, value, time, wants_old),
        }
    }
    /// Changes what a row is.
    pub(super) fn change(
        &self,
        key: &K,
        time: i64,
        wants_old: bool,
        step: impl FnOnce(Option<&mut V>) -> Step<V>,
    ) -> Result<Made<V>, Box<Failure>> {
        match self {
            Kept::Rows(rows) => rows.borrow_mut().change(key, time, wants_old, step).map(latest),
            Kept::Versions(versions) => versions.borrow_mut().change(key, time, wants_old, step),
        }
    }
    /// The store of windows, which have no versions.
    pub(super) fn rows(&self) -> Result<&SharedStore<K, V>, Box<Failure>> {
        match self {
            Kept::Rows(rows) => Ok(rows),
            Kept::Versions(_) => Err(Box::new(Failure::Record("a versioned store was opened for windows".into()))),
        }
    }
}
fn latest<V>(changed: Changed<V>) -> Made<V> {
    Some((changed, true))
}

/// Looks rows up in a store.
pub(crate) struct StoredView<K, V>(Kept<K, V>);
impl<K: Key, V: Record> StoredView<K, V> {
    pub(crate) fn boxed(assembly: &mut Assembly<'_>, store: StoreIndex) -> Box<dyn View<K, V>> {
        Box::new(StoredView(Kept::open(assembly, store)))
    }
}
impl<K: Key, V: Record> View<K, V> for StoredView<K, V> {
    fn get(&mut self, key: &K, _: &mut Scope) -> Result<Row<V>, Box<Failure>> {
        match &self.0 {
            Kept::Rows(rows) => rows.borrow_mut().get(key),
            Kept::Versions(versions) => versions.borrow_mut().get(key),
        }
    }
    fn get_as_of(&mut self, key: &K, time: i64, _: &mut Scope) -> Result<Row<V>, Box<Failure>> {
        match &self.0 {
            Kept::Rows(rows) => rows.borrow_mut().get(key),
            Kept::Versions(versions) => versions.borrow_mut().get_as_of(key, time),
        }
    }
    fn keys(&mut self, between: Between<'_, K>) -> Result<Vec<K>, Box<Failure>> {
        match &self.0 {
            Kept::Rows(rows) => rows.borrow().keys(between),
            Kept::Versions(versions) => versions.borrow().keys(between),
        }
    }
}
