//! Processes join and leave under load, exactly once: whole tasks move and are spread evenly, nothing is lost or doubled, tasks that stay go on, a
//! task that comes back finds its parked state. A member with another layout waits, and says for whom. A restore waits for open transactions.
#![allow(clippy::unwrap_used, clippy::expect_used)]
use kstreams::{App, Config, Event, Topology, plan::TaskId, prelude::*, worker::TaskState};
use kstreams_tests::{
    dice::Dice,
    kafka::{Broker, Client, Running, broker},
    words,
};
use rdkafka::producer::Producer;
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};
use tempfile::TempDir;

/// 2026-01-05.
const TIME: i64 = 1_767_571_200_000;
const PATIENCE: Duration = Duration::from_secs(60);

/// Word count under a name of its own on the broker.
struct Words {
    id: &'static str,
    broker: &'static Broker,
    client: Client,
    disk: TempDir,
}
impl Words {
    fn new(id: &'static str, broker: &'static Broker) -> Words {
        let words = Words { id, broker, client: broker.client(), disk: tempfile::tempdir().unwrap() };
        words.client.create(&words.topic("lines"), 3);
        words.client.create(&words.topic("word-counts"), 3);
        words
    }
    fn topic(&self, name: &str) -> String {
        format!("{}.{name}", self.id)
    }
    fn config(&self, process: &str) -> Config {
        Config::new()
            .bootstrap_servers(self.broker.bootstrap())
            .topic_prefix(format!("{}.", self.id))
            .state_dir(self.disk.path().join(process))
            .exactly_once()
            .commit_interval(Duration::from_millis(50))
            .checkpoint_interval(Duration::from_millis(300))
    }
    fn start(&self, process: &str) -> Running {
        Running::start(App::new(words::topology(self.id), self.config(process)))
    }
    fn updates(&self) -> BTreeMap<String, Vec<u64>> {
        let mut updates = BTreeMap::<_, Vec<u64>>::new();
        for record in self.client.read(&self.topic("word-counts")) {
            let count = u64::from_be_bytes(record.value.unwrap().try_into().unwrap());
            updates.entry(String::from_utf8(record.key.unwrap()).unwrap()).or_default().push(count);
        }
        updates
    }
    /// Waits until so many updates are there, then each word must have counted 1, 2, 3, …
    fn check(&self, lines: &[String]) {
        let expected = words::count(lines.iter().map(String::as_str));
        let (all, since) = (expected.values().sum::<u64>(), Instant::now());
        while (self.updates().values().map(Vec::len).sum::<usize>() as u64) < all {
            assert!(since.elapsed() < PATIENCE, "not all lines are counted");
            thread::sleep(Duration::from_millis(300));
        }
        let updates = self.updates();
        for (word, count) in &expected {
            assert!(updates[word].iter().copied().eq(1..=*count), "{word}: {:?} instead of 1 to {count}", updates[word]);
        }
    }
    fn write(&self, lines: &[String]) {
        let writer = self.client.writer();
        lines.iter().for_each(|line| writer.write(&self.topic("lines"), None, Some(line.as_bytes()), TIME));
        writer.flush();
    }
    /// Lines that keep coming until somebody says stop; answers all of them.
    fn keep_writing(&self, stop: Arc<AtomicBool>) -> JoinHandle<Vec<String>> {
        let (client, topic) = (self.broker.client(), self.topic("lines"));
        thread::spawn(move || {
            let (writer, mut written, mut dice) = (client.writer(), vec![], Dice::new(7));
            while !stop.load(Ordering::Relaxed) {
                for _ in 0..5 {
                    written.push(words::line(&mut dice));
                    writer.write(&topic, None, written.last().map(|l| l.as_bytes()), TIME);
                }
                thread::sleep(Duration::from_millis(10));
            }
            writer.flush();
            written
        })
    }
}
fn some_lines() -> Vec<String> {
    let mut dice = Dice::new(3);
    (0..500).map(|_| words::line(&mut dice)).collect()
}

fn spread(processes: &[&Running]) -> Vec<usize> {
    let mut spread: Vec<usize> = processes.iter().map(|p| p.tasks().len()).collect();
    spread.sort_unstable();
    spread
}
fn wait_for_spread(processes: &[&Running], expected: &[usize]) {
    processes[0].wait_until(&format!("tasks spread as {expected:?}, now {:?}", spread(processes)), || {
        (spread(processes) == expected).then_some(())
    });
}

#[test]
fn processes_that_come_and_go_under_load_lose_and_double_nothing() {
    let Some(broker) = broker() else { return };
    let words = Words::new("moves", broker);
    let stop = Arc::new(AtomicBool::new(false));
    let writing = words.keep_writing(stop.clone());
    let pauses = Pauses::default();
    let first = words.start("a");
    wait_for_spread(&[&first], &[6]);
    let watch = pauses.watch(broker.client(), words.topic("word-counts"), stop.clone());
    let second = words.start("b");
    wait_for_spread(&[&first, &second], &[3, 3]);
    let third = words.start("c");
    wait_for_spread(&[&first, &second, &third], &[2, 2, 2]);
    second.finish().unwrap();
    wait_for_spread(&[&first, &third], &[3, 3]);
    let again = words.start("b");
    wait_for_spread(&[&first, &third, &again], &[2, 2, 2]);
    stop.store(true, Ordering::Relaxed);
    let lines = writing.join().unwrap();
    watch.join().unwrap();
    words.check(&lines);
    for process in [first, third, again] {
        process.finish().unwrap();
    }
    words.check(&lines);
    println!("longest pause of the output while processes came and went: {:?}", pauses.longest());
}

/// How long the output as a whole stood still.
#[derive(Clone, Default)]
struct Pauses(Arc<std::sync::Mutex<Duration>>);
impl Pauses {
    fn watch(&self, client: Client, topic: String, stop: Arc<AtomicBool>) -> JoinHandle<()> {
        let longest = self.0.clone();
        thread::spawn(move || {
            let (mut end, mut since) = (client.read_ends(&topic), Instant::now());
            while !stop.load(Ordering::Relaxed) {
                let now = client.read_ends(&topic);
                if now > end {
                    let mut longest = longest.lock().unwrap();
                    *longest = longest.max(since.elapsed());
                    (end, since) = (now, Instant::now());
                }
                thread::sleep(Duration::from_millis(10));
            }
        })
    }
    fn longest(&self) -> Duration {
        *self.0.lock().unwrap()
    }
}

#[test]
fn a_task_that_comes_back_finds_its_parked_state() {
    let Some(broker) = broker() else { return };
    let words = Words::new("parked", broker);
    let lines = some_lines();
    words.write(&lines);
    let first = words.start("a");
    words.check(&lines);
    let second = words.start("b");
    wait_for_spread(&[&first, &second], &[3, 3]);
    let moved: BTreeSet<TaskId> = second.tasks();
    second.finish().unwrap();
    wait_for_spread(&[&first], &[6]);
    println!("{} tasks moved away and came back; records read back by the first process: {}", moved.len(), first.restored());
    assert_eq!(first.restored(), 0);
    first.finish().unwrap();
    words.check(&lines);
}

/// The same application with one store more: its task 1_2 is another task.
fn other_layout(id: &str) -> Topology {
    let b = Topology::builder(id);
    let lines = b.stream(words::Lines);
    lines.repartition::<Space<String, 3>>("other", |line| line.clone()).count("others").to_stream().discard();
    b.build(())
}

#[test]
fn a_member_with_another_layout_holds_its_tasks_and_names_whom_it_waits_for() {
    let Some(broker) = broker() else { return };
    let words = Words::new("layouts", broker);
    let old = words.start("old");
    wait_for_spread(&[&old], &[6]);
    let new = Running::start(App::new(other_layout("layouts"), words.config("new").instance("next")));
    let waiting_for =
        new.wait_for("being held", |event| if let Event::Held { waiting_for } = event { Some(waiting_for.clone()) } else { None });
    assert!(waiting_for.starts_with("layouts-"), "{waiting_for}");
    assert!(!waiting_for.contains("next"), "{waiting_for}");
    assert!(new.tasks().is_empty());
    old.finish().unwrap();
    wait_for_spread(&[&new], &[6]);
    new.finish().unwrap();
}

#[test]
fn a_restore_waits_for_the_end_of_an_open_transaction() {
    let Some(broker) = broker() else { return };
    let words = Words::new("barrier", broker);
    let lines = some_lines();
    words.write(&lines);
    let first = words.start("a");
    words.check(&lines);
    first.finish().unwrap();
    // a predecessor that is not done: it wrote to a changelog and has not committed
    let changelog = "barrier-counts-changelog";
    let mut config = rdkafka::ClientConfig::new();
    config.set("bootstrap.servers", broker.bootstrap()).set("transactional.id", "predecessor");
    let predecessor: rdkafka::producer::BaseProducer = config.create().unwrap();
    predecessor.init_transactions(PATIENCE).unwrap();
    predecessor.begin_transaction().unwrap();
    for partition in 0..3 {
        let record = rdkafka::producer::BaseRecord::to(changelog).partition(partition).key("late").payload(&[0, 0, 0, 0, 0, 0, 0, 9][..]);
        predecessor.send(record).map_err(|(e, _)| e).unwrap();
    }
    predecessor.flush(PATIENCE).unwrap();
    let second = words.start("b");
    let restoring = |event: &Event| if let Event::Task { state: TaskState::Restoring, task } = event { Some(*task) } else { None };
    let task = second.wait_for("a restore", restoring);
    thread::sleep(Duration::from_millis(500));
    assert!(!second.tasks().contains(&task), "it runs though a transaction on its changelog is open");
    predecessor.commit_transaction(PATIENCE).unwrap();
    wait_for_spread(&[&second], &[6]);
    second.finish().unwrap();
}
