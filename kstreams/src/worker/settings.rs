//! Every limit and policy of a worker, each with its default and the reason for it.
use std::sync::Arc;

/// What a commit means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Guarantee {
    /// Records may be processed again after a crash. Commits every 30 s, as Kafka Streams.
    #[default]
    AtLeastOnce,
    /// Input offsets, state and output move in one Kafka transaction. Commits every 100 ms, as Kafka Streams.
    ExactlyOnce,
}

/// What happens to a record that cannot be read, or on which an operator fails.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub enum BadRecords {
    /// The task stops, and the error names topic, partition, offset and operator. Kafka Streams' default too.
    #[default]
    Fail,
    /// The record is skipped and counted.
    Skip,
    /// The record is skipped, counted and written to this topic, with headers that say where it came from and what was wrong (KIP-1034).
    DeadLetter(Arc<str>),
}

/// Settings of one worker.
#[derive(Clone, Debug, PartialEq)]
pub struct Settings {
    /// At least once or exactly once.
    pub guarantee: Guarantee,
    /// Milliseconds between commits.
    pub commit_interval_ms: i64,
    /// What happens to bad records.
    pub bad_records: BadRecords,
    /// Bytes of fetched records that may wait per source partition; above it the partition is paused. 4 MiB: some hundred milliseconds of work.
    pub queued_bytes_per_partition: usize,
    /// Bytes of state that may wait for a checkpoint, over all stores of the worker. 256 MiB over the process by default.
    pub state_bytes: usize,
    /// A quarter of `state_bytes` may be uncommitted; above it the worker commits early.
    pub open_state_bytes: usize,
    /// Milliseconds after which a checkpoint is written even if few bytes wait. 15 s: what a crash has to read back stays small.
    pub checkpoint_interval_ms: i64,
    /// How long a task waits for an empty source partition before it takes the next record of another one. 0: it waits until the
    /// partition is known to be read to its end (Kafka Streams' default); −1: it does not wait.
    pub max_task_idle_ms: i64,
    /// How far behind the smallest head timestamp of all tasks a task may be chosen still, in milliseconds: batches stay batches.
    pub choice_slack_ms: i64,
    /// How long a worker of a topology with repartition topics waits at its start for the first record, or the end, of all its partitions, so that no
    /// task runs ahead of one that is not fetched yet. 10 s: a consumer's first fetches on a busy machine; a longer restore is not waited for.
    pub first_heads_ms: i64,
    /// Records processed between two looks at the world.
    pub records_per_step: usize,
    /// The first pause before a failed task is tried again; it doubles up to a minute.
    pub retry_ms: i64,
    /// Milliseconds between purges of repartition topics.
    pub purge_interval_ms: i64,
    /// Seed of the stores' hash tables; equal seeds give equal runs.
    pub hash_seed: u64,
    /// Largest key and value together that is produced; above it the record is bad. Below the broker's `message.max.bytes` (1 MiB).
    pub max_record_bytes: usize,
    /// How long a topic that a record named (`to_dynamic`) and that could not be written is taken to be so still, milliseconds: records that
    /// name it are bad until then. 5 minutes: after as long a client looks at topics anew (`metadata.max.age.ms`).
    pub unwritable_ms: i64,
    /// A record whose timestamp is further ahead of wall time than this is bad. `None`: any timestamp is taken, as in Kafka Streams.
    pub max_future_ms: Option<i64>,
}
impl Default for Settings {
    fn default() -> Self {
        Settings {
            guarantee: Guarantee::AtLeastOnce,
            commit_interval_ms: 30_000,
            bad_records: BadRecords::Fail,
            queued_bytes_per_partition: 4 << 20,
            state_bytes: 256 << 20,
            open_state_bytes: 64 << 20,
            checkpoint_interval_ms: 15_000,
            max_task_idle_ms: 0,
            choice_slack_ms: 100,
            first_heads_ms: 10_000,
            records_per_step: 2_000,
            retry_ms: 100,
            purge_interval_ms: 30_000,
            hash_seed: 0x5bd1_e995,
            max_record_bytes: 1_000_000,
            unwritable_ms: 300_000,
            max_future_ms: None,
        }
    }
}
