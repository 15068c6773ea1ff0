//! From a plan and what the brokers hold to what runs: names, partition counts, topics to create; or everything that does not fit, in one message.
mod counts;
mod facts;
mod patterns;
mod refusal;
#[cfg(test)]
mod tests;
mod verify;

pub use facts::{Facts, TopicFacts, TopicOptions};
#[cfg(all(feature = "cli", feature = "kafka"))]
pub(crate) use patterns::INTERNAL;
pub use patterns::Patterns;
pub use refusal::Refusal;

use super::{Deployment, Named, Origin, Plan, StoreIndex, TopicId, TopicIndex, deploy::ANY_FUTURE};
use verify::FOR_EVER;

/// What runs, and what has to be done for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Solution {
    /// What runs. Its first topics are the plan's, in the plan's order; further ones that patterns found and changelogs follow.
    pub deployment: Deployment,
    /// Topics that do not exist yet, to be created with their deployed `partitions` and `config`.
    pub create: Vec<TopicId>,
    /// What was accepted but deserves a word: counts that differ from the declaration, retention on a table's topic.
    pub notes: Vec<String>,
}

/// Names on the brokers of all topics that a plan names: what [`Facts`] are needed of. Where it has patterns, also of what [`Patterns::find`].
pub fn topic_names(plan: &Plan, options: &TopicOptions) -> Vec<String> {
    let topics = indices(plan).filter(|topic| plan.topic(*topic).named != Named::Pattern).map(|topic| options.name(plan, topic));
    topics.chain(stores(plan).filter_map(|store| plan.changelog_name(store))).chain(options.dead_letter.clone()).collect()
}

/// Solves counts and verifies what exists. Internal topics are named and configured as Kafka Streams names and configures them.
///
/// # Errors
/// Everything that does not fit: missing topics, counts that disagree, wrong cleanup policies; each with what was expected, found, and the way out.
pub fn solve(plan: &Plan, facts: &Facts, options: &TopicOptions) -> Result<Solution, Refusal> {
    let mut report = Report::default();
    let plan = &patterns::resolved(plan, facts, options, &mut report);
    let counts = counts::counts(plan, facts, options, &mut report);
    let mut deployment = plan.deployment(|topic| counts[topic.0 as usize]);
    name_user_topics(plan, options, &mut deployment);
    add_dead_letters(facts, options, &mut deployment, &mut report);
    deployment
        .topics
        .iter_mut()
        .for_each(|topic| topic.limits = facts.topics.get(&*topic.name).map(TopicFacts::limits).unwrap_or_default());
    report_topics_read_twice(&deployment, &mut report);
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
/// Names on the brokers, and what the user's topics are created with: event times are old, and a broker's default retention deletes by them.
fn name_user_topics(plan: &Plan, options: &TopicOptions, deployment: &mut Deployment) {
    for (index, topic) in indices(plan).zip(&mut deployment.topics).filter(|(_, topic)| topic.origin == Origin::User) {
        topic.name = options.name(plan, index).into();
        topic.config = user_config();
    }
}
fn user_config() -> Vec<(String, String)> {
    [("retention.ms", FOR_EVER), ANY_FUTURE].map(|(key, value)| (key.to_owned(), value.to_owned())).to_vec()
}
/// The dead-letter topic is the user's, though no plan names it.
fn add_dead_letters(facts: &Facts, options: &TopicOptions, deployment: &mut Deployment, report: &mut Report) {
    let Some(name) = options.dead_letter.as_deref().filter(|name| deployment.topic_named(name).is_none()) else { return };
    let found = facts.topics.get(name);
    if found.is_none() && !options.create_user_topics {
        report.problems.push(format!(
            "the dead-letter topic `{name}` does not exist: create it, or let the application do so: `Config::create_topics()`"
        ));
    }
    deployment.add_dead_letters(name, found.map_or(1, |found| found.partitions), user_config());
}

/// A partition of a topic stands for one task, so one connected part reads it.
fn report_topics_read_twice(deployment: &Deployment, report: &mut Report) {
    for (index, topic) in deployment.topics.iter().enumerate() {
        let readers = deployment.sub_topologies.iter().filter(|sub| sub.sources.contains(&topic_id(index))).count();
        if readers > 1 {
            report.problems.push(format!(
                "topic `{}` is read by {readers} parts of the topology that are not connected: read it once and clone the stream",
                topic.name
            ));
        }
    }
}
