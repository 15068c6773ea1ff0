//! What librdkafka or a broker answered when it did not do what was asked.
use super::text;
use rdkafka::bindings::{self as native, rd_kafka_error_t, rd_kafka_resp_err_t};
use std::{ffi::c_char, fmt, mem};

/// An error code. Not the enum of the bindings: a broker may send a code that the enum has no variant for.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Code(pub(crate) i32);

macro_rules! codes {
    ($($name:ident = $native:ident,)*) => {
        impl Code {
            $(pub(crate) const $name: Code = Code(rd_kafka_resp_err_t::$native as i32);)*
        }
    };
}
codes! {
    NONE = RD_KAFKA_RESP_ERR_NO_ERROR,
    ASSIGN_PARTITIONS = RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS,
    PARTITION_EOF = RD_KAFKA_RESP_ERR__PARTITION_EOF,
    QUEUE_FULL = RD_KAFKA_RESP_ERR__QUEUE_FULL,
    TIMED_OUT = RD_KAFKA_RESP_ERR__TIMED_OUT,
    TRANSPORT = RD_KAFKA_RESP_ERR__TRANSPORT,
    STATE = RD_KAFKA_RESP_ERR__STATE,
    FENCED = RD_KAFKA_RESP_ERR__FENCED,
    PURGE_QUEUE = RD_KAFKA_RESP_ERR__PURGE_QUEUE,
    PURGE_INFLIGHT = RD_KAFKA_RESP_ERR__PURGE_INFLIGHT,
    AUTO_OFFSET_RESET = RD_KAFKA_RESP_ERR__AUTO_OFFSET_RESET,
    ALL_BROKERS_DOWN = RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN,
    UNKNOWN_PARTITION = RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION,
    DESTROY = RD_KAFKA_RESP_ERR__DESTROY,
    FAIL = RD_KAFKA_RESP_ERR__FAIL,
    UNKNOWN_TOPIC_OR_PART = RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART,
    LEADER_NOT_AVAILABLE = RD_KAFKA_RESP_ERR_LEADER_NOT_AVAILABLE,
    TOPIC_ALREADY_EXISTS = RD_KAFKA_RESP_ERR_TOPIC_ALREADY_EXISTS,
    OFFSET_OUT_OF_RANGE = RD_KAFKA_RESP_ERR_OFFSET_OUT_OF_RANGE,
    ILLEGAL_GENERATION = RD_KAFKA_RESP_ERR_ILLEGAL_GENERATION,
    UNKNOWN_MEMBER_ID = RD_KAFKA_RESP_ERR_UNKNOWN_MEMBER_ID,
    REBALANCE_IN_PROGRESS = RD_KAFKA_RESP_ERR_REBALANCE_IN_PROGRESS,
    FENCED_INSTANCE_ID = RD_KAFKA_RESP_ERR_FENCED_INSTANCE_ID,
    STALE_MEMBER_EPOCH = RD_KAFKA_RESP_ERR_STALE_MEMBER_EPOCH,
    FENCED_MEMBER_EPOCH = RD_KAFKA_RESP_ERR_FENCED_MEMBER_EPOCH,
    PRODUCER_FENCED = RD_KAFKA_RESP_ERR_PRODUCER_FENCED,
    INVALID_PRODUCER_EPOCH = RD_KAFKA_RESP_ERR_INVALID_PRODUCER_EPOCH,
    TRANSACTIONAL_ID_AUTHORIZATION_FAILED = RD_KAFKA_RESP_ERR_TRANSACTIONAL_ID_AUTHORIZATION_FAILED,
    TOPIC_AUTHORIZATION_FAILED = RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED,
    GROUP_AUTHORIZATION_FAILED = RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED,
    CLUSTER_AUTHORIZATION_FAILED = RD_KAFKA_RESP_ERR_CLUSTER_AUTHORIZATION_FAILED,
    SASL_AUTHENTICATION_FAILED = RD_KAFKA_RESP_ERR_SASL_AUTHENTICATION_FAILED,
    UNSUPPORTED_VERSION = RD_KAFKA_RESP_ERR_UNSUPPORTED_VERSION,
    INVALID_TRANSACTION_TIMEOUT = RD_KAFKA_RESP_ERR_INVALID_TRANSACTION_TIMEOUT,
    OFFSET_METADATA_TOO_LARGE = RD_KAFKA_RESP_ERR_OFFSET_METADATA_TOO_LARGE,
    GROUP_ID_NOT_FOUND = RD_KAFKA_RESP_ERR_GROUP_ID_NOT_FOUND,
}
// What only tests name: the code treats them as it treats unknown ones.
#[cfg(test)]
codes! {
    REQUEST_TIMED_OUT = RD_KAFKA_RESP_ERR_REQUEST_TIMED_OUT,
    NETWORK_EXCEPTION = RD_KAFKA_RESP_ERR_NETWORK_EXCEPTION,
    NOT_COORDINATOR = RD_KAFKA_RESP_ERR_NOT_COORDINATOR,
    COORDINATOR_NOT_AVAILABLE = RD_KAFKA_RESP_ERR_COORDINATOR_NOT_AVAILABLE,
    COORDINATOR_LOAD_IN_PROGRESS = RD_KAFKA_RESP_ERR_COORDINATOR_LOAD_IN_PROGRESS,
    CONCURRENT_TRANSACTIONS = RD_KAFKA_RESP_ERR_CONCURRENT_TRANSACTIONS,
    OUT_OF_ORDER_SEQUENCE = RD_KAFKA_RESP_ERR_OUT_OF_ORDER_SEQUENCE_NUMBER,
    UNKNOWN_PRODUCER_ID = RD_KAFKA_RESP_ERR_UNKNOWN_PRODUCER_ID,
    INVALID_PRODUCER_ID_MAPPING = RD_KAFKA_RESP_ERR_INVALID_PRODUCER_ID_MAPPING,
    INVALID_TXN_STATE = RD_KAFKA_RESP_ERR_INVALID_TXN_STATE,
    MSG_SIZE_TOO_LARGE = RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE,
}
impl Code {
    /// Its name, for example `ILLEGAL_GENERATION`.
    pub(crate) fn name(self) -> String {
        // SAFETY: the C function takes an `int`-sized enum and accepts every value of it; only the Rust enum does not.
        let name: unsafe extern "C" fn(i32) -> *const c_char =
            unsafe { mem::transmute(native::rd_kafka_err2name as unsafe extern "C" fn(rd_kafka_resp_err_t) -> *const c_char) };
        // SAFETY: as above; the answer is a static string.
        text(unsafe { name(self.0) })
    }
    /// What it means.
    fn meaning(self) -> String {
        // SAFETY: as in `name`.
        let meaning: unsafe extern "C" fn(i32) -> *const c_char =
            unsafe { mem::transmute(native::rd_kafka_err2str as unsafe extern "C" fn(rd_kafka_resp_err_t) -> *const c_char) };
        // SAFETY: as in `name`.
        text(unsafe { meaning(self.0) })
    }
}
impl fmt::Debug for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.name())
    }
}

/// A function of the bindings that answers with an error code, as one that answers with a plain number.
pub(super) fn code_of<A>(function: unsafe extern "C" fn(A) -> rd_kafka_resp_err_t) -> unsafe extern "C" fn(A) -> i32 {
    // SAFETY: the enum is `repr(i32)`, so both types have one calling convention; every number is a valid `i32`.
    unsafe { mem::transmute(function) }
}

/// An error, copied out of librdkafka.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct ClientError {
    /// Which.
    pub(crate) code: Code,
    /// What it says.
    pub(crate) text: String,
    /// The client cannot be used any more.
    pub(crate) fatal: bool,
    /// The same call may be made again.
    pub(crate) retriable: bool,
    /// The transaction must be aborted.
    pub(crate) abortable: bool,
}
impl ClientError {
    /// An error of which only the code is known.
    pub(crate) fn of(code: Code) -> ClientError {
        ClientError::new(code, code.meaning())
    }
    /// An error with librdkafka's words.
    pub(crate) fn new(code: Code, text: String) -> ClientError {
        ClientError { code, text, fatal: false, retriable: false, abortable: false }
    }
    /// `Err` unless the code says that all is well.
    pub(crate) fn check(code: Code) -> Result<(), ClientError> {
        if code == Code::NONE { Ok(()) } else { Err(ClientError::of(code)) }
    }
    /// Reads an error object that somebody else owns; `Ok` for null.
    pub(super) fn read(error: *const rd_kafka_error_t) -> Result<(), ClientError> {
        if error.is_null() {
            return Ok(());
        }
        // SAFETY: not null, and the owner keeps it alive over this call.
        unsafe {
            let code = Code(code_of(native::rd_kafka_error_code)(error));
            if code == Code::NONE {
                return Ok(());
            }
            Err(ClientError {
                code,
                text: text(native::rd_kafka_error_string(error)),
                fatal: native::rd_kafka_error_is_fatal(error) != 0,
                retriable: native::rd_kafka_error_is_retriable(error) != 0,
                abortable: native::rd_kafka_error_txn_requires_abort(error) != 0,
            })
        }
    }
    /// Reads an error object that is ours and destroys it; `Ok` for null.
    pub(super) fn take(error: *mut rd_kafka_error_t) -> Result<(), ClientError> {
        let read = ClientError::read(error);
        if !error.is_null() {
            // SAFETY: ours, read above and not used again.
            unsafe { native::rd_kafka_error_destroy(error) };
        }
        read
    }
}
impl fmt::Display for ClientError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.text, self.code.name())
    }
}
