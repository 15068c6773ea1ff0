//! Methods that are looked for where they do not belong: each is there only to say where it does.
use super::Gives;
use crate::{
    IntoStore, Key, Keyed, NonNull, Placed, Record, Rekeyed, Space, Stream, Table, Window, WindowedStream,
    codec::{KeptAs, OfRow},
};
use std::time::Duration;

impl<S: Keyed, V> Stream<S, V> {
    /// Only to say that it is not needed.
    #[doc(hidden)]
    pub fn group_by_key(self) -> Self
    where
        Self: GroupedByKey,
    {
        self
    }
}
/// Aggregations behind a change of key say what is missing between. They are hidden, so that an editor does not offer them, and answer what the
/// aggregation would, so that one mistake is told once.
impl<K: Key, V: 'static> Stream<Rekeyed<K>, V> {
    fn pretend_placed(self) -> Stream<Space<K, 1>, V> {
        Stream::new(self.at)
    }
    /// Only to say what is missing.
    #[doc(hidden)]
    pub fn count<N: IntoStore<u64>>(self, store: N) -> Table<Space<K, 1>, u64, N::Kind>
    where
        Rekeyed<K>: Placed,
        V: NonNull,
    {
        self.pretend_placed().count(store)
    }
    /// Only to say what is missing.
    #[doc(hidden)]
    pub fn reduce<N, R, F>(self, store: N, add: F) -> Table<Space<K, 1>, V, N::Kind>
    where
        Rekeyed<K>: Placed,
        V: NonNull + Record + Clone,
        N: IntoStore<V>,
        F: Fn(&mut V, &V) -> R + Gives<R> + Send + Sync + 'static,
    {
        self.pretend_placed().reduce(store, add)
    }
    /// Only to say what is missing.
    #[doc(hidden)]
    pub fn aggregate<N, A, R, I, F>(self, store: N, init: I, add: F) -> Table<Space<K, 1>, A, N::Kind>
    where
        Rekeyed<K>: Placed,
        V: NonNull,
        N: IntoStore<A>,
        A: Record<Present: KeptAs<A>>,
        I: Fn() -> A + Send + Sync + 'static,
        F: Fn(&mut A, &V) -> R + Gives<R> + Send + Sync + 'static,
    {
        self.pretend_placed().aggregate(store, init, add)
    }
    /// Only to say what is missing.
    #[doc(hidden)]
    pub fn group_by<To, F>(self, name: &'static str, key: F) -> Stream<Space<To, 1>, V>
    where
        Rekeyed<K>: Placed,
        To: Key,
        V: Record,
        F: Fn(&V) -> To + Send + Sync + 'static,
    {
        self.pretend_placed().group_by(name, key)
    }
    /// Only to say what is missing.
    #[doc(hidden)]
    pub fn to_table<N, T>(self, store: N) -> Table<Space<K, 1>, T, N::Kind>
    where
        Rekeyed<K>: Placed,
        V: Record<Present = T>,
        T: Record + OfRow<V>,
        N: IntoStore<T>,
    {
        self.pretend_placed().to_table(store)
    }
    /// Only to say what is missing.
    #[doc(hidden)]
    pub fn windowed_by<W, I>(self, window: W) -> WindowedStream<Space<K, 1>, Space<W::Key<K>, 1>, V, I>
    where
        Rekeyed<K>: Placed,
        V: NonNull,
        W: Window<Is = I>,
        I: Window,
    {
        self.pretend_placed().windowed_by(window)
    }
}
impl<S: Keyed, T, V, W> WindowedStream<S, T, V, W> {
    /// Only to say where it belongs.
    #[doc(hidden)]
    pub fn grace(self, _grace: Duration) -> Self
    where
        Self: OfWindow,
    {
        self
    }
}
impl<S, V, M> Table<S, V, M> {
    /// Only to say where it belongs.
    #[doc(hidden)]
    pub fn grace(self, _grace: Duration) -> Self
    where
        Self: OfWindow,
    {
        self
    }
    /// Only to say where it belongs.
    #[doc(hidden)]
    pub fn emit_final(self) -> Self
    where
        Self: BeforeAggregation,
    {
        self
    }
}

/// Never implemented: its message is the point.
#[diagnostic::on_unimplemented(
    message = "`group_by_key` is not needed: a stream is grouped by its key as it is",
    label = "leave this out",
    note = "the aggregations are methods of the stream: `.count(\"name\")`, `.windowed_by(tumbling(hours(1))).count(\"name\")`",
    note = "another key: `.group_by(\"name\", key_fn)` in place of `.select_key(key_fn).group_by_key()`"
)]
pub trait GroupedByKey {}

/// Never implemented: its message is the point.
#[diagnostic::on_unimplemented(
    message = "`grace` is a setting of the window, and belongs inside `windowed_by`",
    label = "the window is made already",
    note = "write `.windowed_by(tumbling(hours(1)).grace(minutes(5))).count(\"name\")`",
    note = "a join that waits for a versioned table: `.join(table.with_grace(\"name\", minutes(5)), f)`"
)]
pub trait OfWindow {}

/// Never implemented: its message is the point.
#[diagnostic::on_unimplemented(
    message = "`emit_final` comes before the aggregation, and only windows have final results",
    label = "the aggregation is done here",
    note = "write `.windowed_by(tumbling(hours(1))).emit_final().count(\"name\")`; to hold a finished table back: `.suppress(\"name\", until_window_closes())`"
)]
pub trait BeforeAggregation {}
