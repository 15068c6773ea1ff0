//! Solves a plan over what a log holds, and makes the topics of a deployment, as far as they are missing.
use super::log::{EmbeddedLog, LogError, TopicConfig, TopicInfo, TopicPartition};
use crate::plan::{
    DeployedTopic, Deployment, Plan, TopicId,
    solve::{Facts, Solution, TopicFacts, TopicOptions, solve},
};

/// A plan over the topics that there are; the others are created: there is nobody else to do so in a log that is gone with the process.
pub(crate) fn deploy(log: &EmbeddedLog, plan: &Plan, options: &TopicOptions) -> Result<Deployment, String> {
    let options = TopicOptions { create_user_topics: true, ..options.clone() };
    let there = |topic: TopicInfo| (topic.name.to_string(), TopicFacts { partitions: topic.partitions, ..TopicFacts::default() });
    let facts = Facts { topics: log.topics().into_iter().map(there).collect() };
    let Solution { deployment, notes, .. } = solve(plan, &facts, &options).map_err(|refusal| refusal.to_string())?;
    notes.iter().for_each(|note| tracing::info!("{note}"));
    create_topics(log, &deployment).map_err(|e| e.to_string())?;
    Ok(deployment)
}

/// Creates what is missing of a deployment's topics, the user's with Kafka's default configuration.
///
/// # Errors
/// A topic exists with another number of partitions.
pub fn create_topics(log: &EmbeddedLog, deployment: &Deployment) -> Result<(), LogError> {
    let there = log.topics();
    for topic in &deployment.topics {
        match there.iter().find(|t| t.name == topic.name) {
            None => log.create_topic(&topic.name, topic.partitions, TopicConfig::from(&topic.config[..]))?,
            Some(found) if found.partitions != topic.partitions => return Err(wrong_count(topic, found.partitions)),
            Some(_) => {}
        }
    }
    Ok(())
}
fn wrong_count(topic: &DeployedTopic, found: u32) -> LogError {
    LogError::WrongCount { topic: topic.name.to_string(), expected: topic.partitions, found }
}

/// Numbers of the deployment's topics in the log.
#[derive(Clone, Debug)]
pub(super) struct Numbers(Vec<u32>);
impl Numbers {
    pub(super) fn find(log: &EmbeddedLog, deployment: &Deployment) -> Result<Numbers, LogError> {
        deployment.topics.iter().map(|t| log.topic_number(&t.name)).collect::<Result<_, _>>().map(Numbers)
    }
    /// Adds one that no deployment knows.
    pub(super) fn add(&mut self, number: u32) -> TopicId {
        self.0.push(number);
        TopicId(self.0.len() as u32 - 1)
    }
    pub(super) fn at(&self, topic: TopicId, partition: u32) -> TopicPartition {
        TopicPartition { topic: self.0[topic.0 as usize], partition }
    }
}
