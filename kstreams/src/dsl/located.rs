//! What has a place that `repartition_for` and `place_for` can copy.
use crate::{Placed, Stream, Table, plan::recorder::At};

/// A placed stream or table.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no place to copy",
    label = "not a placed stream or table",
    note = "pass the table or stream to be joined; one that was re-keyed has no place itself: give it one with `.place::<Space<Key, N>>(\"name\")`"
)]
pub trait Located {
    /// Where it lies.
    type Space: Placed;
    #[doc(hidden)]
    fn located_at(&self) -> At;
}
impl<S: Placed, V> Located for Stream<S, V> {
    type Space = S;
    fn located_at(&self) -> At {
        self.at
    }
}
impl<S: Placed, V, M> Located for Table<S, V, M> {
    type Space = S;
    fn located_at(&self) -> At {
        self.at
    }
}
