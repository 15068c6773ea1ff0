//! A topic's configuration: Kafka's names and values, of which the log obeys a few.
use super::LogError;

/// Configuration of a topic, by Kafka's names. The log obeys `cleanup.policy`, `max.message.bytes`, `delete.retention.ms`,
/// `min.compaction.lag.ms` and (only when [`super::EmbeddedLog::expire`] is called) `retention.ms`; it keeps the others.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TopicConfig(Vec<(String, String)>);
impl TopicConfig {
    /// Kafka's defaults: nothing is compacted, records up to about 1 MiB.
    pub fn new() -> TopicConfig {
        TopicConfig::default()
    }
    /// A topic that keeps the last record of each key.
    pub fn compacted() -> TopicConfig {
        TopicConfig::new().set("cleanup.policy", "compact")
    }
    /// Sets a configuration; the last one of a name holds.
    pub fn set(mut self, name: impl Into<String>, value: impl Into<String>) -> TopicConfig {
        let name = name.into();
        self.0.retain(|(n, _)| *n != name);
        self.0.push((name, value.into()));
        self
    }
    /// The value of a configuration that was set.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(n, _)| n == name).map(|(_, v)| v.as_str())
    }
    /// Names and values that were set.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(n, v)| (n.as_str(), v.as_str()))
    }
}
impl From<&[(String, String)]> for TopicConfig {
    fn from(pairs: &[(String, String)]) -> TopicConfig {
        pairs.iter().fold(TopicConfig::new(), |c, (n, v)| c.set(n, v))
    }
}

/// What the log obeys, read once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Policy {
    pub(super) compact: bool,
    pub(super) delete: bool,
    pub(super) max_message_bytes: usize,
    pub(super) delete_retention_ms: i64,
    /// Records younger than this are not compacted.
    pub(super) compaction_lag_ms: i64,
    pub(super) retention_ms: Option<i64>,
}
/// Kafka's `max.message.bytes`: 1 MiB and the head of a record batch.
const MAX_MESSAGE_BYTES: usize = 1_048_588;
/// Kafka's `delete.retention.ms`: one day.
const DELETE_RETENTION_MS: i64 = 86_400_000;

impl Policy {
    pub(super) fn read(topic: &str, config: &TopicConfig) -> Result<Policy, LogError> {
        let cleanup = config.get("cleanup.policy").unwrap_or("delete");
        let cleanup: Vec<&str> = cleanup.split(',').map(str::trim).collect();
        if let Some(unknown) = cleanup.iter().find(|p| !["compact", "delete"].contains(p)) {
            return Err(invalid(topic, "cleanup.policy", unknown));
        }
        Ok(Policy {
            compact: cleanup.contains(&"compact"),
            delete: cleanup.contains(&"delete"),
            max_message_bytes: number(topic, config, "max.message.bytes")?.map_or(MAX_MESSAGE_BYTES, |n| n.clamp(0, 1 << 30) as usize),
            delete_retention_ms: number(topic, config, "delete.retention.ms")?.unwrap_or(DELETE_RETENTION_MS),
            compaction_lag_ms: number(topic, config, "min.compaction.lag.ms")?.unwrap_or(0),
            retention_ms: number(topic, config, "retention.ms")?.filter(|ms| *ms >= 0),
        })
    }
    /// Records up to this time are compacted. Without a lag none is too young, whatever its event time says.
    pub(super) fn compacts_before(&self, now: i64) -> i64 {
        if self.compaction_lag_ms == 0 { i64::MAX } else { now.saturating_sub(self.compaction_lag_ms) }
    }
}

fn number(topic: &str, config: &TopicConfig, name: &str) -> Result<Option<i64>, LogError> {
    let parse = |text: &str| text.parse().map_err(|_| invalid(topic, name, text));
    config.get(name).map(parse).transpose()
}
fn invalid(topic: &str, key: &str, value: &str) -> LogError {
    LogError::InvalidConfig { topic: topic.into(), key: key.into(), value: value.into() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cleanup_policies() {
        let cases = [("delete", false, true), ("compact", true, false), ("compact,delete", true, true), ("delete, compact", true, true)];
        for (text, compact, delete) in cases {
            let p = Policy::read("t", &TopicConfig::new().set("cleanup.policy", text)).unwrap();
            assert_eq!((p.compact, p.delete), (compact, delete), "{text}");
        }
    }

    #[test]
    fn what_cannot_be_read_is_refused_with_its_name() {
        for (name, value) in [("cleanup.policy", "none"), ("max.message.bytes", "1MB"), ("retention.ms", "")] {
            let error = Policy::read("t", &TopicConfig::new().set(name, value)).unwrap_err().to_string();
            assert!(error.contains(name), "{error}");
        }
    }
}
