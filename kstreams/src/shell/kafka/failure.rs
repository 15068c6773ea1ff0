//! What an error of a commit means for the worker: the table that decides between abort, a new producer, and giving up.
use super::ffi::{ClientError, Code};
use crate::worker::CommitFailure;

/// The calls of a commit, in their order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// Producing, up to the last acknowledgement.
    Produce,
    /// `begin_transaction`, which only the client hears of.
    Begin,
    /// `send_offsets_to_transaction`.
    Offsets,
    /// `commit_transaction`.
    Commit,
    /// A plain commit of offsets.
    PlainCommit,
}

/// Codes by which a broker says that the member's generation is old.
const STALE_MEMBER: [Code; 6] = [
    Code::ILLEGAL_GENERATION,
    Code::UNKNOWN_MEMBER_ID,
    Code::REBALANCE_IN_PROGRESS,
    Code::FENCED_INSTANCE_ID,
    Code::STALE_MEMBER_EPOCH,
    Code::FENCED_MEMBER_EPOCH,
];
/// Codes by which a broker says that a younger producer has the transactional id, or that it ended the transaction itself.
const FENCED: [Code; 3] = [Code::FENCED, Code::PRODUCER_FENCED, Code::INVALID_PRODUCER_EPOCH];
/// Nothing but a change of the program, its configuration or its permissions helps.
const HOPELESS: [Code; 8] = [
    Code::TRANSACTIONAL_ID_AUTHORIZATION_FAILED,
    Code::TOPIC_AUTHORIZATION_FAILED,
    Code::GROUP_AUTHORIZATION_FAILED,
    Code::CLUSTER_AUTHORIZATION_FAILED,
    Code::SASL_AUTHENTICATION_FAILED,
    Code::UNSUPPORTED_VERSION,
    Code::INVALID_TRANSACTION_TIMEOUT,
    Code::OFFSET_METADATA_TOO_LARGE,
];

/// What the worker is told.
///
/// After `Commit` was called, only a broker's clear "no" is a refusal: whatever else happens, nobody knows whether the
/// transaction was committed, and the producer must not be used again (librdkafka has no transaction protocol v2: a request
/// that is still under way could end the next transaction).
pub(crate) fn classify(step: Step, error: &ClientError) -> CommitFailure {
    let text = format!("{} failed: {error}", name(step));
    if FENCED.contains(&error.code) {
        return CommitFailure::Fenced(text);
    }
    if HOPELESS.contains(&error.code) {
        return CommitFailure::Fatal(text);
    }
    if STALE_MEMBER.contains(&error.code) && !error.fatal {
        return CommitFailure::Refused(text);
    }
    match step {
        Step::Produce | Step::Begin | Step::Offsets if error.abortable => CommitFailure::Refused(text),
        _ => CommitFailure::Indefinite(text),
    }
}

fn name(step: Step) -> &'static str {
    match step {
        Step::Produce => "producing",
        Step::Begin => "beginning a transaction",
        Step::Offsets => "adding offsets to the transaction",
        Step::Commit => "committing the transaction",
        Step::PlainCommit => "committing offsets",
    }
}

/// Whether a plain commit was refused only because the group is about to have another generation, of which this member will be.
pub(crate) fn settles(error: &ClientError) -> bool {
    [Code::REBALANCE_IN_PROGRESS, Code::ILLEGAL_GENERATION, Code::STALE_MEMBER_EPOCH].contains(&error.code) && !error.fatal
}

/// Whether a question (offsets, members, topics) may simply be asked again.
pub(crate) fn ask_again(error: &ClientError) -> bool {
    !HOPELESS.contains(&error.code) && !error.fatal && error.code != Code::DESTROY
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Clone, Copy, Debug, PartialEq)]
    enum Kind {
        Refused,
        Indefinite,
        Fenced,
        Fatal,
    }
    fn kind(step: Step, error: &ClientError) -> Kind {
        match classify(step, error) {
            CommitFailure::Refused(_) => Kind::Refused,
            CommitFailure::Indefinite(_) => Kind::Indefinite,
            CommitFailure::Fenced(_) => Kind::Fenced,
            CommitFailure::Fatal(_) => Kind::Fatal,
        }
    }
    fn error(code: Code) -> ClientError {
        ClientError::new(code, String::new())
    }
    const STEPS: [Step; 5] = [Step::Produce, Step::Begin, Step::Offsets, Step::Commit, Step::PlainCommit];

    #[test]
    fn every_listed_code_means_the_same_at_every_step() {
        for step in STEPS {
            for code in STALE_MEMBER {
                assert_eq!(kind(step, &error(code)), Kind::Refused, "{step:?} {code:?}");
            }
            for code in FENCED {
                assert_eq!(kind(step, &error(code)), Kind::Fenced, "{step:?} {code:?}");
                assert_eq!(kind(step, &ClientError { fatal: true, ..error(code) }), Kind::Fenced, "{step:?} {code:?}");
            }
            for code in HOPELESS {
                assert_eq!(kind(step, &error(code)), Kind::Fatal, "{step:?} {code:?}");
            }
        }
    }

    #[test]
    fn coordinators_that_move_and_connections_that_break_leave_the_outcome_open() {
        let open = [
            Code::TIMED_OUT,
            Code::TRANSPORT,
            Code::REQUEST_TIMED_OUT,
            Code::NETWORK_EXCEPTION,
            Code::NOT_COORDINATOR,
            Code::COORDINATOR_NOT_AVAILABLE,
            Code::COORDINATOR_LOAD_IN_PROGRESS,
            Code::CONCURRENT_TRANSACTIONS,
            Code::OUT_OF_ORDER_SEQUENCE,
            Code::UNKNOWN_PRODUCER_ID,
            Code::INVALID_PRODUCER_ID_MAPPING,
            Code::INVALID_TXN_STATE,
            Code::STATE,
            Code(9_999),
        ];
        for step in STEPS {
            for code in open {
                let retriable = ClientError { retriable: true, ..error(code) };
                assert_eq!(kind(step, &retriable), Kind::Indefinite, "{step:?} {code:?}");
                let fatal = ClientError { fatal: true, ..error(code) };
                assert_eq!(kind(step, &fatal), Kind::Indefinite, "{step:?} {code:?}");
            }
        }
    }

    #[test]
    fn an_abortable_error_is_a_refusal_only_while_nobody_was_asked_to_commit() {
        let abortable = ClientError { abortable: true, ..error(Code::MSG_SIZE_TOO_LARGE) };
        for step in [Step::Produce, Step::Begin, Step::Offsets] {
            assert_eq!(kind(step, &abortable), Kind::Refused);
        }
        assert_eq!(kind(Step::Commit, &abortable), Kind::Indefinite);
    }
}
