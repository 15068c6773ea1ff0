//! State: typed views over the write sets of `kstreams-store`. A row is a value with its time; its bytes and its changelog record are Kafka Streams'.
mod global;
mod mark;
mod migrating;
mod open;
mod page;
mod stored;
mod versions;

pub(crate) use global::{Global, Globals};
pub use global::{GlobalRow, GlobalRows};
pub(crate) use mark::rows_mark;
pub(crate) use open::{Logged, OpenStores, TaskStore, TimeOf, marks_of, segments_mark, store_time_mark, written_at_mark};
pub use page::{Only, Page, PageLimits, StoredRow, Wanted};
pub(crate) use stored::{Changed, Log, Scanned, Step, Stored, StoredBounds};
pub(crate) use versions::Versions;
