//! The reference: a loop over librdkafka with the settings that kstreams uses, which consumes, counts in a hash map where there is something to
//! count, produces, and commits.
use super::{
    measure::{Measured, Meter},
    plan::{Kind, PARTITIONS, Run},
    raw::{Output, Records, flush},
};
use rdkafka::{
    ClientConfig, Offset, TopicPartitionList,
    consumer::{BaseConsumer, CommitMode, Consumer},
    producer::{BaseProducer, Producer},
};
use std::{
    collections::HashMap,
    time::{Duration, Instant},
};

const PATIENCE: Duration = Duration::from_secs(60);

pub(super) fn run(run: &Run) -> kstreams::Result<Measured> {
    let (mut meter, consumer, producer) = (Meter::new(&run.kind), consumer(run)?, producer(run)?);
    if run.exactly_once {
        producer.init_transactions(PATIENCE)?;
    }
    let mut list = TopicPartitionList::new();
    (0..PARTITIONS).try_for_each(|p| list.add_partition_offset(&run.input, p, Offset::Beginning))?;
    consumer.assign(&list)?;
    let mut pipe = Pipe::new(run, &consumer, &producer)?;
    let (mut input, mut records) = (Records::of(&consumer), 0);
    while records < run.records {
        let got = input.take(|partition, offset, time, key, value| pipe.record(partition, offset, time, key, value)) as u64;
        if got > 0 {
            meter.begin();
        }
        records += got;
        pipe.commit_if_due()?;
        producer.poll(Duration::ZERO);
    }
    pipe.commit()?;
    Ok(meter.end(records, pipe.commits))
}
pub(super) fn consumer(run: &Run) -> kstreams::Result<BaseConsumer> {
    let mut config = ClientConfig::new();
    config.set("bootstrap.servers", &run.brokers).set("group.id", &run.id).set("enable.auto.commit", "false");
    config.set("enable.auto.offset.store", "false").set("enable.partition.eof", "true").set("check.crcs", "true");
    config.set("fetch.queue.backoff.ms", "5").set("fetch.wait.max.ms", "100").set("socket.nagle.disable", "true");
    config.set("queued.min.messages", "10000").set("queued.max.messages.kbytes", "4096");
    config.set("isolation.level", if run.exactly_once { "read_committed" } else { "read_uncommitted" });
    Ok(config.create()?)
}
fn producer(run: &Run) -> kstreams::Result<BaseProducer> {
    let mut config = ClientConfig::new();
    config.set("bootstrap.servers", &run.brokers).set("acks", "all").set("enable.idempotence", "true").set("linger.ms", "10");
    config.set("partitioner", "murmur2_random").set("delivery.report.only.error", "true").set("socket.nagle.disable", "true");
    config.set("queue.buffering.max.messages", "0").set("queue.buffering.max.kbytes", "65536");
    if run.exactly_once {
        config.set("transactional.id", &run.id);
    }
    Ok(config.create()?)
}

struct Pipe<'a> {
    run: &'a Run,
    consumer: &'a BaseConsumer,
    producer: &'a BaseProducer,
    output: Output<'a>,
    changelog: Option<Output<'a>>,
    counts: HashMap<Vec<u8>, u64>,
    /// Keys that changed since the last commit, with their last time.
    changed: HashMap<Vec<u8>, i64>,
    offsets: HashMap<i32, i64>,
    open: bool,
    committed: Instant,
    commits: u64,
}
impl<'a> Pipe<'a> {
    fn new(run: &'a Run, consumer: &'a BaseConsumer, producer: &'a BaseProducer) -> kstreams::Result<Pipe<'a>> {
        let changelog = (run.kind != Kind::Pipe).then(|| Output::new(producer, &run.changelog())).transpose()?;
        Ok(Pipe {
            run,
            consumer,
            producer,
            output: Output::new(producer, &run.output())?,
            changelog,
            counts: HashMap::new(),
            changed: HashMap::new(),
            offsets: HashMap::new(),
            open: false,
            committed: Instant::now(),
            commits: 0,
        })
    }
    fn record(&mut self, partition: i32, offset: i64, time: i64, key: &[u8], value: &[u8]) {
        if self.run.exactly_once && !self.open {
            self.open = self.producer.begin_transaction().is_ok();
        }
        self.offsets.insert(partition, offset + 1);
        match self.run.kind {
            Kind::StatefulPipe => {
                let count = self.count(key).to_be_bytes();
                self.write(time, key, &count);
            }
            Kind::StatefulPipeCoalesced => {
                self.count(key);
                match self.changed.get_mut(key) {
                    Some(last) => *last = time,
                    None => drop(self.changed.insert(key.to_vec(), time)),
                }
            }
            _ => self.output.write(time, key, value),
        }
    }
    fn count(&mut self, key: &[u8]) -> u64 {
        let count = match self.counts.get_mut(key) {
            Some(count) => count,
            None => self.counts.entry(key.to_vec()).or_default(),
        };
        *count += 1;
        *count
    }
    fn write(&self, time: i64, key: &[u8], value: &[u8]) {
        if let Some(changelog) = &self.changelog {
            changelog.write(time, key, value);
        }
        self.output.write(time, key, value);
    }
    fn commit_if_due(&mut self) -> kstreams::Result<()> {
        let interval = if self.run.exactly_once { Duration::from_millis(100) } else { Duration::from_secs(1) };
        if self.committed.elapsed() >= interval { self.commit() } else { Ok(()) }
    }
    fn commit(&mut self) -> kstreams::Result<()> {
        for (key, time) in std::mem::take(&mut self.changed) {
            self.write(time, &key, &self.counts[&key].to_be_bytes());
        }
        let mut list = TopicPartitionList::new();
        self.offsets.drain().try_for_each(|(p, offset)| list.add_partition_offset(&self.run.input, p, Offset::Offset(offset)))?;
        if list.count() > 0 {
            self.end(&list)?;
            self.commits += 1;
        }
        self.committed = Instant::now();
        Ok(())
    }
    fn end(&mut self, offsets: &TopicPartitionList) -> kstreams::Result<()> {
        flush(self.producer, PATIENCE)?;
        if self.run.exactly_once {
            let group = self.consumer.group_metadata().ok_or("the consumer has no group")?;
            self.producer.send_offsets_to_transaction(offsets, &group, PATIENCE)?;
            self.producer.commit_transaction(PATIENCE)?;
            self.open = false;
        } else {
            self.consumer.commit(offsets, CommitMode::Sync)?;
        }
        Ok(())
    }
}
