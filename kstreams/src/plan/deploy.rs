//! From a plan and partition counts to what runs: real topic names, changelogs, leaders, tasks.
use super::{
    DeployedTopic, Deployment, Named, Origin, Plan, PlannedSubTopology, StoreChangelog, StoreIndex, StoreKind, SubTopology, TopicId,
    TopicIndex, TopicLimits,
};
use std::{collections::BTreeMap, time::Duration};

/// Kafka Streams keeps windowed and versioned changelogs a day longer than the store (`windowstore.changelog.additional.retention.ms`).
const ADDITIONAL_RETENTION: Duration = Duration::from_secs(86_400);

impl Plan {
    /// What runs with the declared counts.
    pub fn declared_deployment(&self) -> Deployment {
        self.deployment(|topic| self.topic(topic).partitions)
    }
    /// What runs with these counts. The plan's topics come first, in the plan's order; then the changelogs, in the order of the stores.
    pub fn deployment(&self, partitions: impl Fn(TopicIndex) -> u32) -> Deployment {
        let mut topics: Vec<DeployedTopic> =
            (0..self.topics.len() as u32).map(|i| self.deployed(TopicIndex(i), partitions(TopicIndex(i)))).collect();
        let sub_topologies = self.sub_topologies().iter().map(|sub| self.deployed_sub_topology(sub, &mut topics)).collect();
        let globals = self.globals.iter().map(|topic| TopicId(topic.0)).collect();
        Deployment { application_id: self.id.as_str().into(), topics, sub_topologies, globals, found: self.found() }
    }
    fn found(&self) -> BTreeMap<TopicId, Vec<TopicId>> {
        let mut found: BTreeMap<TopicId, Vec<TopicId>> = BTreeMap::new();
        for (index, topic) in (0..).zip(&self.topics) {
            if let Named::Found { of, .. } = &topic.named {
                found.entry(TopicId(of.0)).or_default().push(TopicId(index));
            }
        }
        found
    }
    fn deployed(&self, index: TopicIndex, partitions: u32) -> DeployedTopic {
        let (origin, reset) = (self.topic(index).origin.clone(), self.topic(index).reset);
        let config = if origin.is_passed_through() { repartition_config() } else { vec![] };
        DeployedTopic { name: self.topic_name(index).into(), origin, partitions, config, limits: TopicLimits::default(), reset }
    }
    fn deployed_sub_topology(&self, sub: &PlannedSubTopology, topics: &mut Vec<DeployedTopic>) -> SubTopology {
        let sources: Vec<TopicId> = sub.sources.iter().map(|t| TopicId(t.0)).collect();
        let of = |t: &TopicId| &topics[t.0 as usize];
        let tasks = sources.iter().map(|t| of(t).partitions).max().unwrap_or(0);
        let leaders = sources.iter().filter(|t| of(t).partitions == tasks);
        let leader = leaders.min_by(|a, b| of(a).name.cmp(&of(b).name)).copied().unwrap_or(TopicId::NAMED);
        let changelogs = sub.stores.iter().filter_map(|s| self.changelog(*s, tasks, topics)).collect();
        SubTopology { sources, leader, changelogs, tasks }
    }
    fn changelog(&self, index: StoreIndex, partitions: u32, topics: &mut Vec<DeployedTopic>) -> Option<StoreChangelog> {
        let store = self.store(index);
        let name = store.name.as_str().into();
        if let Some(source) = store.source {
            return Some(StoreChangelog { store: name, topic: TopicId(source.0), is_source: true, migrated: None });
        }
        let topic = self.changelog_name(index)?;
        let (origin, config, limits) = (Origin::Changelog, changelog_config(store), TopicLimits::default());
        topics.push(DeployedTopic { name: topic.into(), origin, partitions, config, limits, reset: None });
        let migrated = store.migrations().last().map(|migration| migration.schema);
        Some(StoreChangelog { store: name, topic: TopicId(topics.len() as u32 - 1), is_source: false, migrated })
    }
}
fn config(settings: &[(&str, &str)]) -> Vec<(String, String)> {
    settings.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect()
}
/// Brokers from 4.0 on refuse timestamps more than an hour ahead: one future event time would abort every transaction.
pub(super) const ANY_FUTURE: (&str, &str) = ("message.timestamp.after.max.ms", "9223372036854775807");

/// Kafka Streams' `RepartitionTopicConfig`.
fn repartition_config() -> Vec<(String, String)> {
    config(&[
        ("cleanup.policy", "delete"),
        ("segment.bytes", "52428800"),
        ("retention.ms", "-1"),
        ("message.timestamp.type", "CreateTime"),
        ANY_FUTURE,
    ])
}
/// Kafka Streams' `UnwindowedUnversionedChangelogTopicConfig`, `WindowedChangelogTopicConfig` and `VersionedChangelogTopicConfig`; the user's settings stand over them.
fn changelog_config(store: &super::Store) -> Vec<(String, String)> {
    let mut settings = match store.kind {
        StoreKind::KeyValue => config(&[("cleanup.policy", "compact"), ("message.timestamp.type", "CreateTime"), ANY_FUTURE]),
        StoreKind::Window { retention, .. } | StoreKind::Session { retention } => {
            let kept = retention.saturating_add(ADDITIONAL_RETENTION).as_millis().to_string();
            config(&[("cleanup.policy", "compact,delete"), ("retention.ms", &kept), ("message.timestamp.type", "CreateTime"), ANY_FUTURE])
        }
        StoreKind::Versioned { history } => {
            // What a key was must not be compacted away while it is remembered.
            let lag = history.saturating_add(ADDITIONAL_RETENTION).as_millis().to_string();
            let times = ("message.timestamp.type", "CreateTime");
            config(&[("cleanup.policy", "compact"), ("min.compaction.lag.ms", &lag), times, ANY_FUTURE])
        }
    };
    for (key, value) in &store.topic_config {
        settings.retain(|(k, _)| k != key);
        settings.push((key.clone(), value.clone()));
    }
    settings
}
