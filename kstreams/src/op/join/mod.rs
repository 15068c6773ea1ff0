//! Joins.
mod foreign;
mod global;
mod grace;
mod side;
mod stream_stream;
mod stream_table;
mod table_table;
mod waiting;

pub use foreign::{Finds, ForeignKey, ForeignSide, GlobalSide};
pub use grace::{Buffered, JoinsAtOnce, KeepsHistory};
pub use side::{JoinsTable, RightOf, StreamRightOf, TableSide};
