//! Where a processor's tables must lie: beside its stream, so that the row of a record's key is in the record's partition.
use crate::{Partitions, SameCount, SamePartitioner, SessionWindowed, Space, TimeWindowed};

/// A stream's space against that of a table that its processor views: as in a join, and a window lies where its key does.
#[diagnostic::on_unimplemented(
    message = "the processor views a table that lies in `{Table}`, its stream lies in `{Self}`",
    label = "the row of a record's key may be in another partition",
    note = "bring the stream to the table first: `.repartition_for(&table, \"name\", key_fn)`, or `.place_for(&table, \"name\")` if it has the key",
    note = "rows that are looked up by any key: `type Stores = GlobalView<..>`, and a global table, `GlobalOf<Topic>`"
)]
pub trait Beside<Table> {}
macro_rules! beside {
    ($($stream:ty, $table:ty;)*) => {
        $(impl<K, const N: u32, const M: u32, P: SamePartitioner<Q>, Q> Beside<Space<$table, M, Q>> for Space<$stream, N, P>
        where
            Partitions<N>: SameCount<Partitions<M>>
        {
        })*
    };
}
beside! {
    K, K;
    K, TimeWindowed<K>;
    K, SessionWindowed<K>;
    TimeWindowed<K>, K;
    SessionWindowed<K>, K;
    TimeWindowed<K>, SessionWindowed<K>;
    SessionWindowed<K>, TimeWindowed<K>;
}
