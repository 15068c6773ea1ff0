//! The driver: a topology under test.
use super::{TestInput, TestOutput, rig::Rig};
use crate::{
    Headers, TopicRef, Topology,
    plan::{Deployment, Plan},
    shell::{
        Clock,
        embedded::{EmbeddedLog, LogRecord, TopicConfig},
    },
    state::Page,
    worker::{Event, Query, Refusal, Settings},
};
use std::time::Duration;

/// Runs a topology in a test: the real worker with all its tasks over the embedded log, every topic that is not there with its declared partitions.
///
/// Each [`TestInput::send`] processes the record and everything that follows from it, through repartition topics too, and commits. The
/// clock starts at 0 and moves only by [`TestDriver::advance_wall_clock`]. State is in memory and outlives [`TestDriver::crash`]. Whatever goes
/// wrong panics with a text that says what: it is a test.
///
/// Unlike Kafka Streams' `TopologyTestDriver` there are several partitions and one task for each.
pub struct TestDriver<Q = ()> {
    pub(super) rig: Rig,
    topology: Topology<Q>,
}
impl<Q> TestDriver<Q> {
    /// A driver at least once; every send is committed.
    ///
    /// # Panics
    /// If the topology has problems.
    pub fn new(topology: Topology<Q>) -> TestDriver<Q> {
        TestDriver::with_settings(topology, at_once())
    }
    /// A driver with topics that are there before it starts, each with its number of partitions: for what [`matching`](crate::matching) finds. Later
    /// ones, which [`TestDriver::log`] creates, are taken in by [`TestDriver::restart`].
    ///
    /// ```
    /// use kstreams::prelude::*;
    /// let b = Topology::builder("all");
    /// let topic = |name: &str| named::<Space<String, 2>, u64>(name);
    /// b.stream(matching::<Space<String, 2>, u64>("shop-.*")).to(topic("all"));
    /// let mut driver = TestDriver::with_topics(b.build(()), &[("shop-de", 2), ("shop-fr", 2), ("bank-de", 2)]);
    /// driver.input(topic("bank-de")).send("a".into(), 1);
    /// driver.input(topic("shop-fr")).send("a".into(), 2);
    /// assert_eq!(driver.output(topic("all")).values(), [2]);
    /// ```
    ///
    /// # Panics
    /// If the topology has problems, or these topics do not fit it.
    pub fn with_topics(topology: Topology<Q>, topics: &[(&str, u32)]) -> TestDriver<Q> {
        let log = EmbeddedLog::new();
        topics.iter().for_each(|(name, partitions)| said(log.create_topic(name, *partitions, TopicConfig::default())));
        TestDriver::over(log, topology, at_once())
    }
    /// A driver with these settings. With a `commit_interval_ms` above 0 nothing is committed before the wall clock has moved by it.
    ///
    /// # Panics
    /// If the topology has problems.
    pub fn with_settings(topology: Topology<Q>, settings: Settings) -> TestDriver<Q> {
        TestDriver::over(EmbeddedLog::new(), topology, settings)
    }
    /// The same with this many partitions in every topic, whatever is declared: what happens where the brokers' topics have other counts.
    ///
    /// # Panics
    /// If the topology has problems.
    pub fn with_partitions(topology: Topology<Q>, settings: Settings, partitions: u32) -> TestDriver<Q> {
        let mut plan = topology.plan().clone();
        plan.topics.iter_mut().for_each(|topic| topic.partitions = partitions);
        TestDriver::planned(EmbeddedLog::new(), topology, plan, settings)
    }
    /// A driver over a log that holds something already.
    ///
    /// # Panics
    /// If the topology has problems, or the log's topics do not fit it.
    pub fn over(log: EmbeddedLog, topology: Topology<Q>, settings: Settings) -> TestDriver<Q> {
        let plan = topology.plan().clone();
        TestDriver::planned(log, topology, plan, settings)
    }
    fn planned(log: EmbeddedLog, topology: Topology<Q>, plan: Plan, settings: Settings) -> TestDriver<Q> {
        let problems = topology.problems();
        assert!(problems.is_empty(), "the topology has problems:\n{}", problems.join("\n"));
        let rig = said(Rig::new(log, topology.blueprint().clone(), plan, settings));
        TestDriver { rig, topology }.checked()
    }
    /// The topology under test.
    pub fn topology(&self) -> &Topology<Q> {
        &self.topology
    }
    /// A topic to send to.
    pub fn input<T: TopicRef>(&mut self, topic: T) -> TestInput<'_, Q, T> {
        TestInput { driver: self, topic, time: None, headers: Headers::new(), partition: None }
    }
    /// Everything that was written to a topic, in the order of the sends; what one send wrote, by partition.
    pub fn output<T: TopicRef>(&self, topic: T) -> TestOutput<T> {
        let records = self.rig.captured.all(&topic.decl().name).to_vec();
        TestOutput { topic, records }
    }
    /// What was written to a topic since the last call for it.
    pub fn take_output<T: TopicRef>(&mut self, topic: T) -> TestOutput<T> {
        let records = self.rig.captured.take(&topic.decl().name).to_vec();
        TestOutput { topic, records }
    }
    /// Moves the clock: wall-clock timers fire that fall due, and what waits for a time-out goes on.
    ///
    /// # Panics
    /// If a task fails.
    pub fn advance_wall_clock(&mut self, by: Duration) {
        self.rig.clock.advance(by.as_millis() as i64);
        self.run();
    }
    /// What the wall clock shows, milliseconds; it starts at 0.
    pub fn wall_clock(&self) -> i64 {
        self.rig.clock.now().wall
    }
    /// The worker is gone, as after a kill: what was not committed is lost. A new one starts over the same log and databases.
    ///
    /// # Panics
    /// If a task cannot be restored.
    pub fn crash(&mut self) {
        self.rig.crash();
        said(self.rig.start());
        self.check();
    }
    /// As [`TestDriver::crash`], and the disk is gone too: the new worker restores all state from the log.
    ///
    /// # Panics
    /// If a task cannot be restored.
    pub fn crash_and_lose_disk(&mut self) {
        self.rig.crash();
        self.rig.forget_databases();
        said(self.rig.start());
        self.check();
    }
    /// The worker finishes in good order, and a new one starts over the same log and databases.
    ///
    /// # Panics
    /// If a task cannot be restored.
    pub fn restart(&mut self) {
        self.rig.close();
        said(self.rig.start());
        self.check();
    }
    /// The worker finishes in good order, and another topology of the same application starts over the same log and databases: what an edit does to
    /// what is there. The clock goes on.
    ///
    /// ```
    /// use kstreams::prelude::*;
    /// let words = || named::<Space<String, 1>, String>("words");
    /// let counts = || named::<Space<String, 1>, u64>("counts");
    /// let built = |only: &'static str| {
    ///     let b = Topology::builder("counted");
    ///     b.stream(words()).filter(move |word| word.starts_with(only)).count("counted").to(counts());
    ///     b.build(())
    /// };
    /// let mut driver = TestDriver::new(built(""));
    /// driver.input(words()).send("ann".into(), "tea".into());
    /// let mut driver = driver.upgrade(built("t"));
    /// driver.input(words()).send("ann".into(), "ale".into()).send("ann".into(), "tin".into());
    /// assert_eq!(driver.output(counts()).values(), [1, 2]);
    /// ```
    ///
    /// # Panics
    /// If the topology has problems, or the log's topics do not fit it, or a task cannot be restored.
    pub fn upgrade<R>(mut self, topology: Topology<R>) -> TestDriver<R> {
        let problems = topology.problems();
        assert!(problems.is_empty(), "the topology has problems:\n{}", problems.join("\n"));
        self.rig.close();
        self.rig.upgrade(topology.blueprint().clone(), topology.plan().clone());
        said(self.rig.start());
        TestDriver { rig: self.rig, topology }.checked()
    }
    /// What the worker told since the last call: states of tasks, bad records, commits.
    pub fn take_events(&mut self) -> Vec<Event> {
        self.rig.take_events()
    }
}

/// Bytes: for formats that the topology's types do not know, and for conformance tests.
impl<Q> TestDriver<Q> {
    /// Sends a record as bytes; without a partition, to that of Kafka's default partitioner.
    ///
    /// # Panics
    /// If there is no such topic or partition, or a task fails.
    pub fn send_bytes(
        &mut self,
        topic: &str,
        partition: Option<u32>,
        key: Option<&[u8]>,
        value: Option<&[u8]>,
        time: i64,
        headers: &Headers,
    ) {
        match partition {
            Some(partition) => _ = said(self.rig.log.produce_to(topic, partition, key, value, time, headers)),
            None => _ = said(self.rig.log.produce(topic, key, value, time, headers)),
        }
        self.run();
    }
    /// Everything that was written to a topic, internal ones too, as bytes, in the order of the sends.
    pub fn read_bytes(&self, topic: &str) -> &[LogRecord] {
        self.rig.captured.all(topic)
    }
    /// A store's changelog, compacted: the last record of each key that is not a tombstone, in the order of the keys' bytes.
    ///
    /// # Panics
    /// If there is no such store, or it has no changelog.
    pub fn changelog(&self, store: &str) -> Vec<LogRecord> {
        let changelogs = self.rig.deployment.sub_topologies.iter().flat_map(|s| &s.changelogs);
        let Some(changelog) = changelogs.into_iter().find(|c| &*c.store == store) else {
            panic!("there is no store `{store}` with a changelog");
        };
        let records = said(self.rig.log.read(&self.rig.deployment.topic(changelog.topic).name));
        compacted(records)
    }
    /// The log, to look at or to write to; call [`TestDriver::run`] after writing.
    pub fn log(&self) -> &EmbeddedLog {
        &self.rig.log
    }
    /// What runs: real names and partition counts of topics, sub-topologies, tasks.
    pub fn deployment(&self) -> &Deployment {
        &self.rig.deployment
    }
    /// Processes whatever waits, and commits.
    ///
    /// # Panics
    /// If a task fails.
    pub fn run(&mut self) {
        said(self.rig.run());
        self.check();
    }
    /// Takes this many steps of the worker at most, and leaves what then waits as it is: for a [`TestDriver::crash`] in the middle.
    ///
    /// # Panics
    /// If a task fails.
    pub fn run_steps(&mut self, steps: usize) {
        said(self.rig.run_steps(steps));
        self.check();
    }
    /// Asks a store of a task.
    pub(crate) fn ask(&self, query: Query) -> Result<Page, Refusal> {
        self.rig.ask(query)
    }
    /// A topic's number of partitions.
    pub(super) fn partitions(&self, topic: &str) -> u32 {
        let Some(info) = self.rig.log.topics().into_iter().find(|t| &*t.name == topic) else {
            panic!("the topology has no topic `{topic}`");
        };
        info.partitions
    }
    fn checked(mut self) -> Self {
        self.check();
        self
    }
    fn check(&mut self) {
        if let Some(reason) = self.rig.failure() {
            panic!("{reason}");
        }
    }
}

fn compacted(records: Vec<LogRecord>) -> Vec<LogRecord> {
    let last: std::collections::BTreeMap<Option<Vec<u8>>, LogRecord> = records.into_iter().map(|r| (r.key.clone(), r)).collect();
    last.into_values().filter(|r| r.value.is_some()).collect()
}
/// Every send is committed.
fn at_once() -> Settings {
    Settings { commit_interval_ms: 0, ..Settings::default() }
}
/// The answer, or a panic with its own words.
fn said<T>(answer: Result<T, impl std::fmt::Display>) -> T {
    answer.unwrap_or_else(|error| panic!("{error}"))
}
