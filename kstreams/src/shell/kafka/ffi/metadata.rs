//! What the brokers say of all their topics.
use super::{Client, ClientError, Code, client::millis, text};
use rdkafka::bindings::{self as native, rd_kafka_metadata};
use std::{ptr, time::Duration};

impl Client {
    /// Names of all topics; waits for the answer.
    pub(crate) fn topics(&self, within: Duration) -> Result<Vec<String>, ClientError> {
        let mut found: *const rd_kafka_metadata = ptr::null();
        // SAFETY: the client is alive; without a topic the answer is of all of them, and ours.
        let code = unsafe { native::rd_kafka_metadata(self.as_ptr(), 1, ptr::null_mut(), &mut found, millis(within)) };
        ClientError::check(Code(code as i32))?;
        let found = Metadata(found);
        // SAFETY: alive until `found` goes; `topic_cnt` topics stand at `topics`, each with a name.
        Ok(unsafe { (0..(*found.0).topic_cnt as usize).map(|i| text((*(*found.0).topics.add(i)).topic)).collect() })
    }
}

/// An answer that is ours.
struct Metadata(*const rd_kafka_metadata);
impl Drop for Metadata {
    fn drop(&mut self) {
        // SAFETY: ours, destroyed once.
        unsafe { native::rd_kafka_metadata_destroy(self.0) };
    }
}
