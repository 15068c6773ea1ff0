//! What the brokers hold, and what the caller wants.
use crate::plan::{Named, Origin, Plan, TopicIndex, TopicLimits};
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

/// What a batch of one record needs beside key and value, headers of a common size included.
const BATCH_BYTES: usize = 512;

impl TopicFacts {
    pub(super) fn limits(&self) -> TopicLimits {
        let number = |key: &str| self.config.get(key)?.parse::<i64>().ok();
        let record_bytes = number("max.message.bytes").and_then(|bytes| usize::try_from(bytes).ok());
        TopicLimits {
            record_bytes: record_bytes.map(|bytes| bytes.saturating_sub(BATCH_BYTES)),
            // Brokers that stamp records themselves take any time.
            ahead_ms: number("message.timestamp.after.max.ms")
                .filter(|_| self.config.get("message.timestamp.type").is_none_or(|kind| kind == "CreateTime")),
        }
    }
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
    /// Declared name → name on the brokers, of the user's topics; declared pattern → pattern. The prefix is not added.
    pub names: BTreeMap<String, String>,
    /// Where bad records go, if they go anywhere: its name on the brokers.
    pub dead_letter: Option<String>,
}
impl TopicOptions {
    /// A topic's name on the brokers.
    pub fn name(&self, plan: &Plan, topic: TopicIndex) -> String {
        let planned = plan.topic(topic);
        if planned.origin != Origin::User || matches!(planned.named, Named::Found { .. }) {
            return plan.topic_name(topic);
        }
        let declared = &plan.topic(topic).name;
        self.names.get(declared).cloned().unwrap_or_else(|| format!("{}{declared}", self.prefix))
    }
    /// What names on the brokers begin with, and the expression for what stands behind it. One that is renamed is the whole expression.
    pub(super) fn pattern<'a>(&'a self, plan: &'a Plan, topic: TopicIndex) -> (&'a str, &'a str) {
        let declared = &*plan.topic(topic).name;
        self.names.get(declared).map_or((&*self.prefix, declared), |renamed| ("", &**renamed))
    }
}
