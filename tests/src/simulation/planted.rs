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
    /// A produced record is sometimes written twice.
    RecordTwice,
    /// A checkpoint sometimes says that its rows stand one further in the changelog.
    PositionTooFar,
    /// A checkpoint sometimes goes to disk without its rows.
    RowsLost,
    /// The rows of a parked task are sometimes gone when it is claimed.
    ParkedRowsLost,
    /// The end of a partition is told although records lie behind it, which come later.
    EndTooEarly,
    /// Records of a repartition topic are sometimes purged one too far.
    PurgeTooFar,
    /// Changelogs are sometimes read back to an end that was theirs some time ago.
    EndsTooLow,
    /// Tombstones of a changelog are not read back.
    DeletesNotRestored,
}
impl Planted {
    /// All of them.
    pub const ALL: [Planted; 17] = [
        Planted::FailureHidden,
        Planted::CommitOverLostRecord,
        Planted::OffsetsForgotten,
        Planted::OffsetTooFar,
        Planted::AbortNotDone,
        Planted::ProducerKept,
        Planted::RestoreSkipsBatch,
        Planted::BatchLost,
        Planted::RecordLost,
        Planted::RecordTwice,
        Planted::PositionTooFar,
        Planted::RowsLost,
        Planted::ParkedRowsLost,
        Planted::EndTooEarly,
        Planted::PurgeTooFar,
        Planted::EndsTooLow,
        Planted::DeletesNotRestored,
    ];
}
