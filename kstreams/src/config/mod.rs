//! How an application runs: where its log is, what it guarantees, its limits. By code, then by environment.
mod debug;
#[cfg(feature = "document")]
mod listed;
mod overlay;
#[cfg(test)]
mod tests;

pub use overlay::ConfigError;

#[cfg(feature = "embedded")]
use crate::shell::embedded::EmbeddedLog;
use crate::{
    plan::solve::TopicOptions,
    worker::{BadRecords, Guarantee, Settings},
};
use std::{collections::BTreeMap, path::PathBuf, time::Duration};

/// Settings of an [`App`](crate::App). Each has a default, so `Config::new()` runs: on the embedded log, at least once, with one worker.
///
/// ```
/// use kstreams::{BadRecords, Config};
/// use std::time::Duration;
/// let config = Config::new()
///     .bootstrap_servers("localhost:9092")
///     .exactly_once()
///     .commit_interval(Duration::from_millis(200))
///     .threads(4)
///     .bad_records(BadRecords::DeadLetter("orders-dead".into()))
///     .kafka("producer.linger.ms", "5");
/// ```
#[derive(Clone)]
pub struct Config {
    /// Worker settings; state budgets are the process's until [`Config::settings`] splits them.
    settings: Settings,
    /// Not set: by the guarantee.
    commit_interval: Option<Duration>,
    pub(crate) threads: u32,
    pub(crate) state_dir: Option<PathBuf>,
    pub(crate) cache_bytes: usize,
    pub(crate) instance: Option<String>,
    /// Where other members find this process.
    pub(crate) endpoint: Option<String>,
    pub(crate) topics: TopicOptions,
    pub(crate) replication_factor: i32,
    pub(crate) latest: bool,
    pub(crate) transaction_timeout: Duration,
    pub(crate) deadline: Duration,
    pub(crate) topic_look: Duration,
    /// librdkafka's properties, `bootstrap.servers` among them.
    pub(crate) kafka: BTreeMap<String, String>,
    #[cfg(feature = "embedded")]
    pub(crate) embedded_log: Option<EmbeddedLog>,
}

impl Config {
    /// The embedded log, at least once, one worker, bad records fail their task.
    pub fn new() -> Config {
        Config {
            settings: Settings::default(),
            commit_interval: None,
            threads: 1,
            state_dir: None,
            cache_bytes: 128 << 20,
            instance: None,
            endpoint: None,
            topics: TopicOptions::default(),
            // The broker's own default.
            replication_factor: -1,
            latest: false,
            // A crashed worker's open transaction holds up its readers no longer than this (Kafka Streams sets 10 s too).
            transaction_timeout: Duration::from_secs(10),
            deadline: Duration::from_secs(60),
            topic_look: Duration::from_secs(300),
            kafka: BTreeMap::new(),
            #[cfg(feature = "embedded")]
            embedded_log: None,
        }
    }

    // ---- where
    /// Kafka brokers, `host:port[,host:port]`. Without them the application runs on the embedded log (Kafka Streams: `bootstrap.servers`).
    pub fn bootstrap_servers(self, servers: impl Into<String>) -> Config {
        self.kafka("bootstrap.servers", servers)
    }
    /// A property of librdkafka, passed through as it is; `producer.` or `consumer.` before its name restricts it to that kind of client.
    /// Properties that the engine relies on (`acks`, `enable.auto.commit`, …) are refused when the application starts.
    pub fn kafka(mut self, name: impl Into<String>, value: impl Into<String>) -> Config {
        self.kafka.insert(name.into(), value.into());
        self
    }
    /// The embedded log to run on, shared with whoever feeds and reads it and with other applications. Default: one of its own.
    #[cfg(feature = "embedded")]
    pub fn embedded_log(mut self, log: EmbeddedLog) -> Config {
        self.embedded_log = Some(log);
        self
    }
    /// This process among those of the application, for instance a pod's ordinal: part of transactional ids, so no two may share it.
    /// Default: a name that is made once and kept in the state folder.
    pub fn instance(mut self, name: impl Into<String>) -> Config {
        self.instance = Some(name.into());
        self
    }
    /// Where this process answers queries for others, as `host:port`: told to the group, so that `Reader::owner_of` can name it (Kafka Streams:
    /// `application.server`).
    pub fn endpoint(mut self, host_and_port: impl Into<String>) -> Config {
        self.endpoint = Some(host_and_port.into());
        self
    }
    /// Where the group has committed nothing yet: begin with what comes from now on instead of the first record there is
    /// (`auto.offset.reset=latest`).
    pub fn from_latest(mut self) -> Config {
        self.latest = true;
        self
    }
    /// How long one request to the brokers may take before the worker gives up. Default 60 s.
    pub fn deadline(mut self, deadline: Duration) -> Config {
        self.deadline = deadline;
        self
    }

    /// Between looks for new topics that a pattern of the topology matches. Default 5 min (Kafka: `metadata.max.age.ms`); nobody looks where there is no
    /// pattern.
    pub fn topic_look(mut self, every: Duration) -> Config {
        self.topic_look = every;
        self
    }

    // ---- guarantee and commits
    /// Input offsets, state and output move in one Kafka transaction (Kafka Streams: `processing.guarantee=exactly_once_v2`).
    pub fn exactly_once(mut self) -> Config {
        self.settings.guarantee = Guarantee::ExactlyOnce;
        self
    }
    /// Records may be processed again after a crash: the default, as in Kafka Streams.
    pub fn at_least_once(mut self) -> Config {
        self.settings.guarantee = Guarantee::AtLeastOnce;
        self
    }
    /// Between commits. Default: 100 ms exactly once, 30 s at least once (Kafka Streams: `commit.interval.ms`).
    pub fn commit_interval(mut self, interval: Duration) -> Config {
        self.commit_interval = Some(interval);
        self
    }
    /// After which a broker ends the transaction of a worker that is gone. Default 10 s.
    pub fn transaction_timeout(mut self, timeout: Duration) -> Config {
        self.transaction_timeout = timeout;
        self
    }

    // ---- workers and state
    /// Workers: threads with a consumer and a producer each. Default 1 (Kafka Streams: `num.stream.threads`).
    pub fn threads(mut self, threads: u32) -> Config {
        self.threads = threads;
        self
    }
    /// The folder for state; the application makes one of its own in it. Default on Kafka: `kstreams-state` under the working directory; on the
    /// embedded log, which is gone with the process, state is in memory (Kafka Streams: `state.dir`).
    pub fn state_dir(mut self, folder: impl Into<PathBuf>) -> Config {
        self.state_dir = Some(folder.into());
        self
    }
    /// Bytes of state of this process that may wait in memory for a checkpoint. Default 256 MiB.
    pub fn state_bytes(mut self, bytes: usize) -> Config {
        self.settings.state_bytes = bytes;
        self
    }
    /// Bytes of all databases' page caches together. Default 128 MiB.
    pub fn cache_bytes(mut self, bytes: usize) -> Config {
        self.cache_bytes = bytes;
        self
    }
    /// Between checkpoints of a task: the longest stretch of changelog that is read back after a crash. Default 15 s.
    pub fn checkpoint_interval(mut self, interval: Duration) -> Config {
        self.settings.checkpoint_interval_ms = as_millis(interval);
        self
    }

    // ---- records
    /// What happens to records that cannot be read or processed. Default: their task stops
    /// (Kafka Streams: `deserialization.exception.handler`, `processing.exception.handler`; KIP-1034 for dead letters).
    pub fn bad_records(mut self, policy: BadRecords) -> Config {
        self.settings.bad_records = policy;
        self
    }
    /// How long a task waits for an empty source partition before it takes the next record of another one. Default 0: until the partition is
    /// known to be read to its end (Kafka Streams: `max.task.idle.ms`).
    pub fn max_task_idle(mut self, wait: Duration) -> Config {
        self.settings.max_task_idle_ms = as_millis(wait);
        self
    }
    /// Takes records of different source partitions as they come, without waiting (`max.task.idle.ms=-1`).
    pub fn never_idle(mut self) -> Config {
        self.settings.max_task_idle_ms = -1;
        self
    }
    /// A record whose time is further ahead of the clock than this is bad. Default: any time is taken, as in Kafka Streams.
    pub fn max_future(mut self, ahead: Duration) -> Config {
        self.settings.max_future_ms = Some(as_millis(ahead));
        self
    }
    /// Largest key and value together that is produced; above it the record being processed is bad. Default 1,000,000: what brokers accept.
    pub fn max_record_bytes(mut self, bytes: usize) -> Config {
        self.settings.max_record_bytes = bytes;
        self
    }

    // ---- topics
    /// Of topics that are created. Default: the broker's (Kafka Streams: `replication.factor`).
    pub fn replication_factor(mut self, factor: i32) -> Config {
        self.replication_factor = factor;
        self
    }
    /// Creates the user's topics too if they do not exist, keeping records for ever. For development: in production whoever owns a topic
    /// creates it.
    pub fn create_topics(mut self) -> Config {
        self.topics.create_user_topics = true;
        self
    }
    /// Refuses counts of partitions that differ from the declared ones, even where they differ everywhere alike.
    pub fn strict_partitions(mut self) -> Config {
        self.topics.strict_partitions = true;
        self
    }
    /// Put before the names of the user's topics, for instance `staging.`.
    pub fn topic_prefix(mut self, prefix: impl Into<String>) -> Config {
        self.topics.prefix = prefix.into();
        self
    }
    /// The name on the brokers of a topic that is declared under another one.
    pub fn topic_name(mut self, declared: impl Into<String>, on_the_brokers: impl Into<String>) -> Config {
        self.topics.names.insert(declared.into(), on_the_brokers.into());
        self
    }

    /// Whether it runs on brokers.
    pub(crate) fn on_kafka(&self) -> bool {
        self.kafka.contains_key("bootstrap.servers")
    }
    /// Settings of each worker: the process's budgets are split over them.
    pub(crate) fn settings(&self) -> Settings {
        let mut settings = self.settings.clone();
        settings.commit_interval_ms = self.commit_interval.map_or_else(|| default_interval(settings.guarantee), as_millis);
        settings.state_bytes /= self.threads.max(1) as usize;
        settings.open_state_bytes = settings.state_bytes / 4;
        settings
    }
    /// What topics are called and which may be created.
    pub(crate) fn topic_options(&self) -> TopicOptions {
        let dead_letter = match &self.settings.bad_records {
            BadRecords::DeadLetter(topic) => Some(topic.to_string()),
            BadRecords::Fail | BadRecords::Skip => None,
        };
        TopicOptions { dead_letter, ..self.topics.clone() }
    }
}
impl Default for Config {
    fn default() -> Self {
        Config::new()
    }
}

fn default_interval(guarantee: Guarantee) -> i64 {
    match guarantee {
        Guarantee::AtLeastOnce => 30_000,
        Guarantee::ExactlyOnce => 100,
    }
}
fn as_millis(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}
