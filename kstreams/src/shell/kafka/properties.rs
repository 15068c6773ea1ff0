//! The librdkafka properties of each client: ours, with the reason, under what the user passes through.
use crate::worker::Guarantee;
use std::time::Duration;

/// What all clients of an application share.
#[derive(Clone)]
pub(crate) struct Connection {
    /// Group and prefix of transactional ids.
    pub(crate) application_id: String,
    /// What commits mean.
    pub(crate) guarantee: Guarantee,
    /// Properties of the user; `consumer.` or `producer.` before a name restricts it to that kind of client.
    pub(crate) user: Vec<(String, String)>,
    /// How long a transaction may be open before the coordinator ends it.
    pub(crate) transaction_timeout: Duration,
}

/// Properties that mean what the engine needs them to mean; setting them is an error.
pub(crate) const OWNED: [&str; 14] = [
    "group.id",
    "client.id",
    "transactional.id",
    "enable.auto.commit",
    "enable.auto.offset.store",
    "enable.partition.eof",
    "partition.assignment.strategy",
    "auto.offset.reset",
    "enable.idempotence",
    "partitioner",
    "delivery.report.only.error",
    "log.queue",
    "acks",
    "request.required.acks",
];

impl Connection {
    /// The consumer of a worker.
    pub(crate) fn group_consumer(&self, client_id: &str) -> Vec<(String, String)> {
        let mut all = self.base(client_id);
        set(&mut all, &CONSUMER);
        set(&mut all, &[("isolation.level", self.isolation())]);
        // Per partition: some hundred milliseconds of work. More would only sit in memory.
        set(&mut all, &[("queued.min.messages", "10000"), ("queued.max.messages.kbytes", "4096")]);
        // An empty answer tells that a partition's end is reached; tasks with several sources wait for it.
        set(&mut all, &[("fetch.wait.max.ms", "100")]);
        self.over(all, "consumer.")
    }
    /// The consumer that reads changelogs back. It names the group and never joins it.
    pub(crate) fn restore_consumer(&self, client_id: &str) -> Vec<(String, String)> {
        let mut all = self.base(client_id);
        set(&mut all, &CONSUMER);
        // Always: a changelog may hold aborted records of a time when the application ran exactly once.
        set(&mut all, &[("isolation.level", "read_committed"), ("fetch.wait.max.ms", "100")]);
        set(&mut all, &[("queued.min.messages", "50000"), ("queued.max.messages.kbytes", "8192")]);
        self.over(all, "consumer.")
    }
    /// A producer; transactional if it has an id.
    pub(crate) fn producer(&self, client_id: &str, transactional_id: Option<&str>) -> Vec<(String, String)> {
        let mut all = self.base(client_id);
        set(&mut all, &PRODUCER);
        if let Some(id) = transactional_id {
            let timeout = self.transaction_timeout.as_millis().to_string();
            set(&mut all, &[("transactional.id", id), ("transaction.timeout.ms", &timeout)]);
        }
        self.over(all, "producer.")
    }
    /// A client that only asks and creates.
    pub(crate) fn admin(&self, client_id: &str) -> Vec<(String, String)> {
        self.over(self.base(client_id), "producer.")
    }
    /// The group's reading; changelogs are always read committed.
    fn isolation(&self) -> &'static str {
        match self.guarantee {
            Guarantee::AtLeastOnce => "read_uncommitted",
            Guarantee::ExactlyOnce => "read_committed",
        }
    }
    fn base(&self, client_id: &str) -> Vec<(String, String)> {
        vec![("client.id".into(), client_id.into())]
    }
    fn over(&self, mut all: Vec<(String, String)>, kind: &str) -> Vec<(String, String)> {
        let other = if kind == "consumer." { "producer." } else { "consumer." };
        for (name, value) in self.user.iter().filter(|(n, _)| !n.starts_with(other)) {
            let name = name.strip_prefix(kind).unwrap_or(name);
            all.retain(|(n, _)| n != name);
            all.push((name.into(), value.clone()));
        }
        if kind == "consumer." {
            all.retain(|(n, _)| n != "group.id");
            set(&mut all, &[("group.id", &self.application_id)]);
        }
        all
    }
}

fn set(all: &mut Vec<(String, String)>, more: &[(&str, &str)]) {
    all.extend(more.iter().map(|(n, v)| ((*n).to_string(), (*v).to_string())));
}

const CONSUMER: [(&str, &str); 9] = [
    // Offsets are committed by us, with what was made of them.
    ("enable.auto.commit", "false"),
    ("enable.auto.offset.store", "false"),
    // Every read names its offset; one that is gone is an error, not a silent jump.
    ("auto.offset.reset", "error"),
    ("partition.assignment.strategy", "cooperative-sticky"),
    // The end of a partition is its last stable offset; the cached watermark lies behind open transactions.
    ("enable.partition.eof", "true"),
    ("check.crcs", "true"),
    // How long to wait before the next fetch when the queue was full; the default of a second costs most of the throughput.
    ("fetch.queue.backoff.ms", "5"),
    ("allow.auto.create.topics", "false"),
    ("socket.nagle.disable", "true"),
];

const PRODUCER: [(&str, &str); 8] = [
    ("acks", "all"),
    ("enable.idempotence", "true"),
    // Java's; librdkafka's own default is CRC32.
    ("partitioner", "murmur2_random"),
    ("delivery.report.only.error", "true"),
    // Larger batches; a commit does not wait for it.
    ("linger.ms", "10"),
    // Bounded by bytes, not by number.
    ("queue.buffering.max.messages", "0"),
    ("queue.buffering.max.kbytes", "65536"),
    ("socket.nagle.disable", "true"),
];

#[cfg(test)]
mod tests {
    use super::*;

    fn connection(user: &[(&str, &str)]) -> Connection {
        Connection {
            application_id: "app".into(),
            guarantee: Guarantee::ExactlyOnce,
            user: user.iter().map(|(n, v)| ((*n).into(), (*v).into())).collect(),
            transaction_timeout: Duration::from_secs(10),
        }
    }
    fn value<'a>(all: &'a [(String, String)], name: &str) -> Vec<&'a str> {
        all.iter().filter(|(n, _)| n == name).map(|(_, v)| &**v).collect()
    }

    #[test]
    fn a_users_property_replaces_ours_and_reaches_only_the_clients_it_names() {
        let c = connection(&[("producer.linger.ms", "1"), ("consumer.fetch.wait.max.ms", "7"), ("socket.timeout.ms", "9")]);
        let (producer, consumer) = (c.producer("p", Some("t")), c.group_consumer("c"));
        assert_eq!((value(&producer, "linger.ms"), value(&consumer, "linger.ms")), (vec!["1"], vec![]));
        assert_eq!((value(&producer, "fetch.wait.max.ms"), value(&consumer, "fetch.wait.max.ms")), (vec![], vec!["7"]));
        assert_eq!((value(&producer, "socket.timeout.ms"), value(&consumer, "socket.timeout.ms")), (vec!["9"], vec!["9"]));
    }

    #[test]
    fn at_least_once_reads_sources_uncommitted_and_changelogs_committed() {
        let c = Connection { guarantee: Guarantee::AtLeastOnce, ..connection(&[]) };
        assert_eq!(value(&c.group_consumer("c"), "isolation.level"), ["read_uncommitted"]);
        assert_eq!(value(&c.restore_consumer("c"), "isolation.level"), ["read_committed"]);
    }
}
