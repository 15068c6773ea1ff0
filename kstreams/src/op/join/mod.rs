//! Joins.
mod side;
mod stream_stream;
mod stream_table;
mod table_table;

pub use side::{JoinsTable, RightOf, StreamRightOf, TableSide};
