//! Queues: where events and messages come out.
use super::{Client, Event, Received, c_string, event};
use rdkafka::bindings::{self as native, rd_kafka_message_t, rd_kafka_queue_t};
use std::{
    os::{fd::AsRawFd, unix::net::UnixStream},
    ptr::{self, NonNull},
    sync::Arc,
    time::Duration,
};

/// A queue of a client. Polled by one thread.
pub(crate) struct Queue {
    queue: NonNull<rd_kafka_queue_t>,
    client: Arc<Client>,
    room: Vec<*mut rd_kafka_message_t>,
    /// What librdkafka writes to when something comes in; kept open as long as it may.
    wake: Option<Arc<UnixStream>>,
}

impl Queue {
    /// A fresh queue, for answers.
    pub(crate) fn new(client: &Arc<Client>) -> Option<Queue> {
        // SAFETY: the client is alive.
        Queue::wrap(unsafe { native::rd_kafka_queue_new(client.as_ptr()) }, client)
    }
    /// The queue of a consumer's group: rebalances, errors, logs.
    pub(crate) fn group(client: &Arc<Client>) -> Option<Queue> {
        // SAFETY: the client is alive; null if it is no consumer.
        Queue::wrap(unsafe { native::rd_kafka_queue_get_consumer(client.as_ptr()) }, client)
    }
    /// A client's main queue: delivery reports, errors, logs.
    pub(crate) fn main(client: &Arc<Client>) -> Option<Queue> {
        // SAFETY: the client is alive.
        Queue::wrap(unsafe { native::rd_kafka_queue_get_main(client.as_ptr()) }, client)
    }
    /// The queue of one partition, forwarded to nobody: its messages come out here and nowhere else. To be taken before the
    /// partition is assigned, each time: assigning forwards a queue to the group's unless the application has set its own way.
    pub(crate) fn partition(client: &Arc<Client>, topic: &str, partition: u32) -> Option<Queue> {
        let topic = c_string(topic);
        // SAFETY: the client is alive, the name is copied.
        let queue = unsafe { native::rd_kafka_queue_get_partition(client.as_ptr(), topic.as_ptr(), partition as i32) };
        let queue = Queue::wrap(queue, client)?;
        // SAFETY: the queue is alive; null means: forward to nobody.
        unsafe { native::rd_kafka_queue_forward(queue.as_ptr(), ptr::null_mut()) };
        Some(queue)
    }
    fn wrap(queue: *mut rd_kafka_queue_t, client: &Arc<Client>) -> Option<Queue> {
        Some(Queue { queue: NonNull::new(queue)?, client: client.clone(), room: vec![], wake: None })
    }
    pub(super) fn as_ptr(&self) -> *mut rd_kafka_queue_t {
        self.queue.as_ptr()
    }
    /// Writes one byte to `wake` whenever the queue was empty and is not any more.
    pub(crate) fn wake(&mut self, wake: &Arc<UnixStream>) {
        self.wake = Some(wake.clone());
        // SAFETY: the payload is copied. librdkafka writes to the descriptor until the wake-up is switched off, which `Drop`
        // does; until then the descriptor is kept open.
        unsafe { native::rd_kafka_queue_io_event_enable(self.as_ptr(), wake.as_raw_fd(), [1_u8].as_ptr().cast(), 1) };
    }
    /// The next event; waits for it at most so long.
    pub(crate) fn poll(&self, wait: Duration) -> Option<Event> {
        // SAFETY: the queue is alive.
        let event = unsafe { native::rd_kafka_queue_poll(self.as_ptr(), super::client::millis(wait)) };
        NonNull::new(event).map(|e| event::take(e, &self.client))
    }
    /// Everything that waits in a partition's queue, at most `limit` messages, without waiting.
    pub(crate) fn receive(&mut self, limit: usize) -> Vec<Received> {
        if self.room.len() < limit {
            self.room.resize(limit, ptr::null_mut());
        }
        // A time-out here would wait until the batch is full; 0 takes what there is.
        // SAFETY: queue alive; the buffer has room for `limit` pointers; what comes back is ours to destroy.
        let count = unsafe { native::rd_kafka_consume_batch_queue(self.as_ptr(), 0, self.room.as_mut_ptr(), limit) };
        let count = usize::try_from(count).unwrap_or(0).min(limit);
        // SAFETY: librdkafka wrote `count` valid messages of this client, each of which is ours.
        unsafe { Received::split(&self.room[..count], &self.client) }
    }
}
impl Drop for Queue {
    fn drop(&mut self) {
        // SAFETY: alive until here; −1 switches wake-ups off, so that nobody writes to a descriptor that may be closed soon.
        unsafe {
            native::rd_kafka_queue_io_event_enable(self.as_ptr(), -1, ptr::null(), 0);
            native::rd_kafka_queue_destroy(self.as_ptr());
        }
    }
}
