//! Messages as librdkafka keeps them, read in place.
use super::{Client, ClientError, Code, text};
use crate::{
    Headers,
    task::{Batch, Raw},
};
use rdkafka::bindings::{self as native, rd_kafka_message_t, rd_kafka_timestamp_type_t};
use std::{ffi::c_char, ptr, slice, sync::Arc};

/// What came out of a partition's queue, in order.
pub(crate) enum Received {
    /// Records.
    Messages(Messages),
    /// The partition was read to its last stable offset, which is this one.
    End(i64),
    /// It cannot be read.
    Error(ClientError),
}
impl Received {
    /// Splits a batch at its errors and ends of partitions.
    ///
    /// # Safety
    /// The messages are valid, of this client, and ours.
    pub(super) unsafe fn split(messages: &[*mut rd_kafka_message_t], client: &Arc<Client>) -> Vec<Received> {
        let mut all: Vec<Received> = vec![];
        for &m in messages {
            // SAFETY: valid by contract; each message goes to exactly one owner.
            unsafe {
                match code(m) {
                    Code::NONE => match all.last_mut() {
                        Some(Received::Messages(open)) => open.push(m),
                        _ => all.push(Received::Messages(Messages::new(m, messages.len(), client))),
                    },
                    code => all.push(Received::control(m, code)),
                }
            }
        }
        all
    }
    /// # Safety
    /// The message is valid and ours.
    unsafe fn control(m: *mut rd_kafka_message_t, code: Code) -> Received {
        // SAFETY: by contract; destroyed once and not used after it.
        unsafe {
            let received = match code {
                Code::PARTITION_EOF => Received::End((*m).offset),
                code => Received::Error(ClientError::new(code, text(native::rd_kafka_message_errstr(m)))),
            };
            native::rd_kafka_message_destroy(m);
            received
        }
    }
}

/// # Safety
/// The message is valid.
unsafe fn code(m: *const rd_kafka_message_t) -> Code {
    // SAFETY: by contract; read as a number, because not every number is a variant of the enum.
    Code(unsafe { ptr::addr_of!((*m).err).cast::<i32>().read() })
}

/// Consecutive records of one partition. They are destroyed with the batch.
pub(crate) struct Messages {
    messages: Vec<*mut rd_kafka_message_t>,
    bytes: usize,
    /// Dropped after the messages, which point into it.
    _client: Arc<Client>,
}
/// What librdkafka keeps of a message besides its key and value.
const OVERHEAD: usize = 256;

impl Messages {
    /// # Safety
    /// As for [`Received::split`].
    unsafe fn new(first: *mut rd_kafka_message_t, capacity: usize, client: &Arc<Client>) -> Messages {
        let mut new = Messages { messages: Vec::with_capacity(capacity), bytes: 0, _client: client.clone() };
        // SAFETY: by contract.
        unsafe { new.push(first) };
        new
    }
    /// # Safety
    /// As for [`Received::split`].
    unsafe fn push(&mut self, m: *mut rd_kafka_message_t) {
        // SAFETY: by contract.
        self.bytes += unsafe { (*m).len + (*m).key_len + OVERHEAD };
        self.messages.push(m);
    }
    /// Drops the records below an offset: after a rebalance librdkafka may hand some in again.
    pub(crate) fn from(mut self, offset: i64) -> Messages {
        let below = self.messages.iter().take_while(|m| self.offset_of(**m) < offset).count();
        let rest = self.messages.split_off(below);
        for m in std::mem::replace(&mut self.messages, rest) {
            self.destroy(m);
        }
        self
    }
    /// Drops the records from an offset on: a restore ends exactly where it shall.
    pub(crate) fn until(mut self, offset: i64) -> Messages {
        let below = self.messages.iter().take_while(|m| self.offset_of(**m) < offset).count();
        for m in self.messages.split_off(below) {
            self.destroy(m);
        }
        self
    }
    fn destroy(&mut self, m: *mut rd_kafka_message_t) {
        // SAFETY: only called with a message that was taken out of the list: ours, destroyed once.
        unsafe {
            self.bytes -= (*m).len + (*m).key_len + OVERHEAD;
            native::rd_kafka_message_destroy(m);
        }
    }
    /// Offset behind the last record.
    pub(crate) fn next_offset(&self) -> Option<i64> {
        self.messages.last().map(|m| self.offset_of(*m) + 1)
    }
    fn offset_of(&self, m: *const rd_kafka_message_t) -> i64 {
        // SAFETY: the batch's messages live as long as it does.
        unsafe { (*m).offset }
    }
}
impl Drop for Messages {
    fn drop(&mut self) {
        for m in self.messages.drain(..) {
            // SAFETY: ours, destroyed once; the client is still alive.
            unsafe { native::rd_kafka_message_destroy(m) };
        }
    }
}
impl Batch for Messages {
    fn len(&self) -> usize {
        self.messages.len()
    }
    fn get(&self, index: usize) -> Raw<'_> {
        let m = self.messages[index];
        let mut kind = rd_kafka_timestamp_type_t::RD_KAFKA_TIMESTAMP_NOT_AVAILABLE;
        // SAFETY: the message lives as long as the batch, from which the slices borrow.
        unsafe {
            Raw {
                offset: (*m).offset,
                timestamp: native::rd_kafka_message_timestamp(m, &mut kind),
                key: bytes((*m).key.cast(), (*m).key_len),
                value: bytes((*m).payload.cast(), (*m).len),
            }
        }
    }
    fn headers(&self, index: usize) -> Headers {
        let mut headers = Headers::new();
        let mut native_headers = ptr::null_mut();
        // SAFETY: the message is alive; the list that it answers with belongs to the message.
        let found = unsafe { native::rd_kafka_message_headers(self.messages[index], &mut native_headers) } as i32;
        if found == Code::NONE.0 {
            // SAFETY: as above.
            unsafe { read_headers(native_headers, &mut headers) };
        }
        headers
    }
    fn bytes(&self) -> usize {
        self.bytes
    }
}

/// Null is Kafka's null; an empty slice is not.
///
/// # Safety
/// `first` is null or points to `len` bytes that outlive `'a`.
unsafe fn bytes<'a>(first: *const u8, len: usize) -> Option<&'a [u8]> {
    // SAFETY: by contract.
    (!first.is_null()).then(|| unsafe { slice::from_raw_parts(first, len) })
}

/// # Safety
/// The list is alive.
unsafe fn read_headers(list: *const native::rd_kafka_headers_t, into: &mut Headers) {
    let (mut name, mut value, mut size): (*const c_char, _, usize) = (ptr::null(), ptr::null(), 0);
    for index in 0.. {
        // SAFETY: by contract; librdkafka answers with an error behind the last header.
        let found = unsafe { native::rd_kafka_header_get_all(list, index, &mut name, &mut value, &mut size) } as i32;
        if found != Code::NONE.0 {
            return;
        }
        // SAFETY: name and value belong to the list.
        match unsafe { bytes(value.cast(), size) } {
            Some(value) => into.add(text(name), value),
            None => into.add_null(text(name)),
        }
    }
}
