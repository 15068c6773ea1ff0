//! From a plan and what the brokers hold to what runs: names, partition counts, topics to create; or everything that does not fit, in one message.
mod config;
mod counts;
mod facts;
mod refusal;
#[cfg(test)]
mod tests;
mod verify;

pub use facts::{Facts, TopicFacts, TopicOptions};
pub use refusal::Refusal;

use super::{DeployedTopic, Deployment, Origin, Plan, PlannedSubTopology, StoreChangelog, StoreIndex, SubTopology, TopicId, TopicIndex};

/// What runs, and what has to be done for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Solution {
    /// What runs. Its first topics are the plan's, in the plan's order; changelogs follow.
    pub deployment: Deployment,
    /// Topics that do not exist yet, to be created with [`DeployedTopic::partitions`] and [`DeployedTopic::config`].
    pub create: Vec<TopicId>,
    /// What was accepted but deserves a word: counts that differ from the declaration, retention on a table's topic.
    pub notes: Vec<String>,
}

/// Names on the brokers of all topics that a plan touches: what [`Facts`] are needed of.
pub fn topic_names(plan: &Plan, options: &TopicOptions) -> Vec<String> {
    let topics = indices(plan).map(|topic| options.name(plan, topic));
    topics.chain(stores(plan).filter_map(|store| plan.changelog_name(store))).collect()
}

/// Solves counts and verifies what exists. Internal topics are named and configured as Kafka Streams names and configures them.
///
/// # Errors
/// Everything that does not fit: missing topics, counts that disagree, wrong cleanup policies; each with what was expected, found, and the way out.
pub fn solve(plan: &Plan, facts: &Facts, options: &TopicOptions) -> Result<Solution, Refusal> {
    let mut report = Report::default();
    let counts = counts::counts(plan, facts, options, &mut report);
    let mut draft = Draft { plan, options, topics: planned_topics(plan, options, &counts) };
    let sub_topologies: Vec<SubTopology> = plan.sub_topologies().iter().map(|sub| draft.sub_topology(sub)).collect();
    report_topics_read_twice(&draft, &sub_topologies, &mut report);
    let deployment = Deployment { application_id: plan.id.as_str().into(), topics: draft.topics, sub_topologies };
    verify::verify(plan, &deployment, facts, &mut report);
    let missing = |topic: &TopicId| !facts.topics.contains_key(&*deployment.topic(*topic).name);
    let create = (0..deployment.topics.len()).map(topic_id).filter(missing).collect();
    if report.problems.is_empty() { Ok(Solution { deployment, create, notes: report.notes }) } else { Err(report.into_refusal(plan)) }
}

/// What is found on the way.
#[derive(Default)]
struct Report {
    problems: Vec<String>,
    notes: Vec<String>,
}
impl Report {
    fn into_refusal(self, plan: &Plan) -> Refusal {
        Refusal { application_id: plan.id.clone(), problems: self.problems }
    }
}

fn indices(plan: &Plan) -> impl Iterator<Item = TopicIndex> + use<> {
    (0..plan.topics.len()).map(|index| TopicIndex(topic_id(index).0))
}
fn stores(plan: &Plan) -> impl Iterator<Item = StoreIndex> + use<> {
    (0..plan.stores.len()).map(|index| StoreIndex(topic_id(index).0))
}
/// Plans have far fewer topics than numbers.
fn topic_id(index: usize) -> TopicId {
    TopicId(u32::try_from(index).unwrap_or(u32::MAX))
}
/// A plan's topic keeps its index.
fn deployed(topic: TopicIndex) -> TopicId {
    TopicId(topic.0)
}

fn planned_topics(plan: &Plan, options: &TopicOptions, counts: &[u32]) -> Vec<DeployedTopic> {
    let deploy = |(topic, partitions): (TopicIndex, &u32)| DeployedTopic {
        name: options.name(plan, topic).into(),
        origin: plan.topic(topic).origin.clone(),
        partitions: *partitions,
        config: config::of_topic(plan.topic(topic)),
    };
    indices(plan).zip(counts).map(deploy).collect()
}

/// A deployment in the making.
struct Draft<'a> {
    plan: &'a Plan,
    options: &'a TopicOptions,
    topics: Vec<DeployedTopic>,
}
impl Draft<'_> {
    fn sub_topology(&mut self, sub: &PlannedSubTopology) -> SubTopology {
        let tasks = sub.sources.iter().map(|topic| self.topics[topic.0 as usize].partitions).max().unwrap_or(0);
        let changelogs = sub.stores.iter().filter_map(|store| self.changelog(*store, tasks)).collect();
        SubTopology { sources: sub.sources.iter().map(|topic| deployed(*topic)).collect(), leader: self.leader(sub), changelogs, tasks }
    }

    /// The source with the most partitions, ties by name: every member comes to the same.
    fn leader(&self, sub: &PlannedSubTopology) -> TopicId {
        let rank = |topic: &&TopicIndex| {
            let topic = &self.topics[topic.0 as usize];
            (std::cmp::Reverse(topic.partitions), topic.name.clone())
        };
        sub.sources.iter().min_by_key(rank).map_or(TopicId(u32::MAX), |topic| deployed(*topic))
    }

    fn changelog(&mut self, store: StoreIndex, tasks: u32) -> Option<StoreChangelog> {
        let name = self.plan.store(store).name.as_str().into();
        match self.plan.store(store).source {
            Some(topic) => Some(StoreChangelog { store: name, topic: deployed(topic), is_source: true }),
            None => Some(StoreChangelog { store: name, topic: self.own_changelog(store, tasks)?, is_source: false }),
        }
    }

    fn own_changelog(&mut self, store: StoreIndex, tasks: u32) -> Option<TopicId> {
        let name = self.plan.changelog_name(store)?.into();
        let config = config::of_changelog(self.plan.store(store), self.options);
        self.topics.push(DeployedTopic { name, origin: Origin::Changelog, partitions: tasks, config });
        Some(topic_id(self.topics.len() - 1))
    }
}

/// A partition of a topic stands for one task, so one connected part reads it.
fn report_topics_read_twice(draft: &Draft<'_>, sub_topologies: &[SubTopology], report: &mut Report) {
    for topic in (0..draft.plan.topics.len()).map(topic_id) {
        let readers = sub_topologies.iter().filter(|sub| sub.sources.contains(&topic)).count();
        if readers > 1 {
            let name = &draft.topics[topic.0 as usize].name;
            report.problems.push(format!(
                "topic `{name}` is read by {readers} parts of the topology that are not connected: read it once and clone the stream"
            ));
        }
    }
}
