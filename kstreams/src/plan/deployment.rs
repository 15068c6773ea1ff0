//! A plan with its real names and counts: what a worker runs and a shell creates, after the brokers were asked.
use super::TopicIndex;
use std::{collections::BTreeMap, fmt, sync::Arc};

/// Index of a topic in [`Deployment::topics`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TopicId(pub u32);
impl TopicId {
    /// A topic that is named where a record goes there, and is in no deployment.
    pub const NAMED: TopicId = TopicId(u32::MAX);
}

/// A sub-topology for one partition: the unit of order, state and failure. Prints as Kafka Streams does: `1_4`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TaskId {
    /// Index in [`Deployment::sub_topologies`].
    pub sub_topology: u32,
    /// The partition of every source topic that it reads.
    pub partition: u32,
}
impl fmt::Display for TaskId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}_{}", self.sub_topology, self.partition)
    }
}

/// Where a topic comes from, and so who creates it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// Declared by the user with `#[topic]`; must exist.
    User,
    /// `<application id>-<name>-repartition`: created, verified, purged.
    Repartition,
    /// `<application id>-<name>-subscription-registration-topic` and `-subscription-response-topic` of a foreign-key join: as a repartition topic.
    Subscription,
    /// `<application id>-<store>-changelog`: created and verified.
    Changelog,
}

impl Origin {
    /// Written and read by the application itself, and purged of what is read.
    pub fn is_passed_through(&self) -> bool {
        matches!(self, Origin::Repartition | Origin::Subscription)
    }
}

/// A topic that the application touches.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeployedTopic {
    /// Its name on the broker.
    pub name: Arc<str>,
    /// Where it comes from.
    pub origin: Origin,
    /// Its number of partitions, as solved.
    pub partitions: u32,
    /// Topic configuration to create it with (internal topics only).
    pub config: Vec<(String, String)>,
    /// What the brokers take.
    pub limits: TopicLimits,
    /// Where reading begins if the group has committed nothing; `None`: where the application says.
    pub reset: Option<Reset>,
}
impl DeployedTopic {
    /// Whether reading begins with what comes from now on where the group has committed nothing; `latest` is what counts if the topic does not say. What
    /// the application passes on to itself is never skipped.
    #[cfg(any(feature = "embedded", feature = "kafka"))]
    pub(crate) fn begins_at_its_end(&self, latest: bool) -> bool {
        self.origin == Origin::User && self.reset.map_or(latest, |reset| reset == Reset::Latest)
    }
}
/// Where reading begins if the group has committed nothing (Kafka: `auto.offset.reset`; Kafka Streams: `Consumed.withOffsetResetPolicy`).
///
/// ```
/// use kstreams::{Reset, Topic, TopicRef, prelude::*};
/// #[topic(name = "clicks", key = String, value = u64, partitions = 3, reset = latest)]
/// struct Clicks;
/// assert_eq!(Clicks::RESET, Some(Reset::Latest));
/// // the same at run time
/// assert_eq!(named::<Space<String, 3>, u64>("clicks").reset(Reset::Latest).decl().reset, Some(Reset::Latest));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reset {
    /// With the first record that there is.
    Earliest,
    /// With what comes from now on.
    Latest,
}

/// What the brokers take of a topic; a record beyond it is bad before it is produced, because one that they refuse takes the whole transaction
/// with it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TopicLimits {
    /// Key and value together (from `max.message.bytes`).
    pub record_bytes: Option<usize>,
    /// How far ahead of the clock a record's time may be, milliseconds (`message.timestamp.after.max.ms`).
    pub ahead_ms: Option<i64>,
}

/// One connected part of the topology; one task a partition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SubTopology {
    /// Source topics in the plan's order, repartition topics included.
    pub sources: Vec<TopicId>,
    /// The source topic whose partitions stand for the tasks in the consumer group: the one with the most partitions, ties by name.
    pub leader: TopicId,
    /// Changelog of each logged store; a source table's changelog is its source topic.
    pub changelogs: Vec<StoreChangelog>,
    /// Number of tasks.
    pub tasks: u32,
}

/// Which topic a store is restored from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoreChangelog {
    /// The store's name in the plan.
    pub store: Arc<str>,
    /// The topic.
    pub topic: TopicId,
    /// The topic is also a source of this sub-topology: restored up to the committed offset only, never written.
    pub is_source: bool,
    /// Fingerprint of the type that the store's newest migration is from, if one is declared.
    pub migrated: Option<u64>,
}

/// What runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deployment {
    /// Consumer group and prefix of internal names.
    pub application_id: Arc<str>,
    /// All topics; [`TopicId`] is an index.
    pub topics: Vec<DeployedTopic>,
    /// All sub-topologies; [`TaskId::sub_topology`] is an index.
    pub sub_topologies: Vec<SubTopology>,
    /// Topics that every process reads as global tables: all partitions, in no group, and no task waits for their records.
    pub globals: Vec<TopicId>,
    /// All topics that a pattern found, by the one that has its place in the plan.
    pub found: BTreeMap<TopicId, Vec<TopicId>>,
}
impl Deployment {
    /// The topic behind an id.
    ///
    /// # Panics
    /// If the id is none of this deployment's; [`TopicId::NAMED`], under which a record says its topic itself, stands for no topic.
    pub fn topic(&self, id: TopicId) -> &DeployedTopic {
        &self.topics[id.0 as usize]
    }
    /// What a topic of the plan is deployed as: itself, or all that a pattern found.
    pub fn planned(&self, topic: TopicIndex) -> Vec<TopicId> {
        let id = TopicId(topic.0);
        self.found.get(&id).cloned().unwrap_or_else(|| vec![id])
    }
    /// The id of a topic by its name on the broker.
    pub fn topic_named(&self, name: &str) -> Option<TopicId> {
        self.topics.iter().position(|t| &*t.name == name).map(|i| TopicId(i as u32))
    }
    /// Adds a topic for bad records, which is no part of the topology.
    pub fn add_dead_letters(&mut self, name: &str, partitions: u32, config: Vec<(String, String)>) {
        self.topics.push(DeployedTopic {
            name: name.into(),
            origin: Origin::User,
            partitions,
            config,
            limits: TopicLimits::default(),
            reset: None,
        });
    }
    /// The sub-topology that a task runs.
    pub fn of(&self, task: TaskId) -> &SubTopology {
        &self.sub_topologies[task.sub_topology as usize]
    }
    /// Source partitions of a task: of each source topic the partition with the task's number, where it has one.
    pub fn partitions_of(&self, task: TaskId) -> impl Iterator<Item = (TopicId, u32)> + '_ {
        self.of(task).sources.iter().filter(move |t| task.partition < self.topic(**t).partitions).map(move |t| (*t, task.partition))
    }
    /// The task that a leader partition stands for.
    pub fn task_led_by(&self, topic: TopicId, partition: u32) -> Option<TaskId> {
        let sub = self.sub_topologies.iter().position(|s| s.leader == topic)?;
        Some(TaskId { sub_topology: sub as u32, partition })
    }
    /// Every task of the application.
    pub fn tasks(&self) -> impl Iterator<Item = TaskId> + '_ {
        self.sub_topologies.iter().enumerate().flat_map(|(s, t)| (0..t.tasks).map(move |p| TaskId { sub_topology: s as u32, partition: p }))
    }
    /// A hash over sources, leaders, stores and migrations (not operators): members that disagree on it must not share a group.
    pub fn layout_hash(&self) -> u64 {
        let mut hash = crate::codec::Fingerprint::new("layout");
        for sub in &self.sub_topologies {
            // A part without sources has no leader.
            let leader = self.topics.get(sub.leader.0 as usize).map_or("", |topic| &topic.name);
            hash = hash.mix(b"/").mix(leader.as_bytes());
            for t in &sub.sources {
                hash = hash.mix(b"<").mix(self.topic(*t).name.as_bytes());
            }
            for c in &sub.changelogs {
                hash = hash.mix(b"=").mix(c.store.as_bytes());
                // Who knows nothing of a migration must not write rows beside one who does.
                hash = c.migrated.map_or(hash, |from| hash.mix(b"~").mix(&from.to_be_bytes()));
            }
        }
        hash.finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_without_sources_has_a_layout() {
        let part = SubTopology { sources: vec![], leader: TopicId::NAMED, changelogs: vec![], tasks: 0 };
        let deployment = |parts: usize| Deployment {
            application_id: "app".into(),
            topics: vec![],
            sub_topologies: vec![part.clone(); parts],
            globals: vec![],
            found: BTreeMap::new(),
        };
        assert_ne!(deployment(1).layout_hash(), deployment(2).layout_hash());
    }
}
