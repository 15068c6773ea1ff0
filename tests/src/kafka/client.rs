//! What tests do with topics: create, write, read to the end.
use crate::oracle::{KeyAndValue, Topics};
use rdkafka::{
    ClientConfig, Message, Offset, TopicPartitionList,
    admin::{AdminClient, AdminOptions, AlterConfig, NewTopic, ResourceSpecifier, TopicReplication},
    client::DefaultClientContext,
    consumer::{BaseConsumer, Consumer},
    error::KafkaError,
    message::{Header, Headers, OwnedHeaders},
    producer::{BaseProducer, BaseRecord, Producer},
};
use std::{
    collections::BTreeMap,
    future::Future,
    pin::pin,
    task::{Context, Poll, Waker},
    thread,
    time::{Duration, Instant},
};

/// Reads and writes a broker's topics. Every call panics with a text if the broker refuses: it is a test.
pub struct Client {
    bootstrap: String,
}
/// Configuration of a topic.
pub type TopicSettings<'a> = &'a [(&'a str, &'a str)];
/// A record as it was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Read {
    pub partition: i32,
    pub offset: i64,
    pub time: i64,
    pub key: Option<Vec<u8>>,
    pub value: Option<Vec<u8>>,
    pub headers: Vec<(String, Vec<u8>)>,
}
const PATIENCE: Duration = Duration::from_secs(30);

/// The topics of one run on the broker: the user's have a prefix, the application an id.
pub struct Run<'a> {
    pub client: &'a Client,
    pub prefix: &'a str,
    pub id: &'a str,
}
impl Topics for Run<'_> {
    fn records(&self, topic: &str) -> Result<Vec<KeyAndValue>, String> {
        let name = if topic.starts_with(self.id) { topic.to_owned() } else { format!("{}{topic}", self.prefix) };
        Ok(self.client.read(&name).into_iter().map(|r| (r.key, r.value)).collect())
    }
    fn changelog(&self, store: &str) -> String {
        format!("{}-{store}-changelog", self.id)
    }
}

impl Client {
    /// Of brokers that run already.
    pub fn new(bootstrap: String) -> Client {
        Client { bootstrap }
    }
    fn config(&self) -> ClientConfig {
        let mut config = ClientConfig::new();
        config.set("bootstrap.servers", &self.bootstrap).set_log_level(rdkafka::config::RDKafkaLogLevel::Emerg);
        config
    }
    /// Whether the broker is there.
    pub(super) fn answers(&self) -> bool {
        let asked: Result<BaseConsumer, KafkaError> = self.config().create();
        asked.is_ok_and(|consumer| consumer.fetch_metadata(None, Duration::from_secs(1)).is_ok())
    }

    /// Creates a topic that keeps records for ever and takes any timestamp.
    pub fn create(&self, name: &str, partitions: i32) {
        self.create_with(name, partitions, &[("retention.ms", "-1"), ("message.timestamp.after.max.ms", "9223372036854775807")]);
    }
    pub fn create_with(&self, name: &str, partitions: i32, settings: TopicSettings<'_>) {
        let admin: AdminClient<DefaultClientContext> = said(self.config().create());
        let topic = NewTopic::new(name, partitions, TopicReplication::Fixed(1));
        let topic = settings.iter().fold(topic, |topic, (key, value)| topic.set(key, value));
        let answers = said(wait(admin.create_topics([&topic], &AdminOptions::new().operation_timeout(Some(PATIENCE)))));
        answers.into_iter().for_each(|answer| drop(answer.unwrap_or_else(|(name, code)| panic!("topic {name}: {code}"))));
        self.wait_for(name);
    }
    /// Changes the configuration of a topic; the others of its settings go back to the broker's.
    pub fn set(&self, topic: &str, key: &str, value: &str) {
        let admin: AdminClient<DefaultClientContext> = said(self.config().create());
        let change = AlterConfig::new(ResourceSpecifier::Topic(topic)).set(key, value);
        let answers = said(wait(admin.alter_configs([&change], &AdminOptions::new().operation_timeout(Some(PATIENCE)))));
        answers.into_iter().for_each(|answer| drop(answer.unwrap_or_else(|(name, code)| panic!("{name:?}: {code}"))));
    }
    fn wait_for(&self, topic: &str) {
        let until = Instant::now() + PATIENCE;
        while self.partitions(topic).is_empty() {
            assert!(Instant::now() < until, "topic {topic} does not come into being");
            thread::sleep(Duration::from_millis(10));
        }
    }
    /// Partitions of a topic; none if there is no such topic.
    pub fn partitions(&self, topic: &str) -> Vec<i32> {
        partitions(&said(self.config().create()), topic)
    }

    /// How many offsets a topic has given away.
    pub fn read_ends(&self, topic: &str) -> u64 {
        let consumer: BaseConsumer = said(self.config().create());
        let end = |p: i32| said(consumer.fetch_watermarks(topic, p, PATIENCE)).1 as u64;
        partitions(&consumer, topic).into_iter().map(end).sum()
    }
    /// A writer, for many records.
    pub fn writer(&self) -> Writer {
        let mut config = self.config();
        config.set("partitioner", "murmur2_random").set("enable.idempotence", "true").set("linger.ms", "5");
        Writer { producer: said(config.create()) }
    }

    /// Everything committed that a topic holds, by partition and offset.
    pub fn read(&self, topic: &str) -> Vec<Read> {
        self.read_as(topic, "read_committed")
    }
    /// The last value of each key; deleted ones are not there.
    pub fn table(&self, topic: &str) -> BTreeMap<Vec<u8>, Vec<u8>> {
        let mut table = BTreeMap::new();
        for read in self.read(topic) {
            match (read.key, read.value) {
                (Some(key), Some(value)) => drop(table.insert(key, value)),
                (Some(key), None) => drop(table.remove(&key)),
                (None, _) => {}
            }
        }
        table
    }
    pub fn read_as(&self, topic: &str, isolation: &str) -> Vec<Read> {
        let mut config = self.config();
        config.set("group.id", "reader").set("enable.auto.commit", "false").set("enable.partition.eof", "true");
        // The broker says that a partition has ended when it has waited for more.
        config.set("isolation.level", isolation).set("fetch.wait.max.ms", "10");
        let consumer: BaseConsumer = said(config.create());
        let mut list = TopicPartitionList::new();
        // A consumer that has not asked for a topic's leaders itself begins to read a second later.
        let partitions = partitions(&consumer, topic);
        partitions.iter().for_each(|p| said(list.add_partition_offset(topic, *p, Offset::Beginning)));
        said(consumer.assign(&list));
        let mut reads = to_the_end(&consumer, partitions.len());
        reads.sort_by_key(|read| (read.partition, read.offset));
        reads
    }
}
fn partitions(consumer: &BaseConsumer, topic: &str) -> Vec<i32> {
    let metadata = said(consumer.fetch_metadata(Some(topic), PATIENCE));
    metadata.topics().iter().filter(|t| t.error().is_none()).flat_map(|t| t.partitions().iter().map(|p| p.id())).collect()
}
fn to_the_end(consumer: &BaseConsumer, partitions: usize) -> Vec<Read> {
    let (mut reads, mut ended, until) = (vec![], 0, Instant::now() + PATIENCE);
    while ended < partitions {
        assert!(Instant::now() < until, "{ended} of {partitions} partitions came to their end");
        match consumer.poll(Duration::from_millis(100)) {
            Some(Ok(message)) => reads.push(read(&message)),
            Some(Err(KafkaError::PartitionEOF(_))) => ended += 1,
            Some(Err(error)) => panic!("{error}"),
            None => {}
        }
    }
    reads
}
fn read(message: &impl Message) -> Read {
    let header = |h: Header<'_, &[u8]>| (h.key.to_owned(), h.value.unwrap_or_default().to_vec());
    Read {
        partition: message.partition(),
        offset: message.offset(),
        time: message.timestamp().to_millis().unwrap_or(-1),
        key: message.key().map(<[u8]>::to_vec),
        value: message.payload().map(<[u8]>::to_vec),
        headers: message.headers().map(|headers| headers.iter().map(header).collect()).unwrap_or_default(),
    }
}

/// Writes records; [`Writer::flush`] waits until they are there.
pub struct Writer {
    producer: BaseProducer,
}
impl Writer {
    pub fn write(&self, topic: &str, key: Option<&[u8]>, value: Option<&[u8]>, time: i64) {
        // librdkafka takes a time of 0 for "now".
        let mut record: BaseRecord<'_, [u8], [u8]> = BaseRecord::to(topic).timestamp(time.max(1)).headers(OwnedHeaders::new());
        record.key = key;
        record.payload = value;
        while let Err((error, back)) = self.producer.send(record) {
            assert!(matches!(error, KafkaError::MessageProduction(rdkafka::types::RDKafkaErrorCode::QueueFull)), "topic {topic}: {error}");
            record = back;
            self.producer.poll(Duration::from_millis(10));
        }
    }
    pub fn flush(&self) {
        said(self.producer.flush(PATIENCE));
    }
}

fn said<T, E: std::fmt::Display>(result: Result<T, E>) -> T {
    result.unwrap_or_else(|e| panic!("{e}"))
}
/// rdkafka's own threads bring the answer; nothing wakes us up.
fn wait<F: Future>(future: F) -> F::Output {
    let mut future = pin!(future);
    let mut context = Context::from_waker(Waker::noop());
    loop {
        if let Poll::Ready(answer) = future.as_mut().poll(&mut context) {
            return answer;
        }
        thread::sleep(Duration::from_millis(2));
    }
}
