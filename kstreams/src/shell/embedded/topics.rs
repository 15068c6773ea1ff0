//! Makes the topics of a deployment, as far as they are missing.
use super::log::{EmbeddedLog, LogError, TopicConfig, TopicPartition};
use crate::plan::{DeployedTopic, Deployment, TopicId};

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
