//! What the brokers say of their topics.
use super::{Client, ClientError, Code, TopicHandle, client::millis, text};
use rdkafka::bindings::{self as native, rd_kafka_metadata};
use std::{ptr, sync::Arc, time::Duration};

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
    /// Whether a topic is there; waits for the answer. Brokers with `auto.create.topics.enable` make it when a producer asks, and say that it is not
    /// there until it is.
    pub(crate) fn look_for(self: &Arc<Self>, topic: &str, within: Duration) -> Result<(), ClientError> {
        let topic = TopicHandle::new(self, topic).ok_or_else(|| ClientError::of(Code::FAIL))?;
        let mut found: *const rd_kafka_metadata = ptr::null();
        // SAFETY: client and topic are alive; the answer is of this topic, and ours.
        let code = unsafe { native::rd_kafka_metadata(self.as_ptr(), 0, topic.as_ptr(), &mut found, millis(within)) };
        ClientError::check(Code(code as i32))?;
        let found = Metadata(found);
        // SAFETY: alive until `found` goes; `topic_cnt` topics stand at `topics`. The enum is `repr(i32)`, and a broker may say what it does not know.
        let answer = unsafe { ((*found.0).topic_cnt > 0).then(|| ptr::addr_of!((*(*found.0).topics).err).cast::<i32>().read()) };
        ClientError::check(answer.map_or(Code::UNKNOWN_TOPIC_OR_PART, Code))
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
