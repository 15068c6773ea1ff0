//! Operators on the changes of a table.
mod filter;
mod map_values;
mod materialize;
mod to_stream;
