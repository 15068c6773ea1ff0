//! Migrations: how rows that an older program wrote as another type become rows of the type that a store has now.
use super::{Plain, Stored};
use crate::{Record, plan::Migration};
use std::marker::PhantomData;

/// Of a store's name: no migration is declared, any value goes.
pub struct Unmigrated;
/// Of a store's name: its migrations give this type.
pub struct Migrated<V>(PhantomData<fn() -> V>);
/// The store's value against what its migrations give.
#[doc(hidden)]
pub trait Makes<V> {}
impl<V> Makes<V> for Unmigrated {}
impl<V> Makes<V> for Migrated<V> {}

/// The type that rows were written as: [`from`].
pub struct OldType<Old>(PhantomData<fn() -> Old>);
/// Names the type that a store's rows were written as, for [`Stored::migrate`], which has an example.
pub fn from<Old: Record>() -> OldType<Old> {
    OldType(PhantomData)
}

/// A kind of table whose rows can be migrated.
#[diagnostic::on_unimplemented(
    message = "the versions of a key cannot be migrated",
    label = "the store is `.versioned(..)`",
    note = "give the store another name, and forget the old one: `cargo kstreams lock --forget NAME`; or leave out `.versioned(..)`"
)]
pub trait Migrates {}
impl Migrates for Plain {}

impl<M> Stored<M> {
    /// The store held values of another type, and this is what becomes of them: rows that were written as `Old` are read through `f`, on their
    /// way back from the changelog; from then on they are rows of the new type. (Kafka Streams has nothing like it.) The keys stay what they are.
    ///
    /// At the first start with it the store is read back from its changelog, and every row is written there once more, as what it is now and
    /// under a header that says so (`kstreams-migrated`, which Java ignores); so whenever a program ends, each record says which type it is of, and
    /// it does not matter how it ended. When each task has come so far, `migrate` may go from the code. Where stores were deployed at several
    /// versions, one declares several, the oldest first, each to the present type. Old and new instances do not run side by side.
    ///
    /// ```
    /// # use kstreams::prelude::*;
    /// # #[topic(name = "orders", key = String, value = u64, partitions = 1)]
    /// # struct Orders;
    /// # #[topic(name = "totals", key = String, value = Total, partitions = 1)]
    /// # struct Totals;
    /// /// What a buyer has spent. It was the bare sum once.
    /// #[derive(Serialize, Deserialize, Record, Clone, Debug, PartialEq)]
    /// struct Total {
    ///     cents: u64,
    ///     orders: Option<u64>,
    /// }
    /// # let b = Topology::builder("example");
    /// # let orders = b.stream(Orders);
    /// let totals = stored("totals").migrate(from::<u64>(), |cents| Total { cents, orders: None });
    /// let none = || Total { cents: 0, orders: Some(0) };
    /// orders.aggregate(totals, none, |total, cents| total.cents += cents).to(Totals);
    /// # let mut driver = TestDriver::new(b.build(()));
    /// driver.input(Orders).send("ann".into(), 5);
    /// assert_eq!(driver.output(Totals).values(), [Total { cents: 5, orders: Some(0) }]);
    /// ```
    pub fn migrate<Old: Record, New: Record>(
        self,
        from: OldType<Old>,
        f: impl Fn(Old) -> New + Send + Sync + 'static,
    ) -> Stored<M, Migrated<New>>
    where
        M: Migrates,
    {
        let OldType(PhantomData) = from;
        Stored { draft: self.draft.migrating(vec![Migration::new(f)]), of: PhantomData }
    }
}
impl<New: Record> Stored<Plain, Migrated<New>> {
    /// One more older type, newer than those before; see `Stored::migrate` of a store's name.
    ///
    /// ```
    /// # use kstreams::prelude::*;
    /// # let b = Topology::builder("example");
    /// # let words = b.stream(named::<Space<String, 3>, String>("words"));
    /// // staging still holds texts, production numbers of 32 bits
    /// let counts = stored("counts").migrate(from::<String>(), |text| text.len() as u64).migrate(from::<u32>(), u64::from);
    /// words.count(counts).to_stream().discard();
    /// # assert!(b.build(()).problems().is_empty());
    /// ```
    pub fn migrate<Old: Record>(self, from: OldType<Old>, f: impl Fn(Old) -> New + Send + Sync + 'static) -> Self {
        let OldType(PhantomData) = from;
        Stored { draft: self.draft.migrating(vec![Migration::new(f)]), of: PhantomData }
    }
}
