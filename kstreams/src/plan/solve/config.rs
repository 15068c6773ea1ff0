//! Topic configurations: Kafka Streams' for internal topics, and one more against timestamps of the future.
use super::TopicOptions;
use crate::plan::{Origin, Store, StoreKind, Topic};
use std::time::Duration;

/// Keeps records for ever, in `retention.ms`.
pub(super) const FOR_EVER: &str = "-1";

type Config = Vec<(String, String)>;

fn config<const N: usize>(entries: [(&str, &str); N]) -> Config {
    entries.into_iter().map(|(key, value)| (key.to_owned(), value.to_owned())).collect()
}

/// Timestamps are event times. Brokers from 4.0 on refuse those more than an hour ahead unless told otherwise, and one such record would make every
/// commit fail for ever; how far ahead is too far is the sources' policy (`max_future_ms`).
const ANY_FUTURE: (&str, &str) = ("message.timestamp.after.max.ms", "9223372036854775807");
const EVENT_TIME: (&str, &str) = ("message.timestamp.type", "CreateTime");

/// With what a topic of the plan is created.
pub(super) fn of_topic(topic: &Topic) -> Config {
    match topic.origin {
        Origin::User => config([("retention.ms", FOR_EVER), ANY_FUTURE]),
        Origin::Repartition => {
            config([("cleanup.policy", "delete"), ("retention.ms", FOR_EVER), ("segment.bytes", "52428800"), EVENT_TIME, ANY_FUTURE])
        }
        Origin::Changelog => config([("cleanup.policy", "compact"), EVENT_TIME, ANY_FUTURE]),
    }
}

/// With what a store's changelog is created; what the user says of it goes over ours.
pub(super) fn of_changelog(store: &Store, options: &TopicOptions) -> Config {
    let mut config = match store.kind {
        StoreKind::Window { retention, .. } => {
            let kept = retention.saturating_add(options.window_changelog_extra_retention);
            config([("cleanup.policy", "compact,delete"), ("retention.ms", &millis(kept)), EVENT_TIME, ANY_FUTURE])
        }
        StoreKind::KeyValue => config([("cleanup.policy", "compact"), EVENT_TIME, ANY_FUTURE]),
    };
    for (key, value) in &store.topic_config {
        config.retain(|(known, _)| known != key);
        config.push((key.clone(), value.clone()));
    }
    config
}

fn millis(duration: Duration) -> String {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX).to_string()
}

/// A value of a configuration.
pub(super) fn get<'a>(config: &'a [(String, String)], key: &str) -> Option<&'a str> {
    config.iter().find(|(known, _)| known == key).map(|(_, value)| value.as_str())
}
