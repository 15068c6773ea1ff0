//! The pipelines on a real broker: at least once and exactly once, one worker, and two processes of two workers. What comes out is what a plain
//! fold over the input says.
#![allow(clippy::unwrap_used, clippy::expect_used)]
use kstreams::{App, AppError, Closed, Config, Guarantee, Topology};
use kstreams_tests::{
    dice::Dice,
    kafka::{Broker, Client, Run, Running, broker},
    oracle,
    pipeline::{self, Fed, Pipeline},
};
use std::{
    thread,
    time::{Duration, Instant},
};
use tempfile::TempDir;

const RECORDS: u64 = 2_000;
/// 2026-01-05.
const START_MS: i64 = 1_767_571_200_000;
const PATIENCE: Duration = Duration::from_secs(60);

/// One pipeline on the broker under names of its own.
struct Case {
    pipeline: &'static Pipeline,
    guarantee: Guarantee,
    processes: u32,
    id: String,
    prefix: String,
    client: Client,
    disk: TempDir,
}
impl Case {
    fn new(broker: &Broker, pipeline: &'static Pipeline, guarantee: Guarantee, processes: u32) -> Case {
        let id = format!("{}-{}-{processes}", pipeline.name, if guarantee == Guarantee::ExactlyOnce { "eos" } else { "alo" });
        let (prefix, client, disk) = (format!("{id}."), broker.client(), tempfile::tempdir().unwrap());
        Case { pipeline, guarantee, processes, id, prefix, client, disk }
    }
    fn topology(&self) -> Topology {
        (self.pipeline.topology)(&self.id)
    }
    fn create_topics(&self) {
        for topic in self.topology().plan().declared_deployment().topics {
            if topic.origin == kstreams::plan::Origin::User {
                self.client.create(&format!("{}{}", self.prefix, topic.name), topic.partitions as i32);
            }
        }
    }
    /// Everything is there before a worker starts, a hundred milliseconds apart: the order of time is then the only one.
    fn load(&self) -> Vec<Fed> {
        let mut dice = Dice::new(1);
        let feeds = (self.pipeline.preload)().into_iter().chain((0..RECORDS).map(|i| (self.pipeline.feed)(&mut dice, i)));
        let fed: Vec<Fed> = feeds.zip(0..).map(|(feed, i)| Fed { feed, time: START_MS + i * 100 }).collect();
        let writer = self.client.writer();
        for Fed { feed, time } in &fed {
            let value = feed.value.map(u64::to_be_bytes);
            let topic = format!("{}{}", self.prefix, feed.topic);
            writer.write(&topic, Some(feed.key.as_bytes()), value.as_ref().map(|v| &v[..]), *time);
        }
        writer.flush();
        fed
    }
    fn config(&self, process: u32, broker: &Broker) -> Config {
        let folder = self.disk.path().join(process.to_string());
        let config = Config::new().bootstrap_servers(broker.bootstrap()).topic_prefix(&self.prefix).state_dir(folder);
        let config =
            config.commit_interval(Duration::from_millis(100)).checkpoint_interval(Duration::from_millis(500)).threads(self.processes);
        if self.guarantee == Guarantee::ExactlyOnce { config.exactly_once() } else { config }
    }
    fn check(&self, fed: &[Fed]) -> Result<(), String> {
        let run = Run { client: &self.client, prefix: &self.prefix, id: &self.id };
        oracle::check(&run, self.pipeline, (self.pipeline.expected)(fed), self.guarantee == Guarantee::ExactlyOnce)
    }
    /// Until the output is right, and it stays so when everybody has finished.
    fn run(&self, broker: &Broker) -> Result<(), String> {
        self.create_topics();
        let fed = self.load();
        let apps: Vec<Running> = (0..self.processes).map(|p| Running::start(App::new(self.topology(), self.config(p, broker)))).collect();
        let since = Instant::now();
        let mut right = self.check(&fed);
        while right.is_err() && since.elapsed() < PATIENCE && !apps.iter().any(|app| app.has_ended()) {
            thread::sleep(Duration::from_millis(200));
            right = self.check(&fed);
        }
        let closed: Result<Vec<Closed>, AppError> = apps.into_iter().map(Running::finish).collect();
        let closed = closed.map_err(|e| format!("{e} ({right:?})"))?;
        println!("{}: {:?} after {:?}", self.id, closed, since.elapsed());
        self.check(&fed)
    }
}

fn all(guarantee: Guarantee, processes: u32) {
    let Some(broker) = broker() else { return };
    let fails = |p: &&'static Pipeline| Case::new(broker, p, guarantee, processes).run(broker).err().map(|e| format!("{}: {e}", p.name));
    let failures: Vec<String> =
        pipeline::ALL.iter().filter(|p| p.at_least_once || guarantee == Guarantee::ExactlyOnce).filter_map(fails).collect();
    assert!(failures.is_empty(), "{guarantee:?}, {processes} processes:\n{}", failures.join("\n"));
}

#[test]
fn one_worker_at_least_once() {
    all(Guarantee::AtLeastOnce, 1);
}
#[test]
fn one_worker_exactly_once() {
    all(Guarantee::ExactlyOnce, 1);
}
#[test]
fn two_processes_at_least_once() {
    all(Guarantee::AtLeastOnce, 2);
}
#[test]
fn two_processes_exactly_once() {
    all(Guarantee::ExactlyOnce, 2);
}
