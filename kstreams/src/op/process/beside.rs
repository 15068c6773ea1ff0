//! Where a processor's tables must lie: beside its stream, so that the row of a record's key is in the record's partition.
use super::{
    declared::{Declared, NotYetKnown},
    global_view::GlobalView,
    sessions::SessionStore,
    stores::KvStore,
    table_view::TableView,
    versioned::VersionedStore,
    windows::WindowStore,
};
use crate::{
    GlobalTable, Partitions, Rekeyed, RekeyedTo, Repartitioned, SameCount, SamePartitioner, SessionWindowed, Space, Stored, Stream, Table,
    TimeWindowed,
};

/// All that is given to a processor, which opens it as `Open`, against where its stream lies.
pub trait BesideStream<Space, Open> {}
impl<L: Beside<S>, S, V, M, K, W, H> BesideStream<L, TableView<K, W, H>> for Table<S, V, M> {}
macro_rules! anywhere {
    ([$($p:ident),*] $given:ty) => {
        impl<L, Open, $($p),*> BesideStream<L, Open> for $given {}
    };
}
anywhere!([T] Declared<T>);
anywhere!([K, V] GlobalTable<K, V>);
anywhere!([]());
macro_rules! all_beside {
    ($($a:ident $o:ident),*) => {
        impl<L, $($a: BesideStream<L, $o>, $o),*> BesideStream<L, ($($o,)*)> for ($($a,)*) {}
    };
}
all_beside!(A OA);
all_beside!(A OA, B OB);
all_beside!(A OA, B OB, C OC);
all_beside!(A OA, B OB, C OC, D OD);
all_beside!(A OA, B OB, C OC, D OD, E OE);
all_beside!(A OA, B OB, C OC, D OD, E OE, F OF);
// Only so that `StoresFor` alone speaks of what is no store, or another kind of store.
anywhere!([] & str);
anywhere!([M, T] Stored<M, T>);
anywhere!([S, V] Stream<S, V>);
macro_rules! another_kind {
    ($($open:ty),*) => {
        $(#[diagnostic::do_not_recommend]
        impl<L, S, V, M, K, W> BesideStream<L, $open> for Table<S, V, M> {})*
    };
}
another_kind!(GlobalView<K, W>, KvStore<K, W>, WindowStore<K, W>, SessionStore<K, W>, VersionedStore<K, W>);
#[diagnostic::do_not_recommend]
impl<L, S, V, M> BesideStream<L, NotYetKnown> for Table<S, V, M> {}

/// A stream's space against that of a table that its processor views: as in a join, and a window lies where its key does.
#[diagnostic::on_unimplemented(
    message = "the processor views a table that lies in `{Table}`, its stream lies in `{Self}`",
    label = "the row of a record's key may be in another partition",
    note = "bring the stream to the table first, `.repartition_for(&table, \"name\", key_fn)`; rows that are looked up by any key are those of a `GlobalView`, over `GlobalOf<Topic>`"
)]
pub trait Beside<Table> {}
impl<K, const N: u32, const M: u32, P: SamePartitioner<Q>, Q> Beside<Space<K, M, Q>> for Space<K, N, P> where
    Partitions<N>: SameCount<Partitions<M>>
{
}
impl<K, S> Beside<S> for Rekeyed<K> where RekeyedTo<K>: Repartitioned {}
macro_rules! beside {
    ($($stream:ty, $table:ty;)*) => {
        $(#[diagnostic::do_not_recommend]
        impl<K, const N: u32, const M: u32, P: SamePartitioner<Q>, Q> Beside<Space<$table, M, Q>> for Space<$stream, N, P>
        where
            Partitions<N>: SameCount<Partitions<M>>
        {
        })*
    };
}
beside! {
    K, TimeWindowed<K>;
    K, SessionWindowed<K>;
    TimeWindowed<K>, K;
    SessionWindowed<K>, K;
    TimeWindowed<K>, SessionWindowed<K>;
    SessionWindowed<K>, TimeWindowed<K>;
}
