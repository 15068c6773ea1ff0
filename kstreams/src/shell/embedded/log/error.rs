//! What the log refuses, and the way out.

/// A refused call. The texts say what, where, and what to do.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LogError {
    /// There is no such topic.
    #[error("topic `{0}` does not exist; create it with `EmbeddedLog::create_topic`")]
    UnknownTopic(String),
    /// The topic is there already.
    #[error("topic `{0}` exists already")]
    TopicExists(String),
    /// The topic has fewer partitions.
    #[error("topic `{topic}` has no partition {partition}; it has {count}")]
    UnknownPartition {
        /// The topic.
        topic: String,
        /// The partition asked for.
        partition: u32,
        /// How many there are.
        count: u32,
    },
    /// The topic exists with another number of partitions.
    #[error("topic `{topic}` has {found} partitions, {expected} are needed; delete it, or declare it with {found}")]
    WrongCount {
        /// The topic.
        topic: String,
        /// What the deployment says.
        expected: u32,
        /// What the log has.
        found: u32,
    },
    /// A topic needs at least one partition.
    #[error("topic `{0}` needs at least one partition")]
    NoPartitions(String),
    /// A value of the topic's configuration cannot be read.
    #[error("topic `{topic}`: `{key} = {value}` is not a value of this configuration")]
    InvalidConfig {
        /// The topic.
        topic: String,
        /// Name of the configuration.
        key: String,
        /// Its value.
        value: String,
    },
    /// The record is larger than the topic's `max.message.bytes`.
    #[error("a record of {bytes} bytes is too large for topic `{topic}`: its `max.message.bytes` is {limit}")]
    TooLarge {
        /// The topic.
        topic: String,
        /// Size of key, value and headers.
        bytes: usize,
        /// What the topic takes.
        limit: usize,
    },
    /// A compacted topic takes no record without a key.
    #[error("a record without a key cannot go to the compacted topic `{0}`")]
    KeyMissing(String),
    /// A newer producer has the transactional id.
    #[error("producer fenced: a newer producer has the transactional id `{0}`")]
    Fenced(String),
    /// The producer was not made by this log.
    #[error("this producer is not known to the log; make one with `init_producer` or `producer`")]
    UnknownProducer,
    /// The call needs a transactional producer.
    #[error("this producer has no transactional id; make it with `init_producer`")]
    NotTransactional,
    /// The member's generation is old.
    #[error("generation {theirs} of the group is old, it is at {ours}; poll the group, then commit again")]
    IllegalGeneration {
        /// What the member said.
        theirs: u64,
        /// What the group is at.
        ours: u64,
    },
    /// The member left or was evicted.
    #[error("the member is not in the group; join again")]
    UnknownMember,
    /// The offset was deleted or was never written.
    #[error("offset {offset} of topic `{topic}`, partition {partition} is out of range: the log holds {first} to {end}")]
    OutOfRange {
        /// The topic.
        topic: String,
        /// The partition.
        partition: u32,
        /// The offset asked for.
        offset: i64,
        /// First offset held.
        first: i64,
        /// Offset that comes next.
        end: i64,
    },
}
