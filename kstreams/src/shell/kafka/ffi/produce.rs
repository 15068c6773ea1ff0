//! Producing one record.
use super::{Client, ClientError, Code, c_string};
use crate::Headers;
use rdkafka::bindings::{
    self as native, rd_kafka_headers_t, rd_kafka_topic_t, rd_kafka_vtype_t as vtype, rd_kafka_vu_s__bindgen_ty_1 as union,
    rd_kafka_vu_s__bindgen_ty_1__bindgen_ty_1 as memory, rd_kafka_vu_t,
};
use std::{
    ptr::{self, NonNull},
    sync::Arc,
};

/// A topic of a producer, looked up once.
pub(crate) struct TopicHandle {
    topic: NonNull<rd_kafka_topic_t>,
    client: Arc<Client>,
}
impl TopicHandle {
    pub(crate) fn new(client: &Arc<Client>, name: &str) -> Option<TopicHandle> {
        let name = c_string(name);
        // SAFETY: the client is alive, the name is copied; null means the client's default topic configuration.
        let topic = NonNull::new(unsafe { native::rd_kafka_topic_new(client.as_ptr(), name.as_ptr(), ptr::null_mut()) })?;
        Some(TopicHandle { topic, client: client.clone() })
    }
    pub(super) fn as_ptr(&self) -> *mut rd_kafka_topic_t {
        self.topic.as_ptr()
    }
}
impl Drop for TopicHandle {
    fn drop(&mut self) {
        // SAFETY: ours, destroyed once, before the client.
        unsafe { native::rd_kafka_topic_destroy(self.topic.as_ptr()) };
    }
}

/// A record to be produced.
#[derive(Clone, Copy)]
pub(crate) struct Message<'a> {
    /// `None`: the partitioner chooses.
    pub(crate) partition: Option<u32>,
    pub(crate) timestamp: i64,
    pub(crate) key: Option<&'a [u8]>,
    pub(crate) value: Option<&'a [u8]>,
    pub(crate) headers: &'a Headers,
}

impl TopicHandle {
    /// Puts a copy of the record into the producer's queue. [`Code::QUEUE_FULL`]: try again when some are delivered.
    pub(crate) fn produce(&self, message: &Message<'_>) -> Result<(), ClientError> {
        let headers = native_headers(message.headers);
        let arguments = [
            argument(vtype::RD_KAFKA_VTYPE_RKT, union { rkt: self.topic.as_ptr() }),
            argument(vtype::RD_KAFKA_VTYPE_PARTITION, union { i32_: message.partition.map_or(-1, |p| p as i32) }),
            argument(vtype::RD_KAFKA_VTYPE_MSGFLAGS, union { i: native::RD_KAFKA_MSG_F_COPY }),
            // librdkafka takes 0 for "now", and Kafka knows no time before 1970 but −1, "none": both become the first millisecond.
            argument(vtype::RD_KAFKA_VTYPE_TIMESTAMP, union { i64_: message.timestamp.max(1) }),
            argument(vtype::RD_KAFKA_VTYPE_KEY, slice(message.key)),
            argument(vtype::RD_KAFKA_VTYPE_VALUE, slice(message.value)),
            argument(vtype::RD_KAFKA_VTYPE_HEADERS, union { headers }),
        ];
        let count = arguments.len() - usize::from(headers.is_null());
        // SAFETY: everything pointed to lives over this call, in which librdkafka copies it (MSG_F_COPY). It owns the headers
        // if, and only if, it takes the record.
        let result = ClientError::take(unsafe { native::rd_kafka_produceva(self.client.as_ptr(), arguments.as_ptr(), count) });
        if result.is_err() && !headers.is_null() {
            // SAFETY: still ours, see above.
            unsafe { native::rd_kafka_headers_destroy(headers) };
        }
        result
    }
}

fn argument(vtype: vtype, u: union) -> rd_kafka_vu_t {
    rd_kafka_vu_t { vtype, u }
}

/// A null slice is Kafka's null; an empty one is not.
fn slice(bytes: Option<&[u8]>) -> union {
    let mem = match bytes {
        Some(b) => memory { ptr: b.as_ptr().cast_mut().cast(), size: b.len() },
        None => memory { ptr: ptr::null_mut(), size: 0 },
    };
    union { mem }
}

/// Null if there are none, which spares the allocation.
fn native_headers(headers: &Headers) -> *mut rd_kafka_headers_t {
    if headers.is_empty() {
        return ptr::null_mut();
    }
    // SAFETY: a plain allocation; names and values are copied; size −1 of a null value is how librdkafka writes null.
    unsafe {
        let list = native::rd_kafka_headers_new(headers.len());
        for (name, value) in headers.iter() {
            let (first, size) = value.map_or((ptr::null(), -1), |v| (v.as_ptr().cast(), v.len() as isize));
            native::rd_kafka_header_add(list, name.as_ptr().cast(), name.len() as isize, first, size);
        }
        list
    }
}

impl Client {
    /// Waits until everything produced was acknowledged or has failed; `false` if some of it is still under way after `within`.
    /// Failed deliveries count as under way until their event is polled.
    pub(crate) fn flush(&self, within: std::time::Duration) -> bool {
        // SAFETY: the client is alive. With delivery reports as events this waits on a condition and ends as soon as the last
        // record is acknowledged.
        let code = unsafe { native::rd_kafka_flush(self.as_ptr(), super::client::millis(within)) } as i32;
        code == Code::NONE.0
    }
    /// Forgets what was produced and is not acknowledged.
    pub(crate) fn purge(&self) {
        let what = native::RD_KAFKA_PURGE_F_QUEUE | native::RD_KAFKA_PURGE_F_INFLIGHT;
        // SAFETY: the client is alive. It answers with an error for consumers only.
        unsafe { native::rd_kafka_purge(self.as_ptr(), what) };
    }
    /// Records and events that are not done with.
    pub(crate) fn outstanding(&self) -> usize {
        // SAFETY: the client is alive.
        usize::try_from(unsafe { native::rd_kafka_outq_len(self.as_ptr()) }).unwrap_or(0)
    }
}
