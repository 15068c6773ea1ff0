//! The few calls of librdkafka that a bare loop needs and rust-rdkafka does not offer: batches in, records out.
use rdkafka::{
    bindings::{self as native, rd_kafka_message_t, rd_kafka_queue_t, rd_kafka_topic_t},
    consumer::{BaseConsumer, Consumer},
    producer::{BaseProducer, Producer},
};
use std::{ffi::CString, ptr, slice};

/// The queue of a consumer's records.
pub(crate) struct Records {
    queue: *mut rd_kafka_queue_t,
    batch: Vec<*mut rd_kafka_message_t>,
}
const BATCH: usize = 1_000;

impl Records {
    pub(crate) fn of(consumer: &BaseConsumer) -> Records {
        // SAFETY: the client lives as long as the program.
        let queue = unsafe { native::rd_kafka_queue_get_consumer(consumer.client().native_ptr()) };
        Records { queue, batch: vec![ptr::null_mut(); BATCH] }
    }
    /// Hands each record of the next batch over: partition, offset, time, key, value. Answers how many there were.
    pub(crate) fn take(&mut self, mut each: impl FnMut(i32, i64, i64, &[u8], &[u8])) -> usize {
        // SAFETY: the batch has room for as many pointers as are asked for; each message is valid until it is destroyed.
        unsafe {
            let mut got = native::rd_kafka_consume_batch_queue(self.queue, 0, self.batch.as_mut_ptr(), BATCH).max(0) as usize;
            if got == 0 {
                got = native::rd_kafka_consume_batch_queue(self.queue, 50, self.batch.as_mut_ptr(), 1).max(0) as usize;
            }
            let mut records = 0;
            for message in self.batch.iter().take(got) {
                let m = &**message;
                if ptr::addr_of!(m.err).cast::<i32>().read() == 0 {
                    let time = native::rd_kafka_message_timestamp(*message, ptr::null_mut());
                    each(m.partition, m.offset, time, bytes(m.key, m.key_len), bytes(m.payload, m.len));
                    records += 1;
                }
                native::rd_kafka_message_destroy(*message);
            }
            records
        }
    }
}
unsafe fn bytes<'a>(at: *mut std::ffi::c_void, length: usize) -> &'a [u8] {
    // SAFETY: by contract of the caller; null has no length.
    if at.is_null() { &[] } else { unsafe { slice::from_raw_parts(at.cast(), length) } }
}

/// Waits until everything is delivered. `BaseProducer::flush` sleeps a tenth of a second at a time where no delivery is reported.
pub(crate) fn flush(producer: &BaseProducer, patience: std::time::Duration) -> kstreams::Result<()> {
    // SAFETY: the client lives as long as the borrow.
    let error = unsafe { native::rd_kafka_flush(producer.client().native_ptr(), patience.as_millis() as i32) };
    if error == native::rd_kafka_resp_err_t::RD_KAFKA_RESP_ERR_NO_ERROR { Ok(()) } else { Err(format!("flush: {error:?}").into()) }
}

/// A topic to write to.
pub(crate) struct Output<'a> {
    producer: &'a BaseProducer,
    topic: *mut rd_kafka_topic_t,
}
impl<'a> Output<'a> {
    pub(crate) fn new(producer: &'a BaseProducer, name: &str) -> kstreams::Result<Output<'a>> {
        let name = CString::new(name)?;
        // SAFETY: the client lives as long as the borrow.
        let topic = unsafe { native::rd_kafka_topic_new(producer.client().native_ptr(), name.as_ptr(), ptr::null_mut()) };
        Ok(Output { producer, topic })
    }
    /// Enqueues a record; waits while the queue is full.
    pub(crate) fn write(&self, time: i64, key: &[u8], value: &[u8]) {
        use native::{rd_kafka_vtype_t as vtype, rd_kafka_vu_s__bindgen_ty_1 as union, rd_kafka_vu_t};
        let memory =
            |bytes: &[u8]| native::rd_kafka_vu_s__bindgen_ty_1__bindgen_ty_1 { ptr: bytes.as_ptr().cast_mut().cast(), size: bytes.len() };
        let arguments = [
            rd_kafka_vu_t { vtype: vtype::RD_KAFKA_VTYPE_RKT, u: union { rkt: self.topic } },
            rd_kafka_vu_t { vtype: vtype::RD_KAFKA_VTYPE_PARTITION, u: union { i32_: -1 } },
            rd_kafka_vu_t { vtype: vtype::RD_KAFKA_VTYPE_MSGFLAGS, u: union { i: native::RD_KAFKA_MSG_F_COPY } },
            rd_kafka_vu_t { vtype: vtype::RD_KAFKA_VTYPE_TIMESTAMP, u: union { i64_: time } },
            rd_kafka_vu_t { vtype: vtype::RD_KAFKA_VTYPE_KEY, u: union { mem: memory(key) } },
            rd_kafka_vu_t { vtype: vtype::RD_KAFKA_VTYPE_VALUE, u: union { mem: memory(value) } },
        ];
        loop {
            // SAFETY: what is pointed to lives over the call, which copies it.
            let error = unsafe { native::rd_kafka_produceva(self.producer.client().native_ptr(), arguments.as_ptr(), arguments.len()) };
            if error.is_null() {
                return;
            }
            // SAFETY: ours, and not used after it. The queue is full: some are delivered meanwhile.
            unsafe { native::rd_kafka_error_destroy(error) };
            self.producer.poll(std::time::Duration::from_millis(5));
        }
    }
}
impl Drop for Output<'_> {
    fn drop(&mut self) {
        // SAFETY: ours, and not used after it.
        unsafe { native::rd_kafka_topic_destroy(self.topic) };
    }
}
