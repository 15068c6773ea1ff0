//! Operators that keep a value a key: counts, reductions, aggregates, plain and windowed.
mod aggregate;
mod closing;
mod cogroup;
mod count;
mod fold;
mod keep;
mod kept;
mod reduce;
mod session;
mod sliding;
mod slot;
mod time;
mod to_table;
mod windowed;

pub use cogroup::{Cogroup, WindowedCogroup};
pub(crate) use fold::Fold;
pub(crate) use keep::Rows;
pub(crate) use kept::StoredView;
pub use slot::{Gives, Slot, Verdict};
pub use windowed::{FixedWindow, WindowedStream};
