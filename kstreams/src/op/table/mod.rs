//! Operators on the changes of a table.
mod filter;
mod group;
mod map_values;
mod materialize;
mod suppress;
mod to_stream;

pub use group::GroupedTable;
pub use suppress::HoldsBack;
