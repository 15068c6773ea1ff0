//! What may stand on the right of a join. The argument is `Self` of every check, so that errors point at it.
use super::grace::Waits;
use crate::{CoPartitioned, GlobalTable, Stream, Table, TopicKey, plan::recorder::At};

/// Says the value type of the right side, whatever the left side is.
#[diagnostic::on_unimplemented(
    message = "the right side of `join` and `left_join` must be a table, this is `{Self}`",
    label = "not a table",
    note = "a topic is read as a table by a parameter `TableOf<Topic>`",
    note = "a stream becomes a table, the last value of each key, by `.to_table(\"name\")`",
    note = "two streams join in a window: `.join_stream(right, within(minutes(5)), \"name\", f)`; a global table: `.join_global(table, key_fn, f)`"
)]
pub trait TableSide {
    /// Its values.
    type Value: 'static;
    #[doc(hidden)]
    fn side_at(&self) -> At;
}
#[diagnostic::do_not_recommend]
impl<S, V: 'static, M> TableSide for Table<S, V, M> {
    type Value = V;
    fn side_at(&self) -> At {
        self.at
    }
}
/// Checks the right side's space against the left's.
pub trait RightOf<Left> {}
impl<L, S, V, M> RightOf<L> for Table<S, V, M> where L: CoPartitioned<S> {}
impl<L, S, V> RightOf<L> for Stream<S, V> {}
impl<L, K, V> RightOf<L> for GlobalTable<K, V> {}
/// Checks the left side's values: a grace period would buffer them.
#[allow(private_interfaces)]
pub trait JoinsTable<LeftValue> {
    /// Where the left side's records wait, if they do; puts the store into the plan.
    #[doc(hidden)]
    fn waits<K: TopicKey>(&self, recording: usize) -> Option<Waits<K, LeftValue>> {
        let _ = recording;
        None
    }
}
impl<L, S, V, M> JoinsTable<L> for Table<S, V, M> {}
impl<L, S, V> JoinsTable<L> for Stream<S, V> {}
impl<L, K, V> JoinsTable<L> for GlobalTable<K, V> {}
/// Checks the other stream's space.
pub trait StreamRightOf<Left> {
    #[doc(hidden)]
    fn right_at(&self) -> At;
}
impl<L, S, V> StreamRightOf<L> for Stream<S, V>
where
    L: CoPartitioned<S>,
{
    fn right_at(&self) -> At {
        self.at
    }
}
/// Only so that [`crate::StreamSide`] alone speaks of a table.
impl<L, S, V, M> StreamRightOf<L> for Table<S, V, M> {
    fn right_at(&self) -> At {
        self.at
    }
}
