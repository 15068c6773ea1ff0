//! Where a record lives, as a type: key, partition count, partitioner.
use crate::{
    Key, SessionWindowed, TimeWindowed, TopicKey,
    partition::{Murmur2, Partitioner},
};
use std::marker::PhantomData;

/// A partition count in the compiler's message.
pub struct Partitions<const N: u32>;

/// Records with key `K` over `N` partitions, placed by partitioner `P` over `Key::placed_by`.
pub struct Space<K, const N: u32, P = Murmur2>(PhantomData<(K, P)>);
/// The key of topics whose records have none, or none that means anything here. It must be replaced (`repartition`) before anything keyed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unkeyed;
/// One partition with one key: what counts over everything need.
pub type Single = Space<crate::All, 1>;
/// Key replaced, partition not yet.
pub struct Rekeyed<K>(PhantomData<K>);

/// What has a key: a [`Space`], or [`Rekeyed`].
pub trait Keyed: 'static {
    /// The key's type.
    type Key: TopicKey;
    /// Who places the records.
    type Partitioner: Partitioner;
}
impl<K: TopicKey, const N: u32, P: Partitioner> Keyed for Space<K, N, P> {
    type Key = K;
    type Partitioner = P;
}
impl<K: TopicKey> Keyed for Rekeyed<K> {
    type Key = K;
    type Partitioner = Murmur2;
}

#[diagnostic::on_unimplemented(
    message = "this stream was re-keyed and not repartitioned (`{Self}`)",
    label = "records with equal keys may still sit in different partitions",
    note = "in place of `.select_key(key_fn)`: `.group_by(\"name\", key_fn)` keeps the count, `.repartition::<Space<Key, N>>(\"name\", key_fn)` sets it",
    note = "to where a table lies: `.repartition_for(&table, \"name\", key_fn)`; with the key that it has: `.place::<Space<Key, N>>(\"name\")` after it"
)]
/// Streams whose records lie where their keys belong: what joins and aggregations need.
pub trait Placed: Keyed<Key: Key> + CoPartitioned<Self> + Sized {
    /// The declared number of partitions.
    const COUNT: u32;
    /// The same partitions under another key: what `group_by` and windows lead to.
    type With<K: Key>: Placed<Key = K>;
}
impl<K: Key, const N: u32, P: Partitioner> Placed for Space<K, N, P> {
    const COUNT: u32 = N;
    type With<K2: Key> = Space<K2, N, P>;
}
#[diagnostic::on_unimplemented(
    message = "cannot join: the left side is partitioned as `{Self}`, the right side as `{Right}`",
    label = "a different key type",
    note = "a join needs the same key on both sides; re-key the left side with `.repartition_for(&right, \"name\", key_fn)` first",
    note = "tables that need no common key: `.join_global(table, key_fn, f)` with `GlobalOf<Topic>`; between tables `.join_foreign(\"name\", table, key_fn, f)`"
)]
/// Equal keys of both spaces lie in partitions of the same number.
pub trait CoPartitioned<Right> {}
impl<K, const N: u32, const M: u32, P: SamePartitioner<Q>, Q> CoPartitioned<Space<K, M, Q>> for Space<K, N, P> where
    Partitions<N>: SameCount<Partitions<M>>
{
}
impl<K, R> CoPartitioned<R> for Rekeyed<K> where RekeyedTo<K>: Repartitioned {}

/// [`Rekeyed`] in the compiler's message.
pub struct RekeyedTo<K>(PhantomData<K>);
#[diagnostic::on_unimplemented(
    message = "cannot join: the left side was re-keyed and not repartitioned (`{Self}`)",
    label = "records with equal keys may still sit in different partitions",
    note = "replace `.select_key(key_fn)` by `.repartition_for(&right, \"name\", key_fn)`, or add `.place_for(&right, \"name\")` after it"
)]
/// Never implemented: its message is the point.
pub trait Repartitioned {}

#[diagnostic::on_unimplemented(
    message = "cannot join: the left side has `{Self}`, the right side `{Right}`",
    label = "this side has `{Right}`, the left side `{Self}`",
    note = "same key, different partition counts: repartition one side with `.place_for(&right, \"name\")`, or fix `partitions = ..` in one `#[topic]`"
)]
/// Equal counts.
pub trait SameCount<Right> {}
impl<const N: u32> SameCount<Partitions<N>> for Partitions<N> {}

#[diagnostic::on_unimplemented(
    message = "cannot join: the left side is partitioned by `{Self}`, the right side by `{Right}`",
    label = "different partitioners put equal keys in different partitions",
    note = "librdkafka producers default to CRC32, Java producers to murmur2: see `#[topic(partitioner = ..)]`, or repartition one side with `.place_for(&other, \"name\")`"
)]
/// Equal partitioners.
pub trait SamePartitioner<Right> {}
impl<P> SamePartitioner<P> for P {}

#[diagnostic::on_unimplemented(
    message = "cannot merge: one stream lives in `{Self}`, the other in `{Other}`",
    label = "another partition space",
    note = "write `a.unplaced().merge(b.unplaced())` and then `.place::<Space<Key, N>>(\"name\")`, or repartition one side with `.place_for(&other, \"name\")`"
)]
/// Equal spaces.
pub trait SameSpace<Other> {}
impl<S> SameSpace<S> for S {}

#[diagnostic::on_unimplemented(
    message = "`{Self}` has no windowed key",
    label = "no window to take off",
    note = "only streams keyed by `TimeWindowed<K>` or `SessionWindowed<K>` can be unwindowed"
)]
/// The space of a windowed key; its records lie where the inner key's do.
pub trait WindowedSpace: Placed {
    /// The inner key's space.
    type Inner: Placed;
    /// Takes the window off a key.
    #[doc(hidden)]
    fn unwindow(key: Self::Key) -> <Self::Inner as Keyed>::Key;
}
impl<K: Key, const N: u32, P: Partitioner> WindowedSpace for Space<TimeWindowed<K>, N, P> {
    type Inner = Space<K, N, P>;
    fn unwindow(key: Self::Key) -> K {
        key.key
    }
}
impl<K: Key, const N: u32, P: Partitioner> WindowedSpace for Space<SessionWindowed<K>, N, P> {
    type Inner = Space<K, N, P>;
    fn unwindow(key: Self::Key) -> K {
        key.key
    }
}
