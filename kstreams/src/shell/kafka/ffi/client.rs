//! A librdkafka client, consumer or producer: built with events instead of callbacks.
use super::{ClientError, Code, Position, Queue, c_string, partitions::PartitionList, text};
use rdkafka::bindings::{self as native, rd_kafka_conf_res_t, rd_kafka_conf_t, rd_kafka_resp_err_t, rd_kafka_t, rd_kafka_type_t};
use std::{ffi::c_char, ptr::NonNull, sync::Arc, time::Duration};

/// A client. Whatever points into it (queues, messages, topic handles) holds it by [`Arc`], so it is destroyed last.
pub(crate) struct Client(NonNull<rd_kafka_t>);

// SAFETY: librdkafka documents every function that takes an `rd_kafka_t` as thread-safe.
unsafe impl Send for Client {}
// SAFETY: as above.
unsafe impl Sync for Client {}

impl Client {
    /// A consumer. Rebalances, errors and log lines come as events of its queues.
    pub(crate) fn consumer(settings: &[(String, String)]) -> Result<Arc<Client>, String> {
        let events = native::RD_KAFKA_EVENT_REBALANCE | native::RD_KAFKA_EVENT_OFFSET_COMMIT | native::RD_KAFKA_EVENT_ERROR;
        let client = Client::create(rd_kafka_type_t::RD_KAFKA_CONSUMER, settings, events)?;
        // SAFETY: the client is alive. The main queue (errors, logs) goes into the consumer's queue: one queue to poll.
        unsafe { native::rd_kafka_poll_set_consumer(client.as_ptr()) };
        Ok(client)
    }
    /// A producer. Failed deliveries, errors and log lines come as events of its main queue.
    pub(crate) fn producer(settings: &[(String, String)]) -> Result<Arc<Client>, String> {
        let events = native::RD_KAFKA_EVENT_DR | native::RD_KAFKA_EVENT_ERROR;
        Client::create(rd_kafka_type_t::RD_KAFKA_PRODUCER, settings, events)
    }
    fn create(kind: rd_kafka_type_t, settings: &[(String, String)], events: i32) -> Result<Arc<Client>, String> {
        let conf = Conf::new(settings, events)?;
        let mut message = ErrorBuffer::new();
        // SAFETY: the configuration is valid; librdkafka owns it if, and only if, it answers with a client.
        let client = unsafe { native::rd_kafka_new(kind, conf.0, message.as_mut_ptr(), message.len()) };
        let client = NonNull::new(client).ok_or_else(|| format!("the Kafka client cannot be created: {}", message.text()))?;
        std::mem::forget(conf);
        // SAFETY: the client is alive; a null queue means its main queue.
        unsafe { native::rd_kafka_set_log_queue(client.as_ptr(), std::ptr::null_mut()) };
        Ok(Arc::new(Client(client)))
    }
    pub(super) fn as_ptr(&self) -> *mut rd_kafka_t {
        self.0.as_ptr()
    }
    /// The error after which this client is of no use any more.
    pub(crate) fn fatal_error(&self) -> Option<ClientError> {
        let mut message = ErrorBuffer::new();
        // SAFETY: the enum is `repr(i32)`; see `code_of`.
        let fatal: unsafe extern "C" fn(*mut rd_kafka_t, *mut c_char, usize) -> i32 = unsafe {
            std::mem::transmute(
                native::rd_kafka_fatal_error as unsafe extern "C" fn(*mut rd_kafka_t, *mut c_char, usize) -> rd_kafka_resp_err_t,
            )
        };
        // SAFETY: the client is alive, the buffer has the length that is passed.
        let code = Code(unsafe { fatal(self.as_ptr(), message.as_mut_ptr(), message.len()) });
        (code != Code::NONE).then(|| ClientError { fatal: true, ..ClientError::new(code, message.text()) })
    }

    // ---- consumer

    /// Joins the group with these topics.
    pub(crate) fn subscribe(&self, topics: &[String]) -> Result<(), ClientError> {
        let list = PartitionList::topics(topics);
        // SAFETY: client and list are alive; librdkafka copies the list.
        ClientError::check(Code(unsafe { native::rd_kafka_subscribe(self.as_ptr(), list.as_ptr()) } as i32))
    }
    /// Leaves the group; a later [`Client::subscribe`] joins it again.
    pub(crate) fn unsubscribe(&self) -> Result<(), ClientError> {
        // SAFETY: the client is alive.
        ClientError::check(Code(unsafe { native::rd_kafka_unsubscribe(self.as_ptr()) } as i32))
    }
    /// Adds partitions, each from its offset. Answers a rebalance that assigns, if one is waiting for its answer; an empty list does too.
    pub(crate) fn assign(&self, positions: &[Position]) -> Result<(), ClientError> {
        let list = PartitionList::new(positions);
        // SAFETY: client and list are alive.
        ClientError::take(unsafe { native::rd_kafka_incremental_assign(self.as_ptr(), list.as_ptr()) })
    }
    /// Takes partitions away. Answers a rebalance that revokes, if one is waiting for its answer; an empty list does too.
    pub(crate) fn unassign(&self, positions: &[Position]) -> Result<(), ClientError> {
        let list = PartitionList::new(positions);
        // SAFETY: client and list are alive.
        ClientError::take(unsafe { native::rd_kafka_incremental_unassign(self.as_ptr(), list.as_ptr()) })
    }
    /// Moves assigned partitions to these offsets, and waits until nothing from before the move can come out of their queues.
    pub(crate) fn seek(&self, positions: &[Position], within: Duration) -> Result<Vec<Position>, ClientError> {
        let list = PartitionList::new(positions);
        // SAFETY: client and list are alive.
        ClientError::take(unsafe { native::rd_kafka_seek_partitions(self.as_ptr(), list.as_ptr(), millis(within)) })?;
        Ok(list.positions())
    }
    /// Where a partition ends, as the last fetch told it; the broker is not asked.
    pub(crate) fn known_end(&self, topic: &str, partition: u32) -> Option<i64> {
        let (name, mut low, mut high) = (c_string(topic), -1, -1);
        // SAFETY: everything is alive; the answer is written into the two numbers.
        let code = unsafe { native::rd_kafka_get_watermark_offsets(self.as_ptr(), name.as_ptr(), partition as i32, &mut low, &mut high) };
        (code as i32 == 0 && high >= 0).then_some(high)
    }
    /// Whether what is being revoked is lost: another member may have it already.
    pub(crate) fn assignment_lost(&self) -> bool {
        // SAFETY: the client is alive.
        unsafe { native::rd_kafka_assignment_lost(self.as_ptr()) != 0 }
    }
    /// Commits offsets under the member's generation; the answer comes as an event of `answer`.
    pub(crate) fn commit(&self, positions: &[Position], answer: &Queue) -> Result<(), ClientError> {
        let list = PartitionList::new(positions);
        // SAFETY: all three are alive; without a callback the answer is an event of the queue.
        let code = unsafe { native::rd_kafka_commit_queue(self.as_ptr(), list.as_ptr(), answer.as_ptr(), None, std::ptr::null_mut()) };
        ClientError::check(Code(code as i32))
    }
    /// Begins to leave the group; events of the good-bye come into `events`.
    pub(crate) fn begin_close(&self, events: &Queue) -> Result<(), ClientError> {
        // SAFETY: both are alive.
        ClientError::take(unsafe { native::rd_kafka_consumer_close_queue(self.as_ptr(), events.as_ptr()) })
    }
    /// Whether the group was left.
    pub(crate) fn closed(&self) -> bool {
        // SAFETY: the client is alive.
        unsafe { native::rd_kafka_consumer_closed(self.as_ptr()) != 0 }
    }
}
impl Drop for Client {
    fn drop(&mut self) {
        // SAFETY: whatever points into the client holds it by `Arc`, so nothing does any more. The group was left before, or
        // shall be left by session time-out, as after a crash: a blocking good-bye has no place in a destructor.
        unsafe { native::rd_kafka_destroy_flags(self.as_ptr(), native::RD_KAFKA_DESTROY_F_NO_CONSUMER_CLOSE) };
    }
}

/// Whole milliseconds, as librdkafka's time-outs want them.
pub(super) fn millis(d: Duration) -> i32 {
    i32::try_from(d.as_millis()).unwrap_or(i32::MAX)
}

/// A configuration that no client owns yet.
struct Conf(*mut rd_kafka_conf_t);
impl Conf {
    fn new(settings: &[(String, String)], events: i32) -> Result<Conf, String> {
        // SAFETY: a plain allocation.
        let conf = Conf(unsafe { native::rd_kafka_conf_new() });
        for (name, value) in settings {
            conf.set(name, value)?;
        }
        conf.set("log.queue", "true")?;
        // SAFETY: the configuration is ours.
        unsafe { native::rd_kafka_conf_set_events(conf.0, events | native::RD_KAFKA_EVENT_LOG) };
        Ok(conf)
    }
    fn set(&self, name: &str, value: &str) -> Result<(), String> {
        let (c_name, c_value) = (c_string(name), c_string(value));
        let mut message = ErrorBuffer::new();
        // SAFETY: the configuration is ours; both strings are copied; the buffer has the length that is passed.
        let result = unsafe { native::rd_kafka_conf_set(self.0, c_name.as_ptr(), c_value.as_ptr(), message.as_mut_ptr(), message.len()) };
        match result {
            rd_kafka_conf_res_t::RD_KAFKA_CONF_OK => Ok(()),
            // librdkafka's own message repeats the value, which may be a secret.
            rd_kafka_conf_res_t::RD_KAFKA_CONF_INVALID => Err(format!("librdkafka refuses the value given for {name:?}")),
            _ => Err(format!("librdkafka has no property {name:?}")),
        }
    }
}
impl Drop for Conf {
    fn drop(&mut self) {
        // SAFETY: ours; a configuration that a client took over is forgotten, not dropped.
        unsafe { native::rd_kafka_conf_destroy(self.0) };
    }
}

/// Room for librdkafka's error texts.
pub(super) struct ErrorBuffer([c_char; 512]);
impl ErrorBuffer {
    pub(super) fn new() -> ErrorBuffer {
        ErrorBuffer([0; 512])
    }
    pub(super) fn as_mut_ptr(&mut self) -> *mut c_char {
        self.0.as_mut_ptr()
    }
    pub(super) fn len(&self) -> usize {
        self.0.len()
    }
    pub(super) fn text(&self) -> String {
        text(self.0.as_ptr())
    }
}
