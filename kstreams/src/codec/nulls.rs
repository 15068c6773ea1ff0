//! Null is a type: `Option<V>` where a value may be missing, and marks that aggregations, stores and joins check.

/// Values that are never null; the derives implement it.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not declared as a record, so nobody knows whether it can be null",
    label = "these values are `{Self}`",
    note = "add `#[derive(Serialize, Deserialize, Record)]` to `{Self}`"
)]
pub trait NonNull {}
impl<V> NonNull for Option<V> where OrNull<V>: NullsHandled {}

/// Stands for `Option<V>` in the compiler's message.
pub struct OrNull<V>(V);
/// Never implemented: its message is the point.
#[diagnostic::on_unimplemented(
    message = "values that may be null (`{Self}`), where null is no value",
    label = "a null is nothing to aggregate, to keep or to join",
    note = "of a stream: add `.present()` before it: `Option<V>` becomes `V` and nulls are dropped",
    note = "of an aggregate or a row: null would delete it; an enum or a default says that something is missing"
)]
pub trait NullsHandled {}

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
