//! A configuration as documents show it: each setting with its value in force, its default and the reason for that. Secrets are hidden.
use super::{Config, debug::told};
use crate::{
    Guarantee, Result, Topology,
    document::{Format, Setting, bytes, duration, render_under},
    worker::BadRecords,
};
use std::time::Duration;

/// Method, variable behind `KSTREAMS_`, what it is set to, and the reason for its default.
type Row = (&'static str, &'static str, fn(&Config) -> String, &'static str);

const ROWS: &[Row] = &[
    ("bootstrap_servers", "BOOTSTRAP_SERVERS", brokers, "Where the log is; without brokers a program runs on a laptop."),
    ("exactly_once", "GUARANTEE", guarantee, "At least once costs less; Kafka Streams' default too."),
    ("commit_interval", "COMMIT_INTERVAL_MS", commit_interval, "As Kafka Streams: 100 ms exactly once, 30 s at least once."),
    (
        "transaction_timeout",
        "TRANSACTION_TIMEOUT_MS",
        |c| time(c.transaction_timeout),
        "A crashed worker's open transaction holds up its readers no longer.",
    ),
    ("threads", "THREADS", |c| c.threads.to_string(), "Workers with a consumer and a producer each; as Kafka Streams."),
    ("state_dir", "STATE_DIR", state_dir, "The embedded log is gone with the process, so is state over it."),
    ("state_bytes", "STATE_BYTES", |c| bytes(c.settings.state_bytes as u64), "State of the process that waits in memory for a checkpoint."),
    ("cache_bytes", "CACHE_BYTES", |c| bytes(c.cache_bytes as u64), "Page caches of all databases together."),
    (
        "checkpoint_interval",
        "CHECKPOINT_INTERVAL_MS",
        |c| ms(c.settings.checkpoint_interval_ms),
        "What a crash has to read back stays small.",
    ),
    ("bad_records", "BAD_RECORDS", bad_records, "Nothing is lost unseen; Kafka Streams' default too."),
    (
        "max_task_idle",
        "MAX_TASK_IDLE_MS",
        max_task_idle,
        "A task waits until an empty partition is known to be read to its end; Kafka Streams' default.",
    ),
    ("max_future", "MAX_FUTURE_MS", |c| c.settings.max_future_ms.map_or_else(|| "any time is taken".into(), ms), "As in Kafka Streams."),
    ("max_record_bytes", "MAX_RECORD_BYTES", |c| bytes(c.settings.max_record_bytes as u64), "Below the brokers' `message.max.bytes`."),
    ("replication_factor", "REPLICATION_FACTOR", replication_factor, "Of topics that are created."),
    ("create_topics", "CREATE_TOPICS", |c| yes(c.topics.create_user_topics), "In production whoever owns a topic creates it."),
    (
        "strict_partitions",
        "STRICT_PARTITIONS",
        |c| yes(c.topics.strict_partitions),
        "Counts may differ between environments, if they differ everywhere alike.",
    ),
    ("topic_prefix", "TOPIC_PREFIX", |c| or(&c.topics.prefix, "none"), "Before the names of the user's topics."),
    (
        "from_latest",
        "FROM",
        |c| if c.latest { "latest".into() } else { "earliest".into() },
        "Where a new group begins: nothing is left out.",
    ),
    (
        "instance",
        "INSTANCE",
        |c| or(c.instance.as_deref().unwrap_or(""), "made once, kept in the state folder"),
        "Part of transactional ids: no two processes share it.",
    ),
    ("endpoint", "ENDPOINT", |c| or(c.endpoint.as_deref().unwrap_or(""), "none"), "Where this process answers queries for others."),
    ("deadline", "DEADLINE_MS", |c| time(c.deadline), "How long a request to the brokers may take."),
    (
        "topic_look",
        "TOPIC_LOOK_MS",
        |c| time(c.topic_look),
        "Between looks for topics that a pattern comes to match; Kafka's `metadata.max.age.ms`.",
    ),
];
/// Limits of a worker that nobody sets.
const LIMITS: &[(&str, fn(&Config) -> String, &str)] = &[
    (
        "queued_bytes_per_partition",
        |c| bytes(c.settings().queued_bytes_per_partition as u64),
        "Some hundred milliseconds of work; above it the partition is paused.",
    ),
    (
        "first_heads_ms",
        |c| ms(c.settings().first_heads_ms),
        "A consumer's first fetches on a busy machine, so that no task runs ahead at the start.",
    ),
    (
        "choice_slack_ms",
        |c| ms(c.settings().choice_slack_ms),
        "Event time by which a task may be ahead of the last one: batches stay batches.",
    ),
    ("records_per_step", |c| c.settings().records_per_step.to_string(), "Records between two looks at the world."),
    ("retry_ms", |c| ms(c.settings().retry_ms), "Before a failed task is tried again; doubles up to a minute."),
    ("purge_interval_ms", |c| ms(c.settings().purge_interval_ms), "Between purges of repartition topics."),
];

impl Config {
    /// The document of a topology as it runs under this configuration: [`document::render`](crate::document::render) with a chapter of settings, each
    /// with its value in force, its default and the reason. Secrets are hidden.
    ///
    /// ```
    /// use kstreams::{document::Format, prelude::*};
    /// # #[topic(name = "words", key = String, value = u64, partitions = 3)]
    /// # struct Words;
    /// # #[topic(name = "long-words", key = String, value = u64, partitions = 3)]
    /// # struct Long;
    /// #[topology(id = "long-words")]
    /// fn long_words(words: StreamOf<Words>) {
    ///     words.filter(|length| *length > 9).to(Long);
    /// }
    /// # fn main() -> kstreams::Result<()> {
    /// let config = Config::new().exactly_once().kafka("sasl.password", "hunter2");
    /// let page = config.document(&long_words::topology(), Format::Markdown)?;
    /// assert!(page.contains("| **`commit_interval`** | **100 ms** | 30 s |"));
    /// assert!(!page.contains("hunter2"));
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// If the format's writer fails, which says why.
    pub fn document<Q>(&self, topology: &Topology<Q>, format: Format) -> Result<String> {
        render_under(topology, &self.listed(), format)
    }
    /// Each setting with its value in force; secrets are hidden.
    pub(crate) fn listed(&self) -> Vec<Setting> {
        let unset = Config::new();
        let row = |(name, variable, value, reason): &Row| {
            Setting::new(*name, value(self), value(&unset), reason).variable(format!("KSTREAMS_{variable}"))
        };
        let limits = LIMITS.iter().map(|(name, value, reason)| Setting::new(*name, value(self), value(&unset), reason));
        ROWS.iter().map(row).chain(self.listed_names()).chain(self.listed_properties()).chain(limits).collect()
    }
    fn listed_names(&self) -> impl Iterator<Item = Setting> {
        let listed = |(declared, name): (&String, &String)| {
            Setting::new(format!("topic_name({declared:?})"), name.clone(), declared.clone(), "Another name on the brokers.")
        };
        self.topics.names.iter().map(listed)
    }
    fn listed_properties(&self) -> impl Iterator<Item = Setting> {
        let ours = self.kafka.iter().filter(|(name, _)| *name != "bootstrap.servers");
        ours.map(|(name, value)| {
            let variable = format!("KSTREAMS_KAFKA_{}", name.to_uppercase().replace('.', "_"));
            let setting =
                Setting::new(format!("kafka({name:?})"), told(name, value).to_owned(), "librdkafka's".into(), "A property of librdkafka.");
            setting.variable(variable)
        })
    }
}

fn or(value: &str, none: &str) -> String {
    if value.is_empty() { none.to_owned() } else { value.to_owned() }
}
fn yes(value: bool) -> String {
    if value { "yes".into() } else { "no".into() }
}
fn time(d: Duration) -> String {
    duration(u64::try_from(d.as_millis()).unwrap_or(u64::MAX))
}
fn ms(ms: i64) -> String {
    duration(u64::try_from(ms).unwrap_or(0))
}
fn brokers(c: &Config) -> String {
    or(c.kafka.get("bootstrap.servers").map_or("", String::as_str), "none: the embedded log")
}
fn guarantee(c: &Config) -> String {
    match c.settings.guarantee {
        Guarantee::AtLeastOnce => "at least once".into(),
        Guarantee::ExactlyOnce => "exactly once".into(),
    }
}
fn commit_interval(c: &Config) -> String {
    ms(c.settings().commit_interval_ms)
}
fn state_dir(c: &Config) -> String {
    match &c.state_dir {
        Some(folder) => folder.display().to_string(),
        None if c.on_kafka() => "kstreams-state".into(),
        None => "in memory; on Kafka kstreams-state".into(),
    }
}
fn bad_records(c: &Config) -> String {
    match &c.settings.bad_records {
        BadRecords::Fail => "their task stops".into(),
        BadRecords::Skip => "skipped and counted".into(),
        BadRecords::DeadLetter(topic) => format!("to {topic}"),
    }
}
fn max_task_idle(c: &Config) -> String {
    if c.settings.max_task_idle_ms < 0 { "never".into() } else { ms(c.settings.max_task_idle_ms) }
}
fn replication_factor(c: &Config) -> String {
    if c.replication_factor < 0 { "the brokers' default".into() } else { c.replication_factor.to_string() }
}
