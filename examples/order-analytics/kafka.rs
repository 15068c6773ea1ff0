//! On Kafka brokers: topics created and loaded if wanted, run until Ctrl-C or to the end of what is there, result read from the topic.
#[cfg(feature = "ops-http")]
use super::live;
use super::{args::Args, config, lines, report::Report};
use kstreams::{
    App,
    plan::{DeployedTopic, Deployment, Origin},
};
use kstreams_examples::{
    order_analytics::{input::Line, order_analytics},
    shutdown,
};
use rdkafka::{
    ClientConfig, Message, Offset, TopicPartitionList,
    admin::{AdminClient, AdminOptions, NewTopic, TopicReplication},
    client::DefaultClientContext,
    consumer::{BaseConsumer, Consumer},
    error::KafkaError,
    producer::{BaseProducer, BaseRecord, Producer},
    types::RDKafkaErrorCode,
};
use std::time::Duration;

/// The longest that the brokers may take to answer.
const PATIENCE: Duration = Duration::from_secs(30);
/// Between two looks for the end of the input.
const LOOK: Duration = Duration::from_millis(300);

pub(crate) async fn run(args: &Args, brokers: &str) -> kstreams::Result<()> {
    let (topology, clients) = (order_analytics::topology(), Clients { brokers: brokers.to_owned() });
    let deployment = topology.plan().declared_deployment();
    if args.create_topics {
        clients.create(&deployment).await?;
    }
    let lines = if args.load { lines(args)? } else { vec![] };
    // Before anything runs: an order that comes before its customer is known joins nobody.
    clients.load(&lines)?;
    let mut report = Report::new(topology.describe(), lines.len());
    let bad = report.bad_records();
    let config = config(args)?.bootstrap_servers(brokers);
    // The end is seen when it is committed.
    let config = if args.until_end { config.commit_interval(Duration::from_millis(100)) } else { config };
    let app = App::new(topology, config).on_event(move |event| bad.note(event));
    #[cfg(feature = "ops-http")]
    if let Some(port) = args.ops {
        println!("http://127.0.0.1:{port}/topology");
        let producer = clients.producer()?;
        app.serve_ops(port).run_until(live::fed(args.rate, |line| Clients::send(&producer, &line))).await?;
        return Ok(());
    }
    if !args.until_end {
        app.run_until(shutdown::asked()).await?;
        return Ok(());
    }
    let waiting = clients.clone();
    let end = tokio::task::spawn_blocking(move || waiting.wait_for_the_end(&deployment));
    let mut ended = None;
    let signal = async { ended = Some(end.await) };
    report.closed(&app.run_until(signal).await?);
    ended.transpose()?.transpose()?;
    clients.result(&mut report)?;
    report.print(args.json)
}

/// Clients of the brokers.
#[derive(Clone)]
struct Clients {
    brokers: String,
}
impl Clients {
    fn config(&self) -> ClientConfig {
        let mut config = ClientConfig::new();
        config.set("bootstrap.servers", &self.brokers);
        config
    }
    /// The user's topics; they keep records for ever, and take any event time.
    async fn create(&self, deployment: &Deployment) -> kstreams::Result<()> {
        let admin: AdminClient<DefaultClientContext> = self.config().create()?;
        let ours = deployment.topics.iter().filter(|topic| topic.origin == Origin::User);
        let topics: Vec<NewTopic<'_>> = ours.map(kept_for_ever).collect();
        for created in admin.create_topics(&topics, &AdminOptions::new().operation_timeout(Some(PATIENCE))).await? {
            match created {
                Ok(_) | Err((_, RDKafkaErrorCode::TopicAlreadyExists)) => {}
                Err((topic, error)) => return Err(format!("topic {topic} was not created: {error}").into()),
            }
        }
        Ok(())
    }
    fn load(&self, lines: &[Line]) -> kstreams::Result<()> {
        let producer = self.producer()?;
        lines.iter().try_for_each(|line| Clients::send(&producer, line))?;
        Ok(producer.flush(PATIENCE)?)
    }
    /// Its partitions are as Java chooses them.
    fn producer(&self) -> kstreams::Result<BaseProducer> {
        Ok(self.config().set("partitioner", "murmur2_random").set("enable.idempotence", "true").create()?)
    }
    fn send(producer: &BaseProducer, Line { topic, key, value, time }: &Line) -> kstreams::Result<()> {
        // librdkafka takes a time of 0 for "now".
        let mut record = BaseRecord::to(topic).key(key.as_bytes()).payload(value.as_bytes()).timestamp((*time).max(1));
        while let Err((error, back)) = producer.send(record) {
            if error != KafkaError::MessageProduction(RDKafkaErrorCode::QueueFull) {
                return Err(error.into());
            }
            producer.poll(Duration::from_millis(10));
            record = back;
        }
        Ok(())
    }

    /// Until nothing that is committed in a source topic lies behind the group's offsets, twice in a row: what was just read may still lead to more.
    fn wait_for_the_end(&self, deployment: &Deployment) -> kstreams::Result<()> {
        let mut seen = 0;
        while seen < 2 {
            std::thread::sleep(LOOK);
            seen = if self.is_at_the_end(deployment)? { seen + 1 } else { 0 };
        }
        Ok(())
    }
    fn is_at_the_end(&self, deployment: &Deployment) -> kstreams::Result<bool> {
        let mut partitions = TopicPartitionList::new();
        for sub in &deployment.sub_topologies {
            for topic in sub.sources.iter().map(|topic| deployment.topic(*topic)) {
                (0..topic.partitions).for_each(|p| _ = partitions.add_partition(&topic.name, p as i32));
            }
        }
        let consumer = self.reader(&deployment.application_id)?;
        // A coordinator that is not there yet is no end, nor an error.
        let Ok(mut offsets) = consumer.committed_offsets(partitions, PATIENCE) else { return Ok(false) };
        if offsets.elements().iter().any(|p| p.error().is_err()) {
            return Ok(false);
        }
        let none_yet: Vec<(String, i32)> =
            offsets.elements().iter().filter(|p| p.offset() == Offset::Invalid).map(|p| (p.topic().to_owned(), p.partition())).collect();
        for (topic, partition) in none_yet {
            offsets.set_partition_offset(&topic, partition, Offset::Beginning)?;
        }
        Ok(self.read(&consumer, &offsets, |_| Ok(()))? == 0)
    }

    fn result(&self, report: &mut Report) -> kstreams::Result<()> {
        let mut partitions = TopicPartitionList::new();
        partitions.add_partition_offset("local-buyers-per-hour", 0, Offset::Beginning)?;
        let consumer = self.reader("order-analytics-result")?;
        self.read(&consumer, &partitions, |record| report.count(record.key(), record.payload()))?;
        Ok(())
    }

    /// A consumer that joins no group.
    fn reader(&self, group: &str) -> kstreams::Result<BaseConsumer> {
        let mut config = self.config();
        config.set("group.id", group).set("enable.auto.commit", "false").set("enable.partition.eof", "true");
        Ok(config.set("isolation.level", "read_committed").create()?)
    }
    /// Reads to the end of what is committed; answers how many records there were.
    fn read(
        &self,
        consumer: &BaseConsumer,
        from: &TopicPartitionList,
        mut each: impl FnMut(&rdkafka::message::BorrowedMessage<'_>) -> kstreams::Result<()>,
    ) -> kstreams::Result<usize> {
        consumer.assign(from)?;
        let (mut ended, mut records) = (0, 0);
        while ended < from.count() {
            match consumer.poll(PATIENCE) {
                Some(Ok(record)) => {
                    each(&record)?;
                    records += 1;
                }
                Some(Err(KafkaError::PartitionEOF(_))) => ended += 1,
                Some(Err(error)) => return Err(error.into()),
                None => return Err("the brokers do not answer".into()),
            }
        }
        Ok(records)
    }
}

fn kept_for_ever(topic: &DeployedTopic) -> NewTopic<'_> {
    NewTopic::new(&topic.name, topic.partitions as i32, TopicReplication::Fixed(-1))
        .set("retention.ms", "-1")
        .set("message.timestamp.after.max.ms", "9223372036854775807")
}
