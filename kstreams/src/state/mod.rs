//! State: typed views over the write sets of `kstreams-store`. A row is a value with its time; its bytes and its changelog record are Kafka Streams'.
mod open;
mod stored;

pub(crate) use open::{OpenStores, TaskStore, store_time_mark};
pub(crate) use stored::{Changed, Log, Scanned, Step, Stored};
