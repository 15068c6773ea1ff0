//! Queries on a real broker, exactly once, while words keep coming and members join, leave and are killed: an answer is a count that was committed,
//! none older than what the output showed two transactions ago, and none that goes back; or it is an error that says what happens.
#![allow(clippy::unwrap_used, clippy::expect_used)]
use kstreams::{App, Config, Event, QueryError, Reader};
use kstreams_tests::{
    dice::Dice,
    kafka::{Broker, Client, Process, Running, broker},
    words,
};
use rdkafka::{
    ClientConfig, Message, Offset, TopicPartitionList,
    consumer::{BaseConsumer, Consumer},
};
use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    path::Path,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
        mpsc,
    },
    task::{Context, Waker},
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};
use tempfile::TempDir;

/// 2026-01-05.
const TIME: i64 = 1_767_571_200_000;
const PATIENCE: Duration = Duration::from_secs(60);
const PARTITIONS: i32 = 3;
/// Words that are there so that a restore takes a while.
const BULK: usize = 60_000;
/// Words whose counts grow, and which are asked for.
const HOT: usize = 40;
/// A killed member is missed after this; milliseconds.
const SESSION: &str = "2000";

/// Word count under a name of its own on the broker.
struct Words {
    id: &'static str,
    broker: &'static Broker,
    client: Client,
    disk: TempDir,
    /// How often each hot word was written, or is about to be.
    written: Arc<Mutex<BTreeMap<String, u64>>>,
}
impl Words {
    fn new(id: &'static str, broker: &'static Broker) -> Words {
        let words = Words { id, broker, client: broker.client(), disk: tempfile::tempdir().unwrap(), written: Arc::default() };
        words.client.create(&words.topic("lines"), PARTITIONS);
        words.client.create(&words.topic("word-counts"), PARTITIONS);
        words
    }
    fn topic(&self, name: &str) -> String {
        format!("{}.{name}", self.id)
    }
    fn config(&self, instance: &str, disk: &str) -> Config {
        Config::new()
            .bootstrap_servers(self.broker.bootstrap())
            .topic_prefix(self.topic(""))
            .state_dir(self.disk.path().join(disk))
            .exactly_once()
            .commit_interval(Duration::from_millis(50))
            .checkpoint_interval(Duration::from_millis(300))
            .instance(instance)
            .endpoint(endpoint(instance))
            .kafka("consumer.session.timeout.ms", SESSION)
    }
    /// A process that can be killed; nobody can ask it.
    fn process(&self, instance: &str, disk: &str) -> Process {
        let settings = [
            ("BOOTSTRAP_SERVERS", self.broker.bootstrap()),
            ("TOPIC_PREFIX", self.topic("")),
            ("GUARANTEE", "exactly_once".to_owned()),
            ("COMMIT_INTERVAL_MS", "50".to_owned()),
            ("STATE_DIR", self.disk.path().join(disk).display().to_string()),
            ("INSTANCE", instance.to_owned()),
            ("ENDPOINT", endpoint(instance)),
            ("KAFKA_CONSUMER_SESSION_TIMEOUT_MS", SESSION.to_owned()),
        ];
        Process::start(Path::new(env!("CARGO_BIN_EXE_counter")), &[self.id], &settings)
    }
    fn write(&self, lines: impl IntoIterator<Item = String>) {
        let writer = self.client.writer();
        lines.into_iter().for_each(|line| writer.write(&self.topic("lines"), None, Some(line.as_bytes()), TIME));
        writer.flush();
    }
    /// Hot words that keep coming until somebody says stop.
    fn keep_writing(&self, stop: Arc<AtomicBool>) -> JoinHandle<()> {
        let (client, topic, written) = (self.broker.client(), self.topic("lines"), self.written.clone());
        thread::spawn(move || {
            let (writer, mut dice) = (client.writer(), Dice::new(7));
            while !stop.load(Ordering::Relaxed) {
                let line: Vec<String> = (0..5).map(|_| hot(dice.below(HOT))).collect();
                line.iter().for_each(|word| *written.lock().unwrap().entry(word.clone()).or_default() += 1);
                writer.write(&topic, None, Some(line.join(" ").as_bytes()), TIME);
                thread::sleep(Duration::from_millis(5));
            }
            writer.flush();
        })
    }
    fn ask(&self, instance: &'static str, disk: &str, shown: &Shown) -> Asked {
        let app = App::new(words::read(self.id), self.config(instance, disk));
        let reader = app.reader(app.stores());
        let (stop, written, shown) = (Arc::new(AtomicBool::new(false)), self.written.clone(), shown.clone());
        let asker = Asker { instance, reader, written, shown, last: HashMap::new(), seen: BTreeMap::new() };
        let thread = thread::spawn({
            let stop = stop.clone();
            move || asker.ask_until(&stop)
        });
        Asked { running: Running::start(app), stop, thread }
    }
}
fn hot(n: usize) -> String {
    format!("hot-{n}")
}
fn endpoint(instance: &str) -> String {
    format!("{instance}.example:80")
}
fn block_on<T>(run: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(run)
}

/// What the output shows, read committed. A worker begins a transaction when it has taken the answer to the one before: a count behind which its
/// partition shows others, of later transactions, must be what the worker says.
#[derive(Clone, Default)]
struct Shown(Arc<Mutex<BTreeMap<String, u64>>>);
/// A partition of it: transactions end with a marker, which leaves a gap between offsets. Of two, because a dead member's marker may come late.
#[derive(Default)]
struct Transactions {
    next: i64,
    newest: BTreeMap<String, u64>,
    before: BTreeMap<String, u64>,
}
impl Shown {
    fn follow(&self, words: &Words, stop: Arc<AtomicBool>) -> JoinHandle<()> {
        let mut config = ClientConfig::new();
        config.set("bootstrap.servers", words.broker.bootstrap()).set("group.id", "shown").set("enable.auto.commit", "false");
        let consumer: BaseConsumer = config.set("isolation.level", "read_committed").create().unwrap();
        let (topic, shown) = (words.topic("word-counts"), self.clone());
        let mut list = TopicPartitionList::new();
        (0..PARTITIONS).for_each(|p| list.add_partition_offset(&topic, p, Offset::Beginning).unwrap());
        consumer.assign(&list).unwrap();
        thread::spawn(move || {
            let mut partitions = BTreeMap::<i32, Transactions>::new();
            while !stop.load(Ordering::Relaxed) {
                if let Some(record) = consumer.poll(Duration::from_millis(50)) {
                    shown.take(partitions.entry(record.as_ref().unwrap().partition()).or_default(), &record.unwrap());
                }
            }
        })
    }
    fn take(&self, of: &mut Transactions, record: &impl Message) {
        if record.offset() != of.next {
            self.0.lock().unwrap().append(&mut of.before);
            of.before = std::mem::take(&mut of.newest);
        }
        of.next = record.offset() + 1;
        let word = String::from_utf8(record.key().unwrap().to_vec()).unwrap();
        of.newest.insert(word, u64::from_be_bytes(record.payload().unwrap().try_into().unwrap()));
    }
    fn count(&self, word: &str) -> u64 {
        self.0.lock().unwrap().get(word).copied().unwrap_or(0)
    }
}

/// An application that is asked without a pause.
struct Asked {
    running: Running,
    stop: Arc<AtomicBool>,
    thread: JoinHandle<Seen>,
}
/// How often there was which kind of answer.
type Seen = BTreeMap<&'static str, usize>;
impl Asked {
    /// It leaves in good order; the question is asked until afterwards.
    fn leave(self) -> Seen {
        self.running.finish().unwrap();
        self.stop.store(true, Ordering::Relaxed);
        self.thread.join().unwrap()
    }
}
/// Who asks, and judges the answers.
struct Asker {
    instance: &'static str,
    reader: Reader<String, u64>,
    written: Arc<Mutex<BTreeMap<String, u64>>>,
    shown: Shown,
    last: HashMap<String, u64>,
    seen: Seen,
}
impl Asker {
    fn ask_until(mut self, stop: &AtomicBool) -> Seen {
        let mut dice = Dice::new(3);
        while !stop.load(Ordering::Relaxed) {
            let word = hot(dice.below(HOT));
            let at_least = self.shown.count(&word);
            let answer = block_on(self.reader.get(&word));
            let kind = self.judge(&word, at_least, answer);
            *self.seen.entry(kind).or_default() += 1;
            if kind != "answered" {
                // Two cores are to do more than to be asked.
                thread::sleep(Duration::from_millis(1));
            }
        }
        self.seen
    }
    fn judge(&mut self, word: &str, at_least: u64, answer: Result<Option<u64>, QueryError>) -> &'static str {
        match answer {
            Ok(count) => {
                self.judge_count(word, at_least, count.unwrap_or(0));
                "answered"
            }
            Err(QueryError::Elsewhere { owner, .. }) => {
                assert!(!owner.here && owner.endpoint != Some(endpoint(self.instance)), "{} says of itself: {owner:?}", self.instance);
                "elsewhere"
            }
            Err(QueryError::Restoring { remaining, .. }) => {
                assert!(remaining > 0);
                "restoring"
            }
            Err(QueryError::Rebalancing { .. }) => "rebalancing",
            Err(QueryError::NotRunning) => "not running",
            Err(QueryError::TimedOut) => "timed out",
            Err(other) => panic!("{}: {other}", self.instance),
        }
    }
    fn judge_count(&mut self, word: &str, at_least: u64, count: u64) {
        let (instance, written) = (self.instance, self.written.lock().unwrap().get(word).copied().unwrap_or(0));
        assert!(count >= at_least, "{instance}, {word}: {count}, and {at_least} were committed long before the question");
        assert!(count <= written, "{instance}, {word}: {count}, and only {written} were written");
        let last = self.last.insert(word.to_owned(), count).unwrap_or(0);
        assert!(count >= last, "{instance}, {word}: {count} behind {last}");
    }
}
fn wait_for_spread(processes: &[&Asked], expected: &[usize]) {
    let spread = || {
        let mut spread: Vec<usize> = processes.iter().map(|p| p.running.tasks().len()).collect();
        spread.sort_unstable();
        spread
    };
    processes[0].running.wait_until(&format!("tasks spread as {expected:?}"), || (spread() == expected).then_some(()));
}

#[test]
fn an_answer_is_right_or_says_why_there_is_none_while_members_come_go_and_die() {
    let Some(broker) = broker() else { return };
    let words = Words::new("asked", broker);
    words.write((0..BULK / 100).map(|line| (0..100).map(|n| format!("bulk-{line}-{n}")).collect::<Vec<_>>().join(" ")));
    let (stop, shown) = (Arc::new(AtomicBool::new(false)), Shown::default());
    let (writing, following) = (words.keep_writing(stop.clone()), shown.follow(&words, stop.clone()));
    let first = words.ask("a", "a", &shown);
    let since = Instant::now();
    while words.client.read_ends(&words.topic("word-counts")) < BULK as u64 {
        assert!(since.elapsed() < PATIENCE, "the bulk is not counted");
        thread::sleep(Duration::from_millis(100));
    }
    let second = words.ask("b", "b", &shown);
    wait_for_spread(&[&first, &second], &[3, 3]);
    // A third joins, and is killed.
    let third = words.process("c", "c");
    wait_for_spread(&[&first, &second], &[2, 2]);
    third.wait_for("running");
    drop(third.kill());
    wait_for_spread(&[&first, &second], &[3, 3]);
    // It comes back without its disk.
    let third = words.ask("c", "another", &shown);
    wait_for_spread(&[&first, &second, &third], &[2, 2, 2]);
    let mut seen = second.leave();
    wait_for_spread(&[&first, &third], &[3, 3]);
    stop.store(true, Ordering::Relaxed);
    writing.join().unwrap();
    following.join().unwrap();
    for (kind, count) in first.leave().into_iter().chain(third.leave()) {
        *seen.entry(kind).or_default() += count;
    }
    println!("{seen:?}");
    let kinds: BTreeSet<&str> = seen.keys().copied().collect();
    for kind in ["answered", "elsewhere", "restoring", "rebalancing"] {
        assert!(kinds.contains(kind), "nobody was told `{kind}`: {seen:?}");
    }
    let mut shown = words.client.table(&words.topic("word-counts"));
    for (word, written) in &*words.written.lock().unwrap() {
        // What was written last may not be counted yet.
        let count = u64::from_be_bytes(shown.remove(word.as_bytes()).unwrap().try_into().unwrap());
        assert!(count <= *written, "{word} was counted {count} times and written {written} times");
    }
}

/// A worker that stands still for too long loses its tasks and does not know. Asked then, it may say what it had committed; never something else,
/// and as soon as it knows it says that.
#[test]
fn a_member_that_was_given_up_and_has_not_noticed_says_nothing_but_what_it_had_committed() {
    let Some(broker) = broker() else { return };
    let words = Words::new("still", broker);
    let (stand_still, go_on, listen) = hold();
    let config = words.config("a", "a").kafka("consumer.max.poll.interval.ms", "2500");
    let app = App::new(words::read("still"), config).on_event(listen);
    let reader = app.reader(app.stores()).deadline(PATIENCE);
    let first = Running::start(app);
    let word = hot(0);
    let counted = |running: &Running, reader: &Reader<String, u64>, count: u64| {
        running.wait_until(&format!("{word} = {count}"), || (block_on(reader.get(&word)) == Ok(Some(count))).then_some(()));
    };
    words.write([word.clone()]);
    counted(&first, &reader, 1);
    stand_still.store(true, Ordering::Relaxed);
    words.write([word.clone()]);
    first.wait_until("standing still", || (!stand_still.load(Ordering::Relaxed)).then_some(()));
    let app = App::new(words::read("still"), words.config("b", "b"));
    let second_reader = app.reader(app.stores());
    let second = Running::start(app);
    counted(&second, &second_reader, 2);
    words.write([word.clone()]);
    counted(&second, &second_reader, 3);
    // The question lies there before the worker looks around.
    let mut asked = Box::pin(reader.get(&word));
    assert!(asked.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
    drop(go_on);
    let answer = block_on(asked);
    println!("the worker that stood still says {answer:?}");
    // Its commit may have been that of the word's way to the count.
    assert!(matches!(answer, Ok(Some(1 | 2)) | Err(QueryError::Rebalancing { .. } | QueryError::Elsewhere { .. })), "{answer:?}");
    // It learns of it: then nothing old is said any more.
    first.wait_until("news", || match block_on(reader.get(&word)) {
        Ok(Some(1 | 2)) => None,
        Ok(count) => (count == Some(3)).then_some(()).or_else(|| panic!("{count:?}")),
        Err(QueryError::Elsewhere { owner, .. }) => (owner.endpoint == Some(endpoint("b"))).then_some(()),
        Err(error) => {
            assert!(error.is_passing(), "{error}");
            None
        }
    });
    first.finish().unwrap();
    second.finish().unwrap();
}
/// Lets a worker stand still behind its next commit: set to stand still, which sets it back; dropped to go on; and who listens.
fn hold() -> (Arc<AtomicBool>, mpsc::Sender<()>, impl Fn(&Event) + Send + Sync + 'static) {
    let (stand_still, (go_on, hold)) = (Arc::new(AtomicBool::new(false)), mpsc::channel::<()>());
    let (asked, hold) = (stand_still.clone(), Mutex::new(hold));
    let listen = move |event: &Event| {
        if matches!(event, Event::Committed { .. }) && asked.swap(false, Ordering::Relaxed) {
            // It ends when the other side is dropped.
            let _ = hold.lock().unwrap().recv();
        }
    };
    (stand_still, go_on, listen)
}
