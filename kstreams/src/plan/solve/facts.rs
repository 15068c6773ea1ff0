//! What the brokers hold, and what the caller wants.
use crate::plan::{Origin, Plan, TopicIndex};
use std::collections::BTreeMap;

/// What the brokers hold of the topics that they were asked about; one that is not here does not exist.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Facts {
    /// By name on the broker.
    pub topics: BTreeMap<String, TopicFacts>,
}

/// An existing topic.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TopicFacts {
    /// Its number of partitions.
    pub partitions: u32,
    /// Its configuration, defaults of the broker included. A key that is not here is not checked.
    pub config: BTreeMap<String, String>,
}

/// What the caller wants of topics.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TopicOptions {
    /// Create the user's topics too if they do not exist, keeping records for ever. For development and examples: in production whoever owns a
    /// topic creates it.
    pub create_user_topics: bool,
    /// Refuse counts that differ from the declared ones, even if they differ everywhere alike.
    pub strict_partitions: bool,
    /// Put before the names of the user's topics.
    pub prefix: String,
    /// Declared name → name on the brokers, of the user's topics; the prefix is not added.
    pub names: BTreeMap<String, String>,
    /// Where bad records go, if they go anywhere: its name on the brokers.
    pub dead_letter: Option<String>,
}
impl TopicOptions {
    /// A topic's name on the brokers.
    pub fn name(&self, plan: &Plan, topic: TopicIndex) -> String {
        if plan.topic(topic).origin != Origin::User {
            return plan.topic_name(topic);
        }
        let declared = &plan.topic(topic).name;
        self.names.get(declared).cloned().unwrap_or_else(|| format!("{}{declared}", self.prefix))
    }
}
