//! Lists of partitions, as librdkafka takes and gives them.
use super::{ClientError, Code, c_string, text};
use rdkafka::bindings::{self as native, rd_kafka_topic_partition_list_t};
use std::ptr;

/// The first offset that a partition still has.
pub(crate) const BEGINNING: i64 = native::RD_KAFKA_OFFSET_BEGINNING as i64;
/// Behind the last record.
pub(crate) const END: i64 = native::RD_KAFKA_OFFSET_END as i64;

/// A partition of a topic by its name on the broker.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Partition {
    pub(crate) topic: String,
    pub(crate) partition: u32,
}

/// A partition, an offset in it, and what was wrong with it if anything was.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Position {
    pub(crate) at: Partition,
    pub(crate) offset: i64,
    pub(crate) error: Option<ClientError>,
}
impl Position {
    pub(crate) fn new(topic: &str, partition: u32, offset: i64) -> Position {
        Position { at: Partition { topic: topic.into(), partition }, offset, error: None }
    }
}

/// A list that is ours.
pub(super) struct PartitionList(*mut rd_kafka_topic_partition_list_t);
impl PartitionList {
    pub(super) fn new<'a>(positions: impl IntoIterator<Item = &'a Position>) -> PartitionList {
        // SAFETY: a plain allocation; the size is a hint.
        let list = unsafe { native::rd_kafka_topic_partition_list_new(8) };
        for p in positions {
            let topic = c_string(&p.at.topic);
            // SAFETY: the list is ours; librdkafka copies the name and answers with an element of the list.
            unsafe { (*native::rd_kafka_topic_partition_list_add(list, topic.as_ptr(), p.at.partition as i32)).offset = p.offset };
        }
        PartitionList(list)
    }
    /// Topics to subscribe to.
    pub(super) fn topics(names: &[String]) -> PartitionList {
        // SAFETY: a plain allocation.
        let list = unsafe { native::rd_kafka_topic_partition_list_new(names.len() as i32) };
        for name in names {
            let name = c_string(name);
            // SAFETY: the list is ours; the name is copied. Subscriptions have partition −1.
            unsafe { native::rd_kafka_topic_partition_list_add(list, name.as_ptr(), -1) };
        }
        PartitionList(list)
    }
    pub(super) fn as_ptr(&self) -> *mut rd_kafka_topic_partition_list_t {
        self.0
    }
    /// Copies it out.
    pub(super) fn positions(&self) -> Vec<Position> {
        // SAFETY: ours and alive.
        unsafe { read_list(self.0) }
    }
}
impl Drop for PartitionList {
    fn drop(&mut self) {
        // SAFETY: ours, destroyed once.
        unsafe { native::rd_kafka_topic_partition_list_destroy(self.0) };
    }
}

/// Copies a list out that somebody else owns; null is empty.
///
/// # Safety
/// The list is null or alive.
pub(super) unsafe fn read_list(list: *const rd_kafka_topic_partition_list_t) -> Vec<Position> {
    if list.is_null() {
        return vec![];
    }
    // SAFETY: the caller promises it; `cnt` elements stand at `elems`.
    unsafe { (0..(*list).cnt as usize).map(|i| read_element((*list).elems.add(i))).collect() }
}

/// Copies one element.
///
/// # Safety
/// The element is alive.
pub(super) unsafe fn read_element(element: *const native::rd_kafka_topic_partition_t) -> Position {
    // SAFETY: the caller promises it. The error is read as a number, because not every number is a variant of the enum.
    unsafe {
        let code = Code(ptr::addr_of!((*element).err).cast::<i32>().read());
        let at = Partition { topic: text((*element).topic), partition: (*element).partition.max(0) as u32 };
        Position { at, offset: (*element).offset, error: ClientError::check(code).err() }
    }
}
