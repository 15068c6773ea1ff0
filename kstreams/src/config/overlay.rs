//! Environment over code: `KSTREAMS_*` variables, each known or an error.
use super::Config;
use crate::worker::BadRecords;
use std::{str::FromStr, time::Duration};

/// A `KSTREAMS_*` variable that says nothing, or nothing that can be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ConfigError {
    /// There is no such setting.
    #[error("{name} is not a setting. There are: {}, and KSTREAMS_KAFKA_<PROPERTY> for librdkafka's (KSTREAMS_KAFKA_LINGER_MS)", known())]
    Unknown {
        /// The variable.
        name: String,
    },
    /// The value does not fit.
    #[error("{name}={value}: expected {expected}")]
    Value {
        /// The variable.
        name: String,
        /// What it holds.
        value: String,
        /// What it could hold.
        expected: &'static str,
    },
}

const PREFIX: &str = "KSTREAMS_";
const KAFKA: &str = "KAFKA_";

type Apply = fn(Config, &str) -> Option<Config>;
/// Name behind the prefix, what its value may be, and what it does.
const KNOWN: &[(&str, &str, Apply)] = &[
    ("BOOTSTRAP_SERVERS", "host:port[,host:port]", |c, v| Some(c.bootstrap_servers(v))),
    ("GUARANTEE", "exactly_once or at_least_once", guarantee),
    ("COMMIT_INTERVAL_MS", MILLIS, |c, v| Some(c.commit_interval(millis(v)?))),
    ("THREADS", "a number above 0", |c, v| number(v).filter(|n| *n > 0).map(|n| c.threads(n))),
    ("STATE_DIR", "a folder", |c, v| Some(c.state_dir(v))),
    ("STATE_BYTES", BYTES, |c, v| Some(c.state_bytes(number(v)?))),
    ("CACHE_BYTES", BYTES, |c, v| Some(c.cache_bytes(number(v)?))),
    ("CHECKPOINT_INTERVAL_MS", MILLIS, |c, v| Some(c.checkpoint_interval(millis(v)?))),
    ("INSTANCE", "a name", |c, v| Some(c.instance(v))),
    ("ENDPOINT", "host:port", |c, v| v.contains(':').then(|| c.endpoint(v))),
    ("BAD_RECORDS", "fail, skip or dead_letter:<topic>", bad_records),
    ("MAX_TASK_IDLE_MS", "milliseconds, or -1: never wait", max_task_idle),
    ("MAX_FUTURE_MS", MILLIS, |c, v| Some(c.max_future(millis(v)?))),
    ("MAX_RECORD_BYTES", BYTES, |c, v| Some(c.max_record_bytes(number(v)?))),
    ("REPLICATION_FACTOR", "a number, or -1: the broker's default", |c, v| Some(c.replication_factor(number(v)?))),
    ("CREATE_TOPICS", BOOL, |mut c, v| {
        c.topics.create_user_topics = number(v)?;
        Some(c)
    }),
    ("STRICT_PARTITIONS", BOOL, |mut c, v| {
        c.topics.strict_partitions = number(v)?;
        Some(c)
    }),
    ("TOPIC_PREFIX", "the begin of a topic's name", |c, v| Some(c.topic_prefix(v))),
    ("FROM", "earliest or latest", from),
    ("TRANSACTION_TIMEOUT_MS", MILLIS, |c, v| Some(c.transaction_timeout(millis(v)?))),
    ("DEADLINE_MS", MILLIS, |c, v| Some(c.deadline(millis(v)?))),
    ("TOPIC_LOOK_MS", MILLIS, |c, v| Some(c.topic_look(millis(v)?))),
];
/// No settings: the token of operations on the command line (`cli/operations.rs`, `cli/store.rs`), the wish to write a lock.
const READ_ELSEWHERE: [&str; 2] = ["OPS_TOKEN", "LOCK"];
const MILLIS: &str = "milliseconds";
const BYTES: &str = "a number of bytes";
const BOOL: &str = "true or false";

impl Config {
    /// Lets the process's `KSTREAMS_*` variables win over what the code says: `KSTREAMS_THREADS=4`, `KSTREAMS_GUARANTEE=exactly_once`,
    /// `KSTREAMS_KAFKA_SASL_PASSWORD=…` (librdkafka's `sasl.password`).
    ///
    /// # Errors
    /// A variable of that prefix is unknown, or its value cannot be read.
    pub fn overlay_env(self) -> Result<Config, ConfigError> {
        self.overlay(std::env::vars_os().filter_map(|(n, v)| Some((n.into_string().ok()?, v.into_string().ok()?))))
    }
    /// As [`Config::overlay_env`], with these variables; those of other prefixes are passed over.
    ///
    /// # Errors
    /// As there.
    pub fn overlay(self, variables: impl IntoIterator<Item = (String, String)>) -> Result<Config, ConfigError> {
        let ours = |(name, value): (String, String)| Some((name.strip_prefix(PREFIX)?.to_owned(), value));
        let mut settings = variables.into_iter().filter_map(ours).filter(|(name, _)| !READ_ELSEWHERE.contains(&&**name));
        settings.try_fold(self, |config, (name, value)| config.set(&name, &value))
    }
    fn set(self, name: &str, value: &str) -> Result<Config, ConfigError> {
        if let Some(property) = name.strip_prefix(KAFKA) {
            return Ok(self.kafka(property.to_lowercase().replace('_', "."), value));
        }
        let known = KNOWN.iter().find(|(known, ..)| *known == name);
        let (_, expected, apply) = known.ok_or_else(|| ConfigError::Unknown { name: format!("{PREFIX}{name}") })?;
        apply(self, value).ok_or_else(|| ConfigError::Value { name: format!("{PREFIX}{name}"), value: value.to_owned(), expected })
    }
}

fn known() -> String {
    KNOWN.iter().map(|(name, ..)| format!("{PREFIX}{name}")).collect::<Vec<_>>().join(", ")
}
fn number<T: FromStr>(text: &str) -> Option<T> {
    text.trim().parse().ok()
}
fn millis(text: &str) -> Option<Duration> {
    number(text).map(Duration::from_millis)
}
fn guarantee(config: Config, value: &str) -> Option<Config> {
    match value {
        "exactly_once" => Some(config.exactly_once()),
        "at_least_once" => Some(config.at_least_once()),
        _ => None,
    }
}
fn bad_records(config: Config, value: &str) -> Option<Config> {
    let policy = match value {
        "fail" => BadRecords::Fail,
        "skip" => BadRecords::Skip,
        _ => BadRecords::DeadLetter(value.strip_prefix("dead_letter:").filter(|topic| !topic.is_empty())?.into()),
    };
    Some(config.bad_records(policy))
}
fn max_task_idle(config: Config, value: &str) -> Option<Config> {
    if value == "-1" { Some(config.never_idle()) } else { Some(config.max_task_idle(millis(value)?)) }
}
fn from(mut config: Config, value: &str) -> Option<Config> {
    config.latest = match value {
        "earliest" => false,
        "latest" => true,
        _ => return None,
    };
    Some(config)
}
