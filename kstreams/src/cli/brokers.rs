//! The brokers, as the command line looks at them: topics, offsets, members. Nothing of it joins the group.
use super::said::Failed;
use crate::{
    Config, Topology,
    plan::{
        DeployedTopic, Deployment, Origin, TaskId, TopicIndex,
        solve::{Facts, INTERNAL, Patterns, TopicOptions},
    },
    shell::{
        kafka::{Cluster, Connection, Roster, facts, known_names},
        member,
    },
};
use rdkafka::{
    ClientConfig, Message, Offset, TopicPartitionList,
    admin::{AdminClient, AdminOptions},
    client::DefaultClientContext,
    consumer::{BaseConsumer, CommitMode, Consumer},
    error::KafkaError,
    topic_partition_list::TopicPartitionListElem,
    types::RDKafkaErrorCode,
};
use std::{
    collections::{BTreeMap, BTreeSet},
    time::{Duration, Instant},
};

/// One request.
const REQUEST: Duration = Duration::from_secs(20);

/// Topics of one request that creates or deletes: few enough that it is answered in time, and that progress is seen.
pub(super) const AT_ONCE: usize = 10;

/// The way out where a topic of the user's is missing.
pub(super) const CREATE_ALL: &str = "`topics create --all` creates the user's topics, too";

/// A member of the group.
pub(super) struct Member {
    pub(super) name: String,
    pub(super) endpoint: Option<String>,
    pub(super) host: String,
    pub(super) tasks: Vec<TaskId>,
}
/// A connection, and the topology with the brokers' counts.
pub(super) struct Brokers {
    connection: Connection,
    cluster: Cluster,
    consumer: BaseConsumer,
    deployment: Deployment,
    /// Topics of it that exist.
    there: BTreeSet<String>,
    replication: i32,
    deadline: Duration,
}
impl Brokers {
    pub(super) fn connect(topology: &Topology, config: &Config) -> Result<Brokers, Failed> {
        if !config.on_kafka() {
            return Err(Failed::usage("this looks at brokers: --bootstrap-servers HOST:PORT, or KSTREAMS_BOOTSTRAP_SERVERS"));
        }
        let settings = config.settings();
        let connection = Connection {
            application_id: topology.id().to_owned(),
            guarantee: settings.guarantee,
            user: config.kafka.clone().into_iter().collect(),
            transaction_timeout: config.transaction_timeout,
        };
        // Somebody waits for the answer.
        let deadline = config.deadline.min(REQUEST);
        let cluster = Cluster::connect(&connection, "kstreams-cli", deadline)?;
        let consumer: BaseConsumer = client_config(connection.restore_consumer("kstreams-cli")).create().map_err(broken)?;
        let options = config.topic_options();
        let names = known_names(&cluster, topology.plan(), &options)?;
        let counts = cluster.partitions(&names)?;
        let deployment = deployed(topology, &options, &counts);
        let there = counts.into_keys().collect();
        Ok(Brokers { connection, cluster, consumer, deployment, there, replication: config.replication_factor, deadline })
    }
    pub(super) fn deployment(&self) -> &Deployment {
        &self.deployment
    }
    /// What the brokers hold of the topology's topics.
    pub(super) fn facts(&self, topology: &Topology, options: &TopicOptions) -> Result<Facts, Failed> {
        Ok(facts(&self.cluster, &known_names(&self.cluster, topology.plan(), options)?)?)
    }
    pub(super) fn create(&self, topics: &[&DeployedTopic]) -> Result<(), Failed> {
        Ok(self.cluster.create(topics, self.replication)?)
    }
    /// Source partitions with their tasks.
    pub(super) fn sources(&self) -> Vec<(String, String, u32)> {
        let of = |task: TaskId| self.deployment.partitions_of(task).map(move |(topic, partition)| (task, topic, partition));
        let named =
            |(task, topic, partition): (TaskId, _, u32)| (task.to_string(), self.deployment.topic(topic).name.to_string(), partition);
        self.deployment.tasks().flat_map(of).map(named).collect()
    }
    /// Partitions of the topics that users write: a reset sets their offsets.
    pub(super) fn inputs(&self) -> Vec<(String, u32)> {
        self.sources().into_iter().filter(|(_, name, _)| self.is_users(name)).map(|(_, name, partition)| (name, partition)).collect()
    }
    fn is_users(&self, topic: &str) -> bool {
        self.deployment.topics.iter().any(|t| &*t.name == topic && t.origin == Origin::User)
    }
    /// First offset and the one behind the last. Nothing is in an internal topic that does not exist yet, or not any more.
    pub(super) fn bounds(&self, topic: &str, partition: u32) -> Result<(i64, i64), Failed> {
        match (self.there.contains(topic), self.is_users(topic)) {
            (false, true) => return Err(Failed::new(format!("the topic `{topic}` does not exist: {CREATE_ALL}"))),
            (false, false) => return Ok((0, 0)),
            (true, _) => {}
        }
        self.consumer.fetch_watermarks(topic, partition as i32, REQUEST).map_err(broken)
    }
    /// What the group has committed of its source partitions.
    pub(super) fn committed(&self) -> Result<BTreeMap<(String, u32), i64>, Failed> {
        let mut asked = TopicPartitionList::new();
        for (_, topic, partition) in self.sources() {
            asked.add_partition(&topic, partition as i32);
        }
        let answer = self.until_coordinated(|| self.consumer.committed_offsets(asked.clone(), REQUEST))?;
        let at = |at: &TopicPartitionListElem<'_>| Some(((at.topic().to_owned(), u32::try_from(at.partition()).ok()?), offset(at)?));
        Ok(answer.elements().iter().filter_map(at).collect())
    }
    /// On a new cluster the group has no coordinator yet.
    fn until_coordinated<T>(&self, ask: impl Fn() -> Result<T, KafkaError>) -> Result<T, Failed> {
        use RDKafkaErrorCode::{CoordinatorLoadInProgress, CoordinatorNotAvailable, NotCoordinator};
        let soon =
            |e: &KafkaError| matches!(e.rdkafka_error_code(), Some(CoordinatorLoadInProgress | CoordinatorNotAvailable | NotCoordinator));
        let until = Instant::now() + self.deadline;
        loop {
            match ask() {
                Err(e) if soon(&e) && Instant::now() < until => std::thread::sleep(Duration::from_millis(200)),
                answer => return answer.map_err(broken),
            }
        }
    }
    /// The first offset at or behind a time; `None`: there is none.
    pub(super) fn offset_at(&self, topic: &str, partition: u32, time: i64) -> Result<Option<i64>, Failed> {
        let mut asked = TopicPartitionList::new();
        asked.add_partition_offset(topic, partition as i32, Offset::Offset(time)).map_err(broken)?;
        let answer = self.consumer.offsets_for_times(asked, REQUEST).map_err(broken)?;
        Ok(answer.elements().first().and_then(offset))
    }
    /// Sets the group's offsets; the coordinator refuses it while members are there.
    pub(super) fn commit(&self, offsets: &[(String, u32, i64)]) -> Result<(), Failed> {
        let mut list = TopicPartitionList::new();
        for (topic, partition, offset) in offsets {
            list.add_partition_offset(topic, *partition as i32, Offset::Offset(*offset)).map_err(broken)?;
        }
        if offsets.is_empty() { Ok(()) } else { self.consumer.commit(&list, CommitMode::Sync).map_err(broken) }
    }
    pub(super) fn members(&self) -> Result<Vec<Member>, Failed> {
        let led = |(topic, partition): &(String, u32)| self.deployment.task_led_by(self.deployment.topic_named(topic)?, *partition);
        let members = Roster::new(self.connection.clone()).members_until(self.deadline)?;
        let of = |m: crate::shell::kafka::RosterMember| {
            let (name, endpoint) = member::read(&m.client_id);
            Member { name, endpoint, host: m.host, tasks: m.partitions.iter().filter_map(led).collect() }
        };
        let mut members: Vec<Member> = members.into_iter().map(of).collect();
        members.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(members)
    }
    /// Every topic that is named as internal ones of this application are.
    pub(super) fn internal_topics(&self) -> Result<Vec<String>, Failed> {
        let metadata = self.consumer.fetch_metadata(None, REQUEST).map_err(broken)?;
        let prefix = format!("{}-", self.connection.application_id);
        let internal = |name: &&str| name.starts_with(&prefix) && INTERNAL.iter().any(|end| name.ends_with(end));
        let mut names: Vec<String> = metadata.topics().iter().map(|topic| topic.name()).filter(internal).map(str::to_owned).collect();
        names.sort();
        Ok(names)
    }
    pub(super) fn delete(&self, topics: &[String]) -> Result<(), Failed> {
        if topics.is_empty() {
            return Ok(());
        }
        let admin: AdminClient<DefaultClientContext> = client_config(self.connection.admin("kstreams-cli")).create().map_err(broken)?;
        let names: Vec<&str> = topics.iter().map(String::as_str).collect();
        let options = AdminOptions::new().operation_timeout(Some(REQUEST)).request_timeout(Some(REQUEST));
        let runtime = tokio::runtime::Builder::new_current_thread().build().map_err(|e| Failed::new(format!("no runtime: {e}")))?;
        for answer in runtime.block_on(admin.delete_topics(&names, &options)).map_err(broken)? {
            answer.map_err(|(topic, code)| Failed::new(format!("the topic {topic} cannot be deleted: {code}")))?;
        }
        Ok(())
    }
    /// Keys of the last records of a partition; `None` if it has records and none of them came.
    pub(super) fn sample(&self, topic: &str, partition: u32, most: usize) -> Result<Option<Vec<Vec<u8>>>, Failed> {
        let (first, end) = self.bounds(topic, partition)?;
        let from = end.saturating_sub(i64::try_from(most).unwrap_or(i64::MAX)).max(first);
        let mut list = TopicPartitionList::new();
        list.add_partition_offset(topic, partition as i32, Offset::Offset(from)).map_err(broken)?;
        self.consumer.assign(&list).map_err(broken)?;
        let (mut keys, mut looked) = (vec![], first == end);
        // The first record is waited for as long as any answer is, the others for a second.
        loop {
            match self.consumer.poll(if looked { Duration::from_secs(1) } else { REQUEST }) {
                Some(Ok(message)) => {
                    looked = true;
                    keys.extend(message.key().map(<[u8]>::to_vec));
                    if message.offset() + 1 >= end {
                        break;
                    }
                }
                Some(Err(KafkaError::PartitionEOF(_))) => {
                    looked = true;
                    break;
                }
                _ => break,
            }
        }
        self.consumer.unassign().map_err(broken)?;
        Ok(looked.then_some(keys))
    }
}
fn client_config(properties: Vec<(String, String)>) -> ClientConfig {
    properties.into_iter().collect()
}
fn offset(at: &TopicPartitionListElem<'_>) -> Option<i64> {
    if let Offset::Offset(offset) = at.offset() { Some(offset) } else { None }
}
fn broken(error: KafkaError) -> Failed {
    Failed::new(format!("the brokers do not answer as expected: {error}"))
}
/// The plan with the counts that there are; what does not exist has the declared one.
fn deployed(topology: &Topology, options: &TopicOptions, counts: &BTreeMap<String, u32>) -> Deployment {
    let found = Patterns::of(topology.plan(), options).find(counts.keys().map(String::as_str));
    let plan = &topology.plan().with_found(&found);
    let name = |topic: TopicIndex| options.name(plan, topic);
    let mut deployment = plan.deployment(|topic| counts.get(&name(topic)).copied().unwrap_or(plan.topic(topic).partitions));
    for index in 0..plan.topics.len() {
        deployment.topics[index].name = name(TopicIndex(index as u32)).into();
    }
    deployment
}
