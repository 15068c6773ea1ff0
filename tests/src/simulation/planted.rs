//! Bugs put in on purpose: a simulation that does not find them would not find ours.

/// A planted bug.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Planted {
    /// A commit that did not go through is reported as done.
    FailureHidden,
    /// A transaction commits although a record of it was not delivered.
    CommitOverLostRecord,
    /// Offsets are sometimes left out of the transaction.
    OffsetsForgotten,
    /// Offsets are sometimes committed one too far.
    OffsetTooFar,
    /// An abort is answered and not done.
    AbortNotDone,
    /// The producer is kept after an indefinite outcome.
    ProducerKept,
    /// A batch of a changelog is sometimes skipped.
    RestoreSkipsBatch,
    /// A batch of a source is sometimes lost.
    BatchLost,
    /// A produced record is sometimes lost without a word.
    RecordLost,
}
impl Planted {
    /// All of them.
    pub const ALL: [Planted; 9] = [
        Planted::FailureHidden,
        Planted::CommitOverLostRecord,
        Planted::OffsetsForgotten,
        Planted::OffsetTooFar,
        Planted::AbortNotDone,
        Planted::ProducerKept,
        Planted::RestoreSkipsBatch,
        Planted::BatchLost,
        Planted::RecordLost,
    ];
}
