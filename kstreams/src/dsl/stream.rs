//! Streams: records in flight. A handle is consumed by what reads it; `.clone()` it to read twice (the records are then copied).
use crate::{
    Keyed,
    op::{Next, Outlet},
    plan::{
        NodeId,
        recorder::{self, At, Draft},
    },
    space::SameSpace,
};
use std::marker::PhantomData;

/// Records of value `V` that live in space `S`.
#[must_use = "this stream ends nowhere: finish it with `.to(Topic)`"]
pub struct Stream<S, V> {
    pub(crate) at: At,
    of: PhantomData<fn() -> (S, V)>,
}
impl<S: Keyed, V: Clone + 'static> Clone for Stream<S, V> {
    fn clone(&self) -> Self {
        recorder::outlet(self.at, |outlet: &mut Outlet<S::Key, V>| outlet.copy = Some(|value| Ok(value.clone())));
        Stream::new(self.at)
    }
}
impl<S, V> Stream<S, V> {
    pub(crate) fn new(at: At) -> Self {
        Stream { at, of: PhantomData }
    }
}
impl<S: Keyed, V: 'static> Stream<S, V> {
    /// Adds a node that several inputs may feed, without linking it to them.
    #[track_caller]
    pub(crate) fn add(recording: usize, draft: Draft, inputs: &[At]) -> Self {
        let at = recorder::add(recording, draft, inputs, Box::new(Outlet::<S::Key, V>::new()));
        recorder::typed::<S::Key, V>(at);
        Stream::new(at)
    }
    /// Hangs a reader on this stream.
    pub(crate) fn read_by(self, make: impl Fn(&mut crate::op::Assembly<'_>) -> Next<S::Key, V> + Send + Sync + 'static) {
        recorder::outlet(self.at, |outlet: &mut Outlet<S::Key, V>| outlet.readers.push(std::sync::Arc::new(make)));
    }
    /// Adds an operator with one input and one output, labelled after the function `F`. `make` gets the node and what comes behind it.
    #[track_caller]
    pub(crate) fn then<F: ?Sized, T: Keyed, R: 'static>(
        self,
        operator: &'static str,
        make: impl Fn(NodeId, Next<T::Key, R>) -> Next<S::Key, V> + Send + Sync + 'static,
    ) -> Stream<T, R> {
        let out = Stream::<T, R>::add(self.at.recording(), Draft::operator(operator).named_after::<F>(), &[self.at]);
        let node = out.at.node();
        self.read_by(move |a| make(node, a.next(node)));
        out
    }
}

/// What `merge` and other two-stream operators take.
#[diagnostic::on_unimplemented(
    message = "the other side must be a stream, this is `{Self}`",
    label = "not a stream",
    note = "a stream meets a table with `.join(table, f)` or `.left_join(table, f)`; a table becomes a stream with `.to_stream()`"
)]
pub trait StreamSide {
    /// Its values.
    type Value;
    /// Its space.
    type Space;
    #[doc(hidden)]
    fn into_stream(self) -> Stream<Self::Space, Self::Value>;
}
#[diagnostic::do_not_recommend]
impl<S, V> StreamSide for Stream<S, V> {
    type Value = V;
    type Space = S;
    fn into_stream(self) -> Stream<S, V> {
        self
    }
}

/// Checks `merge`; the argument is `Self`, so that errors point at it.
pub trait MergesInto<S, V> {
    #[doc(hidden)]
    fn merged(self) -> Stream<S, V>;
}
impl<S, V, S2: SameSpace<S>, V2: SameValue<V>> MergesInto<S, V> for Stream<S2, V2> {
    fn merged(self) -> Stream<S, V> {
        Stream::new(self.at)
    }
}
/// Only so that [`StreamSide`] alone speaks of a table.
impl<S, V, S2, V2, M> MergesInto<S, V> for crate::Table<S2, V2, M> {
    fn merged(self) -> Stream<S, V> {
        Stream::new(self.at)
    }
}
/// Equal values.
#[diagnostic::on_unimplemented(
    message = "cannot merge: one stream holds `{Self}`, the other `{Other}`",
    label = "another value type",
    note = "bring both to one type with `.map_values(..)` first"
)]
pub trait SameValue<Other> {}
impl<V> SameValue<V> for V {}
