//! Events, copied out of librdkafka as they are polled.
use super::{
    Client, ClientError, Code, Position, array,
    error::code_of,
    partitions::{Partition, read_element, read_list},
    text,
};
use rdkafka::bindings::{self as native, rd_kafka_event_t};
use std::{ptr, ptr::NonNull, sync::Arc};

/// Something that came out of a queue. `token` is what was given with an admin request.
pub(crate) enum Event {
    /// The group assigns (else revokes) these partitions; it waits until [`Client::assign`] (else [`Client::unassign`]) is called.
    Rebalance { assigned: bool, lost: bool, partitions: Vec<Partition> },
    /// Something is wrong with the client as a whole or its connections.
    Error(ClientError),
    /// librdkafka says something; `level` is syslog's.
    Log { level: i32, facility: String, text: String },
    /// Records that were not delivered.
    Undelivered(Vec<(String, ClientError)>),
    /// Answer to [`Client::commit`].
    Committed(Result<Vec<Position>, ClientError>),
    /// Answer to [`Client::list_offsets`].
    Offsets { token: u64, answer: Result<Vec<Position>, ClientError> },
    /// Answer to [`Client::group_offsets`].
    GroupOffsets { token: u64, answer: Result<Vec<Position>, ClientError> },
    /// Answer to [`Client::describe_group`].
    Group { token: u64, answer: Result<Vec<Member>, ClientError> },
    /// Answer to [`Client::describe_topics`]: partitions of each.
    Topics { answer: Result<Vec<TopicAnswer<u32>>, ClientError> },
    /// Answer to [`Client::describe_topic_configs`].
    TopicConfigs { answer: Result<Vec<TopicAnswer<Vec<ConfigValue>>>, ClientError> },
    /// Answer to [`Client::create_topics`].
    Created { answer: Result<Vec<TopicAnswer<()>>, ClientError> },
    /// Answer to [`Client::delete_records`].
    Deleted { answer: Result<Vec<Position>, ClientError> },
    /// Nothing that anybody waits for.
    Other,
}

/// A topic and what was answered about it.
pub(crate) type TopicAnswer<T> = (String, Result<T, ClientError>);

/// A member of a group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Member {
    pub(crate) client_id: String,
    pub(crate) host: String,
    /// What it was assigned.
    pub(crate) partitions: Vec<(String, u32)>,
}

/// A configuration of a topic.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ConfigValue {
    pub(crate) name: String,
    pub(crate) value: String,
}

/// Copies the event out and destroys it.
pub(super) fn take(event: NonNull<rd_kafka_event_t>, client: &Arc<Client>) -> Event {
    let e = event.as_ptr();
    // SAFETY: the event is ours; everything is copied before it is destroyed, once.
    unsafe {
        let taken = read(e, client);
        native::rd_kafka_event_destroy(e);
        taken
    }
}

/// # Safety
/// The event is alive.
unsafe fn read(e: *mut rd_kafka_event_t, client: &Client) -> Event {
    // SAFETY: by contract; each function is called for its own type of event only.
    unsafe {
        let token = native::rd_kafka_event_opaque(e) as u64;
        match native::rd_kafka_event_type(e) {
            native::RD_KAFKA_EVENT_REBALANCE => rebalance(e, client),
            native::RD_KAFKA_EVENT_ERROR => error(e).err().map_or(Event::Other, Event::Error),
            native::RD_KAFKA_EVENT_LOG => log(e),
            native::RD_KAFKA_EVENT_DR => Event::Undelivered(undelivered(e)),
            native::RD_KAFKA_EVENT_OFFSET_COMMIT => {
                Event::Committed(error(e).map(|()| read_list(native::rd_kafka_event_topic_partition_list(e))))
            }
            native::RD_KAFKA_EVENT_LISTOFFSETS_RESULT => Event::Offsets { token, answer: error(e).map(|()| offsets(e)) },
            native::RD_KAFKA_EVENT_LISTCONSUMERGROUPOFFSETS_RESULT => {
                Event::GroupOffsets { token, answer: error(e).and_then(|()| group_offsets(e)) }
            }
            native::RD_KAFKA_EVENT_DESCRIBECONSUMERGROUPS_RESULT => Event::Group { token, answer: error(e).and_then(|()| members(e)) },
            native::RD_KAFKA_EVENT_DESCRIBETOPICS_RESULT => Event::Topics { answer: error(e).map(|()| topics(e)) },
            native::RD_KAFKA_EVENT_DESCRIBECONFIGS_RESULT => Event::TopicConfigs { answer: error(e).map(|()| configs(e)) },
            native::RD_KAFKA_EVENT_CREATETOPICS_RESULT => Event::Created { answer: error(e).map(|()| created(e)) },
            native::RD_KAFKA_EVENT_DELETERECORDS_RESULT => Event::Deleted { answer: error(e).map(|()| deleted(e)) },
            _ => Event::Other,
        }
    }
}

/// # Safety
/// The event is alive, as for all functions below; each is called for its own type of event only.
unsafe fn error(e: *mut rd_kafka_event_t) -> Result<(), ClientError> {
    // SAFETY: by contract.
    unsafe {
        let code = Code(code_of(native::rd_kafka_event_error)(e));
        if code == Code::NONE {
            return Ok(());
        }
        // Of other events the function would read another member of a union.
        let fatal = native::rd_kafka_event_type(e) == native::RD_KAFKA_EVENT_ERROR && native::rd_kafka_event_error_is_fatal(e) != 0;
        Err(ClientError { fatal, ..ClientError::new(code, text(native::rd_kafka_event_error_string(e))) })
    }
}

unsafe fn rebalance(e: *mut rd_kafka_event_t, client: &Client) -> Event {
    // SAFETY: by contract.
    unsafe {
        let code = Code(code_of(native::rd_kafka_event_error)(e));
        let partitions = read_list(native::rd_kafka_event_topic_partition_list(e)).into_iter().map(|p| p.at).collect();
        Event::Rebalance { assigned: code == Code::ASSIGN_PARTITIONS, lost: client.assignment_lost(), partitions }
    }
}

unsafe fn log(e: *mut rd_kafka_event_t) -> Event {
    let (mut facility, mut message, mut level) = (ptr::null(), ptr::null(), 0);
    // SAFETY: by contract; the strings belong to the event.
    unsafe {
        native::rd_kafka_event_log(e, &mut facility, &mut message, &mut level);
        Event::Log { level, facility: text(facility), text: text(message) }
    }
}

unsafe fn undelivered(e: *mut rd_kafka_event_t) -> Vec<(String, ClientError)> {
    let mut all = vec![];
    // SAFETY: by contract; the messages belong to the event; their error is read as a number.
    unsafe {
        while let Some(m) = native::rd_kafka_event_message_next(e).as_ref() {
            let code = Code(ptr::addr_of!(m.err).cast::<i32>().read());
            if code != Code::NONE {
                let topic = text(native::rd_kafka_topic_name(m.rkt));
                // The text of a producer's message is its payload: that is nobody's business.
                all.push((topic, ClientError::of(code)));
            }
        }
    }
    all
}

unsafe fn offsets(e: *mut rd_kafka_event_t) -> Vec<Position> {
    let mut count = 0;
    // SAFETY: by contract.
    unsafe {
        let infos = native::rd_kafka_ListOffsets_result_infos(native::rd_kafka_event_ListOffsets_result(e), &mut count);
        let infos = array(infos, count).iter();
        infos.map(|info| read_element(native::rd_kafka_ListOffsetsResultInfo_topic_partition(*info))).collect()
    }
}

unsafe fn group_offsets(e: *mut rd_kafka_event_t) -> Result<Vec<Position>, ClientError> {
    let mut count = 0;
    // SAFETY: by contract.
    unsafe {
        let result = native::rd_kafka_event_ListConsumerGroupOffsets_result(e);
        let Some(group) = array(native::rd_kafka_ListConsumerGroupOffsets_result_groups(result, &mut count), count).first() else {
            return Err(ClientError::of(Code::FAIL));
        };
        ClientError::read(native::rd_kafka_group_result_error(*group))?;
        Ok(read_list(native::rd_kafka_group_result_partitions(*group)))
    }
}

unsafe fn members(e: *mut rd_kafka_event_t) -> Result<Vec<Member>, ClientError> {
    let mut count = 0;
    // SAFETY: by contract.
    unsafe {
        let result = native::rd_kafka_event_DescribeConsumerGroups_result(e);
        let Some(group) = array(native::rd_kafka_DescribeConsumerGroups_result_groups(result, &mut count), count).first() else {
            return Err(ClientError::of(Code::FAIL));
        };
        ClientError::read(native::rd_kafka_ConsumerGroupDescription_error(*group))?;
        let members = native::rd_kafka_ConsumerGroupDescription_member_count(*group);
        let member = |i| native::rd_kafka_ConsumerGroupDescription_member(*group, i);
        Ok((0..members).map(|i| read_member(member(i))).collect())
    }
}

unsafe fn read_member(m: *const native::rd_kafka_MemberDescription_t) -> Member {
    // SAFETY: by contract.
    unsafe {
        let assignment = native::rd_kafka_MemberDescription_assignment(m);
        let assigned = if assignment.is_null() { vec![] } else { read_list(native::rd_kafka_MemberAssignment_partitions(assignment)) };
        Member {
            client_id: text(native::rd_kafka_MemberDescription_client_id(m)),
            host: text(native::rd_kafka_MemberDescription_host(m)),
            partitions: assigned.into_iter().map(|p| (p.at.topic, p.at.partition)).collect(),
        }
    }
}

unsafe fn topics(e: *mut rd_kafka_event_t) -> Vec<TopicAnswer<u32>> {
    let mut count = 0;
    // SAFETY: by contract.
    unsafe {
        let result = native::rd_kafka_event_DescribeTopics_result(e);
        let descriptions = array(native::rd_kafka_DescribeTopics_result_topics(result, &mut count), count).iter();
        descriptions.map(|d| (text(native::rd_kafka_TopicDescription_name(*d)), partition_count(*d))).collect()
    }
}

unsafe fn partition_count(d: *const native::rd_kafka_TopicDescription_t) -> Result<u32, ClientError> {
    let mut partitions = 0;
    // SAFETY: by contract.
    unsafe {
        ClientError::read(native::rd_kafka_TopicDescription_error(d))?;
        native::rd_kafka_TopicDescription_partitions(d, &mut partitions);
    }
    Ok(u32::try_from(partitions).unwrap_or(u32::MAX))
}

unsafe fn configs(e: *mut rd_kafka_event_t) -> Vec<TopicAnswer<Vec<ConfigValue>>> {
    let mut count = 0;
    // SAFETY: by contract.
    unsafe {
        let result = native::rd_kafka_event_DescribeConfigs_result(e);
        let resources = array(native::rd_kafka_DescribeConfigs_result_resources(result, &mut count), count).iter();
        resources.map(|r| (text(native::rd_kafka_ConfigResource_name(*r)), config_values(*r))).collect()
    }
}

unsafe fn config_values(r: *const native::rd_kafka_ConfigResource_t) -> Result<Vec<ConfigValue>, ClientError> {
    let mut count = 0;
    // SAFETY: by contract.
    unsafe {
        ClientError::check(Code(code_of(native::rd_kafka_ConfigResource_error)(r)))?;
        let entries = array(native::rd_kafka_ConfigResource_configs(r, &mut count), count).iter();
        let value =
            |c| ConfigValue { name: text(native::rd_kafka_ConfigEntry_name(c)), value: text(native::rd_kafka_ConfigEntry_value(c)) };
        Ok(entries.map(|c| value(*c)).collect())
    }
}

unsafe fn created(e: *mut rd_kafka_event_t) -> Vec<TopicAnswer<()>> {
    let mut count = 0;
    // SAFETY: by contract.
    unsafe {
        let result = native::rd_kafka_event_CreateTopics_result(e);
        let topics = array(native::rd_kafka_CreateTopics_result_topics(result, &mut count), count).iter();
        topics.map(|t| (text(native::rd_kafka_topic_result_name(*t)), topic_result(*t))).collect()
    }
}

unsafe fn topic_result(t: *const native::rd_kafka_topic_result_t) -> Result<(), ClientError> {
    // SAFETY: by contract.
    unsafe {
        match Code(code_of(native::rd_kafka_topic_result_error)(t)) {
            Code::NONE => Ok(()),
            code => Err(ClientError::new(code, text(native::rd_kafka_topic_result_error_string(t)))),
        }
    }
}

unsafe fn deleted(e: *mut rd_kafka_event_t) -> Vec<Position> {
    // SAFETY: by contract.
    unsafe { read_list(native::rd_kafka_DeleteRecords_result_offsets(native::rd_kafka_event_DeleteRecords_result(e))) }
}
