//! Foreign keys: what a row or a record says of the row that it belongs to, and the checks of what is joined by them.
use crate::{GlobalTable, Table, plan::recorder::At};

/// What a foreign-key function answers: the other table's key, or `Option` of it where there may be none.
#[diagnostic::on_unimplemented(
    message = "foreign key of the wrong type: the function answers `{Self}`, the table is keyed by `{TableKey}`",
    label = "its foreign-key function answers `{Self}`",
    note = "the function takes the left value and answers `{TableKey}`, or `Option<{TableKey}>` where a value may belong to no row"
)]
pub trait ForeignKey<TableKey> {
    #[doc(hidden)]
    fn found(self) -> Option<TableKey>;
}
impl<K> ForeignKey<K> for K {
    fn found(self) -> Option<K> {
        Some(self)
    }
}
impl<K> ForeignKey<K> for Option<K> {
    fn found(self) -> Option<K> {
        self
    }
}
/// Checks a foreign-key function; it is `Self`, so that errors point at it.
pub trait Finds<Answer, TableKey> {
    #[doc(hidden)]
    fn found(answer: Answer) -> Option<TableKey>;
}
impl<F, Answer: ForeignKey<TableKey>, TableKey> Finds<Answer, TableKey> for F {
    fn found(answer: Answer) -> Option<TableKey> {
        answer.found()
    }
}

/// What may stand on the right of a foreign-key join.
#[diagnostic::on_unimplemented(
    message = "the right side of `join_foreign` and `left_join_foreign` must be a table, this is `{Self}`",
    label = "not a table",
    note = "a topic is read as a table by a parameter `TableOf<Topic>`; a stream becomes one by `.to_table(\"name\")`",
    note = "a global table: `.join_global(table, key_fn, f)` of a stream"
)]
pub trait ForeignSide {
    /// Where its rows lie.
    type Space;
    /// Its values.
    type Value;
    #[doc(hidden)]
    fn foreign_at(&self) -> At;
}
#[diagnostic::do_not_recommend]
impl<S, V, M> ForeignSide for Table<S, V, M> {
    type Space = S;
    type Value = V;
    fn foreign_at(&self) -> At {
        self.at
    }
}

/// What `join_global` looks rows up in.
#[diagnostic::on_unimplemented(
    message = "`join_global` and `left_join_global` look rows up in a global table, this is `{Self}`",
    label = "not a global table",
    note = "a topic is read as a global table by a parameter `GlobalOf<Topic>`; a table with the key of the stream joins by `.join(table, f)`"
)]
pub trait GlobalSide {
    /// Its keys.
    type Key;
    /// Its values.
    type Value;
    #[doc(hidden)]
    fn into_global(self) -> GlobalTable<Self::Key, Self::Value>;
}
#[diagnostic::do_not_recommend]
impl<K, V> GlobalSide for GlobalTable<K, V> {
    type Key = K;
    type Value = V;
    fn into_global(self) -> GlobalTable<K, V> {
        self
    }
}
