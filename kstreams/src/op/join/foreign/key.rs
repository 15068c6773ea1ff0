//! Foreign keys: what a row or a record says of the row that it belongs to.

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
