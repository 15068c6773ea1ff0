//! Requests of the admin interface: each is sent at once and answered by an event of the queue that it names.
use super::{Client, Position, Queue, c_string, client::ErrorBuffer, client::millis, partitions::PartitionList};
use rdkafka::bindings::{self as native, rd_kafka_AdminOptions_t, rd_kafka_IsolationLevel_t, rd_kafka_admin_op_t as op};
use std::{
    ffi::{CString, c_char},
    ptr,
    time::Duration,
};

/// What a list of offsets counts as the end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Isolation {
    /// The high watermark: whatever is replicated.
    Uncommitted,
    /// The last stable offset: below every open transaction.
    Committed,
}

/// A topic to be created.
#[derive(Clone, Debug)]
pub(crate) struct NewTopic {
    pub(crate) name: String,
    pub(crate) partitions: u32,
    /// −1: the broker's default.
    pub(crate) replication: i32,
    pub(crate) config: Vec<(String, String)>,
}

/// Options of one request.
struct Options(*mut rd_kafka_AdminOptions_t);
impl Options {
    fn new(client: &Client, api: op, token: u64, within: Duration) -> Options {
        let mut message = ErrorBuffer::new();
        // SAFETY: the client is alive; the options are ours; the token is not a pointer to anybody but us. A time-out that is
        // out of librdkafka's range is refused and leaves the default.
        unsafe {
            let options = native::rd_kafka_AdminOptions_new(client.as_ptr(), api);
            native::rd_kafka_AdminOptions_set_request_timeout(options, millis(within), message.as_mut_ptr(), message.len());
            native::rd_kafka_AdminOptions_set_opaque(options, ptr::without_provenance_mut(token as usize));
            Options(options)
        }
    }
}
impl Drop for Options {
    fn drop(&mut self) {
        // SAFETY: ours, destroyed once; requests copy it.
        unsafe { native::rd_kafka_AdminOptions_destroy(self.0) };
    }
}

impl Client {
    /// Where partitions begin or end: the position's offset is [`super::BEGINNING`] or [`super::END`].
    pub(crate) fn list_offsets(&self, positions: &[Position], isolation: Isolation, token: u64, within: Duration, answer: &Queue) {
        let options = Options::new(self, op::RD_KAFKA_ADMIN_OP_LISTOFFSETS, token, within);
        let level = match isolation {
            Isolation::Uncommitted => rd_kafka_IsolationLevel_t::RD_KAFKA_ISOLATION_LEVEL_READ_UNCOMMITTED,
            Isolation::Committed => rd_kafka_IsolationLevel_t::RD_KAFKA_ISOLATION_LEVEL_READ_COMMITTED,
        };
        let list = PartitionList::new(positions);
        // SAFETY: everything is alive; the request copies list and options. The option fits the request, so setting it cannot fail.
        unsafe {
            let _ = super::ClientError::take(native::rd_kafka_AdminOptions_set_isolation_level(options.0, level));
            native::rd_kafka_ListOffsets(self.as_ptr(), list.as_ptr(), options.0, answer.as_ptr());
        }
    }

    /// What the group has committed, refused while a transaction holds some of it open.
    pub(crate) fn group_offsets(&self, group: &str, positions: &[Position], token: u64, within: Duration, answer: &Queue) {
        let options = Options::new(self, op::RD_KAFKA_ADMIN_OP_LISTCONSUMERGROUPOFFSETS, token, within);
        let (group, list) = (c_string(group), PartitionList::new(positions));
        // SAFETY: everything is alive; the request object is ours, copied by the request and destroyed once.
        unsafe {
            let _ = super::ClientError::take(native::rd_kafka_AdminOptions_set_require_stable_offsets(options.0, 1));
            let mut wanted = native::rd_kafka_ListConsumerGroupOffsets_new(group.as_ptr(), list.as_ptr());
            native::rd_kafka_ListConsumerGroupOffsets(self.as_ptr(), &mut wanted, 1, options.0, answer.as_ptr());
            native::rd_kafka_ListConsumerGroupOffsets_destroy(wanted);
        }
    }

    /// Who is in the group.
    pub(crate) fn describe_group(&self, group: &str, token: u64, within: Duration, answer: &Queue) {
        let options = Options::new(self, op::RD_KAFKA_ADMIN_OP_DESCRIBECONSUMERGROUPS, token, within);
        let group = c_string(group);
        let mut groups = [group.as_ptr()];
        // SAFETY: everything is alive; the request copies the names.
        unsafe { native::rd_kafka_DescribeConsumerGroups(self.as_ptr(), groups.as_mut_ptr(), 1, options.0, answer.as_ptr()) };
    }

    /// How many partitions these topics have. Creates none.
    pub(crate) fn describe_topics(&self, names: &[String], token: u64, within: Duration, answer: &Queue) {
        let options = Options::new(self, op::RD_KAFKA_ADMIN_OP_DESCRIBETOPICS, token, within);
        let names: Vec<CString> = names.iter().map(|n| c_string(n)).collect();
        let mut pointers: Vec<*const c_char> = names.iter().map(|n| n.as_ptr()).collect();
        // SAFETY: everything is alive; the collection copies the names, the request the collection; it is ours, destroyed once.
        unsafe {
            let topics = native::rd_kafka_TopicCollection_of_topic_names(pointers.as_mut_ptr(), pointers.len());
            native::rd_kafka_DescribeTopics(self.as_ptr(), topics, options.0, answer.as_ptr());
            native::rd_kafka_TopicCollection_destroy(topics);
        }
    }

    /// The configurations of these topics.
    pub(crate) fn describe_topic_configs(&self, names: &[String], token: u64, within: Duration, answer: &Queue) {
        let options = Options::new(self, op::RD_KAFKA_ADMIN_OP_DESCRIBECONFIGS, token, within);
        let kind = native::rd_kafka_ResourceType_t::RD_KAFKA_RESOURCE_TOPIC;
        // SAFETY: everything is alive; the request copies the resources, which are ours and destroyed once.
        unsafe {
            let resource = |n: &String| native::rd_kafka_ConfigResource_new(kind, c_string(n).as_ptr());
            let mut resources: Vec<_> = names.iter().map(resource).collect();
            native::rd_kafka_DescribeConfigs(self.as_ptr(), resources.as_mut_ptr(), resources.len(), options.0, answer.as_ptr());
            native::rd_kafka_ConfigResource_destroy_array(resources.as_mut_ptr(), resources.len());
        }
    }

    /// Creates topics.
    pub(crate) fn create_topics(&self, topics: &[NewTopic], token: u64, within: Duration, answer: &Queue) {
        let options = Options::new(self, op::RD_KAFKA_ADMIN_OP_CREATETOPICS, token, within);
        let mut message = ErrorBuffer::new();
        // SAFETY: everything is alive; the request copies the topics, which are ours and destroyed once. Null (a name or a count
        // that librdkafka refuses) is left out, so that topic has no answer, which the caller treats as a refusal.
        unsafe {
            // Time for the topics' leaders to be there, so that what follows finds them.
            native::rd_kafka_AdminOptions_set_operation_timeout(options.0, millis(within), message.as_mut_ptr(), message.len());
            let mut topics: Vec<_> = topics.iter().map(new_topic).filter(|t| !t.is_null()).collect();
            native::rd_kafka_CreateTopics(self.as_ptr(), topics.as_mut_ptr(), topics.len(), options.0, answer.as_ptr());
            native::rd_kafka_NewTopic_destroy_array(topics.as_mut_ptr(), topics.len());
        }
    }

    /// Deletes the records below each position.
    pub(crate) fn delete_records(&self, positions: &[Position], within: Duration, answer: &Queue) {
        let options = Options::new(self, op::RD_KAFKA_ADMIN_OP_DELETERECORDS, 0, within);
        let list = PartitionList::new(positions);
        // SAFETY: everything is alive; the request copies the list; the request object is ours and destroyed once.
        unsafe {
            let mut wanted = native::rd_kafka_DeleteRecords_new(list.as_ptr());
            native::rd_kafka_DeleteRecords(self.as_ptr(), &mut wanted, 1, options.0, answer.as_ptr());
            native::rd_kafka_DeleteRecords_destroy(wanted);
        }
    }
}

/// The answer is the caller's to destroy, or null.
fn new_topic(topic: &NewTopic) -> *mut native::rd_kafka_NewTopic_t {
    let mut message = ErrorBuffer::new();
    let name = c_string(&topic.name);
    // SAFETY: the strings live over the calls and are copied.
    unsafe {
        let new =
            native::rd_kafka_NewTopic_new(name.as_ptr(), topic.partitions as i32, topic.replication, message.as_mut_ptr(), message.len());
        for (name, value) in topic.config.iter().filter(|_| !new.is_null()) {
            native::rd_kafka_NewTopic_set_config(new, c_string(name).as_ptr(), c_string(value).as_ptr());
        }
        new
    }
}
