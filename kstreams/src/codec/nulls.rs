//! Null is a type: `Option<V>` where a value may be missing, and marks that aggregations and stores check.

/// Values that are never null; the derives implement it.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not declared as a record, so an aggregation does not know whether it can be null",
    label = "the stream's values are `{Self}`",
    note = "add `#[derive(Serialize, Deserialize, Record)]` to `{Self}`"
)]
pub trait NonNull {}
impl<V> NonNull for Option<V> where OrNull<V>: NullsHandled {}

/// Stands for `Option<V>` in the compiler's message.
pub struct OrNull<V>(V);
/// Never implemented: its message is the point.
#[diagnostic::on_unimplemented(
    message = "an aggregation over values that may be null (`{Self}`)",
    label = "a null has nothing to aggregate",
    note = "add `.present()` before it: `Option<V>` becomes `V` and nulls are dropped"
)]
pub trait NullsHandled {}

/// Values that a store can keep as `Kept`: those that are what is left of `Kept` without null. So `Option<V>` is none, because null there is no row.
#[diagnostic::on_unimplemented(
    message = "`{Kept}` may be null, and a store cannot keep null: it would be a delete",
    label = "these values are kept in a store",
    note = "of a stream: add `.present()` before it: `Option<V>` becomes `V` and nulls are dropped",
    note = "of an aggregate or a row: say with a value of your own, an enum or a default, that something is missing"
)]
pub trait KeptAs<Kept> {}
impl<V> KeptAs<V> for V {}

/// A stream's value as a table's row: `Option<V>` is its own row, `V` is always one.
#[doc(hidden)]
pub trait OfRow<V>: Sized {
    fn row(value: V) -> Option<Self>;
}
impl<T> OfRow<T> for T {
    fn row(value: T) -> Option<T> {
        Some(value)
    }
}
impl<T> OfRow<Option<T>> for T {
    fn row(value: Option<T>) -> Option<T> {
        value
    }
}
