//! Tables: the last value of each key. A handle is a reference to that state, so it is `Copy` and may be read any number of times.
use crate::{
    Keyed,
    op::{Assembly, NextChange, TableOutlet, View},
    plan::{
        NodeId,
        recorder::{self, At, Draft, Old},
    },
};
use std::{marker::PhantomData, sync::Arc};

/// A table that keeps the last value of a key.
pub struct Plain;

/// A table that also remembers what a key was before, for its history: a topic read as [`crate::VersionedOf`], or a store named
/// `stored("name").versioned(hours(1))` (KIP-889, KIP-914).
///
/// Stream records that join it meet the value of their own time. Updates that come out of order go into the past; they are handed on by
/// `to_stream`, and dropped by joins of tables and `group_by`, which are about what a key is now. `filter` and `map_values` keep it
/// versioned; joins, aggregations and `materialize` with a plain name end it.
pub struct Versioned;

/// Values `V`, one a key, in space `S`; `M` is [`Plain`] or [`Versioned`].
#[must_use = "this table is not used: join it, read it or finish it with `.to(Topic)`"]
pub struct Table<S, V, M = Plain> {
    pub(crate) at: At,
    of: PhantomData<fn() -> (S, V, M)>,
}
impl<S, V, M> Clone for Table<S, V, M> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<S, V, M> Copy for Table<S, V, M> {}
impl<S, V, M> Table<S, V, M> {
    pub(crate) fn new(at: At) -> Self {
        Table { at, of: PhantomData }
    }
}
impl<S: Keyed, V: 'static, M> Table<S, V, M> {
    /// Adds a table node; `view` looks it up, `old` says how it knows old values.
    #[track_caller]
    pub(crate) fn add(
        recording: usize,
        draft: Draft,
        inputs: &[At],
        old: Old,
        view: impl Fn(NodeId, &mut Assembly<'_>) -> Box<dyn View<S::Key, V>> + Send + Sync + 'static,
    ) -> Self {
        // The node's number is known only once it is added; the view is told it through a cell set right after.
        let node = Arc::new(std::sync::OnceLock::new());
        let told = node.clone();
        let view: Arc<dyn Fn(&mut Assembly<'_>) -> Box<dyn View<S::Key, V>> + Send + Sync> =
            Arc::new(move |a| view(*told.get_or_init(|| NodeId(u32::MAX)), a));
        let at = recorder::add(recording, draft, inputs, Box::new(TableOutlet::<S::Key, V> { readers: vec![], view }));
        let _ = node.set(at.node());
        recorder::table(at, old);
        recorder::typed::<S::Key, V>(at);
        Table::new(at)
    }
    /// Hangs a reader on this table.
    pub(crate) fn read_by(self, make: impl Fn(&mut Assembly<'_>) -> NextChange<S::Key, V> + Send + Sync + 'static) {
        recorder::outlet(self.at, |outlet: &mut TableOutlet<S::Key, V>| outlet.readers.push(Arc::new(make)));
    }
}
