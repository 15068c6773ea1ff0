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
    /// What is committed with the offset; mostly empty.
    pub(crate) note: String,
}
impl Position {
    pub(crate) fn new(topic: &str, partition: u32, offset: i64) -> Position {
        Position { at: Partition { topic: topic.into(), partition }, offset, error: None, note: String::new() }
    }
    /// With commit metadata.
    pub(crate) fn noted(self, note: &str) -> Position {
        Position { note: note.to_owned(), ..self }
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
            unsafe {
                let element = native::rd_kafka_topic_partition_list_add(list, topic.as_ptr(), p.at.partition as i32);
                (*element).offset = p.offset;
                set_note(element, p.note.as_bytes());
            }
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

/// Gives an element its commit metadata.
///
/// # Safety
/// The element is alive, ours, and has none yet.
unsafe fn set_note(element: *mut native::rd_kafka_topic_partition_t, note: &[u8]) {
    if note.is_empty() {
        return;
    }
    // SAFETY: librdkafka's own allocation of this size, which it frees with the element.
    unsafe {
        let bytes = native::rd_kafka_mem_malloc(ptr::null_mut(), note.len());
        if !bytes.is_null() {
            ptr::copy_nonoverlapping(note.as_ptr(), bytes.cast(), note.len());
            ((*element).metadata, (*element).metadata_size) = (bytes, note.len());
        }
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
        let note = note_of(element);
        Position { at, offset: (*element).offset, error: ClientError::check(code).err(), note }
    }
}

/// Copies an element's commit metadata.
///
/// # Safety
/// The element is alive.
unsafe fn note_of(element: *const native::rd_kafka_topic_partition_t) -> String {
    // SAFETY: the caller promises it; the metadata, if there is any, is as long as the element says.
    unsafe {
        let (first, size) = ((*element).metadata.cast::<u8>().cast_const(), (*element).metadata_size);
        if first.is_null() || size == 0 {
            return String::new();
        }
        String::from_utf8_lossy(std::slice::from_raw_parts(first, size)).into_owned()
    }
}
