//! Joins.
mod grace;
mod foreign;
mod global;
mod side;
mod stream_stream;
mod stream_table;
mod table_table;
mod waiting;

pub use grace::{Buffered, JoinsAtOnce, KeepsHistory};
pub use foreign::ForeignKey;
pub use side::{JoinsTable, RightOf, StreamRightOf, TableSide};
