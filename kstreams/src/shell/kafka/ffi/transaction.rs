//! Transactions. Every call has its own deadline; what an error means is decided elsewhere.
use super::{Client, ClientError, Position, client::millis, partitions::PartitionList};
use rdkafka::bindings as native;
use std::time::Duration;

impl Client {
    /// Registers the transactional id: fences whoever used it, ends what it left open.
    pub(crate) fn init_transactions(&self, within: Duration) -> Result<(), ClientError> {
        // SAFETY: the client is alive.
        ClientError::take(unsafe { native::rd_kafka_init_transactions(self.as_ptr(), millis(within)) })
    }
    pub(crate) fn begin_transaction(&self) -> Result<(), ClientError> {
        // SAFETY: the client is alive.
        ClientError::take(unsafe { native::rd_kafka_begin_transaction(self.as_ptr()) })
    }
    /// Adds offsets of `consumer`'s group, under its present generation. An empty list is not sent.
    pub(crate) fn send_offsets(&self, positions: &[Position], consumer: &Client, within: Duration) -> Result<(), ClientError> {
        let list = PartitionList::new(positions);
        // SAFETY: both clients and the list are alive; the metadata is ours and destroyed once. Null: not a group's consumer,
        // which librdkafka refuses.
        unsafe {
            let group = native::rd_kafka_consumer_group_metadata(consumer.as_ptr());
            let error = native::rd_kafka_send_offsets_to_transaction(self.as_ptr(), list.as_ptr(), group, millis(within));
            if !group.is_null() {
                native::rd_kafka_consumer_group_metadata_destroy(group);
            }
            ClientError::take(error)
        }
    }
    /// Everything must be acknowledged before: librdkafka would otherwise wait in steps.
    pub(crate) fn commit_transaction(&self, within: Duration) -> Result<(), ClientError> {
        // SAFETY: the client is alive.
        ClientError::take(unsafe { native::rd_kafka_commit_transaction(self.as_ptr(), millis(within)) })
    }
    pub(crate) fn abort_transaction(&self, within: Duration) -> Result<(), ClientError> {
        // SAFETY: the client is alive.
        ClientError::take(unsafe { native::rd_kafka_abort_transaction(self.as_ptr(), millis(within)) })
    }
}
