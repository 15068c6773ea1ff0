//! From a plan and partition counts to what runs: real names, changelogs, leaders, tasks, topic configurations.
use super::{
    DeployedTopic, Deployment, Origin, Plan, PlannedSubTopology, StoreChangelog, StoreIndex, StoreKind, SubTopology, TopicId, TopicIndex,
};
use std::time::Duration;

/// Kafka Streams' `windowstore.changelog.additional.retention.ms`: one day.
const ADDITIONAL_RETENTION: Duration = Duration::from_secs(86_400);

impl Plan {
    /// What runs with the declared partition counts.
    pub fn declared(&self) -> Deployment {
        let counts: Vec<u32> = self.topics.iter().map(|t| t.partitions).collect();
        self.deployment(&counts)
    }
    /// What runs with these partition counts, one for each topic of the plan. The plan's topics come first, in its order; changelogs follow.
    pub fn deployment(&self, counts: &[u32]) -> Deployment {
        let mut deployment = Deployment {
            application_id: self.id.as_str().into(),
            topics: self.topics.iter().zip(counts).enumerate().map(|(i, (t, n))| self.deployed(i, t.origin.clone(), *n)).collect(),
            sub_topologies: vec![],
        };
        for sub in self.sub_topologies() {
            self.deploy(&sub, &mut deployment);
        }
        deployment
    }
    fn deployed(&self, index: usize, origin: Origin, partitions: u32) -> DeployedTopic {
        let config = if origin == Origin::Repartition { repartition_config() } else { vec![] };
        DeployedTopic { name: self.topic_name(TopicIndex(index as u32)).into(), origin, partitions, config }
    }
    fn deploy(&self, sub: &PlannedSubTopology, deployment: &mut Deployment) {
        let sources: Vec<TopicId> = sub.sources.iter().map(|t| TopicId(t.0)).collect();
        let tasks = sources.iter().map(|t| deployment.topic(*t).partitions).max().unwrap_or(0);
        let largest = sources.iter().copied().filter(|t| deployment.topic(*t).partitions == tasks);
        let Some(leader) = largest.min_by_key(|t| deployment.topic(*t).name.clone()) else { return };
        let changelogs = sub.stores.iter().filter_map(|s| self.changelog(*s, tasks, deployment)).collect();
        deployment.sub_topologies.push(SubTopology { sources, leader, changelogs, tasks });
    }
    /// Where a store is restored from; a changelog of its own is added to the topics.
    fn changelog(&self, index: StoreIndex, partitions: u32, deployment: &mut Deployment) -> Option<StoreChangelog> {
        let store = self.store(index);
        let name = store.name.as_str().into();
        if let Some(source) = store.source {
            return Some(StoreChangelog { store: name, topic: TopicId(source.0), is_source: true });
        }
        let topic = TopicId(deployment.topics.len() as u32);
        let config = with_users(changelog_config(store.kind), &store.topic_config);
        let changelog = self.changelog_name(index)?;
        deployment.topics.push(DeployedTopic { name: changelog.into(), origin: Origin::Changelog, partitions, config });
        Some(StoreChangelog { store: name, topic, is_source: false })
    }
}

/// As Kafka Streams': kept for ever, purged by us.
fn repartition_config() -> Vec<(String, String)> {
    pairs(&[("cleanup.policy", "delete"), ("retention.ms", "-1"), ("message.timestamp.after.max.ms", "9223372036854775807")])
}
/// As Kafka Streams': compacted; windows also expire, a day after their store's retention.
fn changelog_config(kind: StoreKind) -> Vec<(String, String)> {
    let future = ("message.timestamp.after.max.ms", "9223372036854775807");
    match kind {
        StoreKind::KeyValue => pairs(&[("cleanup.policy", "compact"), future]),
        StoreKind::Window { retention, .. } => {
            let kept = (retention + ADDITIONAL_RETENTION).as_millis().to_string();
            pairs(&[("cleanup.policy", "compact,delete"), ("retention.ms", &kept), future])
        }
    }
}
/// The user's settings for a store's changelog go over ours.
fn with_users(mut config: Vec<(String, String)>, users: &[(String, String)]) -> Vec<(String, String)> {
    config.retain(|(name, _)| !users.iter().any(|(n, _)| n == name));
    config.extend(users.iter().cloned());
    config
}
fn pairs(of: &[(&str, &str)]) -> Vec<(String, String)> {
    of.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect()
}
