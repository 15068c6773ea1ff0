//! Operators that keep a value a key: counts, reductions, aggregates, plain and windowed.
mod aggregate;
mod count;
mod keep;
mod reduce;
mod slot;
mod to_table;
mod windowed;

pub(crate) use keep::{Rows, StoredView};
pub use slot::{Gives, Slot, Verdict};
pub use windowed::{FixedWindow, WindowedStream};
