//! The in-process log: topics, partitions, transactions, groups and compaction as Kafka has them, in memory and without a network.
//!
//! One [`EmbeddedLog`] is a handle to share: clones see the same log, from any thread. It has no clock and no randomness: times come from
//! the caller, so a single-threaded run is deterministic. Records are kept in reference-counted chunks, so a fetch copies nothing.
//!
//! What it keeps of Kafka: offsets (markers of transactions take one), idempotence (a call in a process is not repeated), transactional
//! ids with epochs and fencing, the last stable offset, read-committed fetches, groups with generations and sticky cooperative assignment,
//! offsets that are pending until their transaction ends, `deleteRecords`, compaction, retention by time.
//! What it leaves out: replication, sessions (a member leaves or is evicted by a call), quotas, ACLs.
mod assignment;
mod batch;
mod chunk;
mod cleaning;
mod config;
mod error;
mod fetch;
mod group;
mod handle;
mod membership;
mod offsets;
mod partition;
mod record;
mod state;
mod topic;
mod transaction;

#[cfg(test)]
mod model_tests;

pub use batch::LogBatch;
pub use chunk::ChunkBuilder;
pub use config::TopicConfig;
pub use error::LogError;
pub use fetch::{Fetched, Isolation};
pub use group::{GroupChange, MemberId};
pub use handle::EmbeddedLog;
pub use membership::Membership;
pub use partition::Ends;
pub use record::LogRecord;
pub use topic::{TopicInfo, TopicPartition};
pub use transaction::ProducerHandle;
