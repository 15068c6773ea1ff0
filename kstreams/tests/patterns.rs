//! Patterns: all topics whose names match are one source; which they are is settled when the application starts, and told when it changes.
#![cfg(all(feature = "macros", feature = "embedded"))]
#![allow(clippy::unwrap_used, clippy::expect_used)]
use kstreams::{
    App, Event, Headers, Topology,
    lock::Lock,
    plan::solve::{Facts, TopicFacts, TopicOptions, solve},
    prelude::*,
    shell::embedded::{EmbeddedLog, TopicConfig},
};
use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

/// Orders of all shops.
#[topic(pattern = "shop-.*-orders", key = String, value = u64, partitions = 2)]
struct Orders;
#[topic(name = "discounts", key = String, value = u64, partitions = 2)]
struct Discounts;
#[topic(name = "totals", key = String, value = u64, partitions = 2)]
struct Totals;

#[topology(id = "shop")]
fn sums(orders: StreamOf<Orders>, discounts: TableOf<Discounts>) {
    orders.left_join(discounts, |amount, discount| amount - discount.copied().unwrap_or(0)).reduce("sum", |a, b| *a += b).to(Totals);
}
type Words = Space<String, 2>;
/// Each record goes to the topic that is named after the one it came from.
fn copies() -> Topology {
    let b = Topology::builder("copies");
    let late = matching::<Words, u64>("from-.*").timestamps(|_, _, meta| Timestamp(meta.timestamp.0 + meta.topic.len() as i64));
    b.stream(late).to_dynamic(|_, _, meta| format!("to-{}", meta.topic));
    b.build(())
}
fn topic(name: &str) -> impl kstreams::TopicRef<Key = String, Value = u64, Space = Words> {
    named::<Words, u64>(name)
}

#[test]
fn all_that_match_are_one_source() {
    let topics = [("shop-de-orders", 2), ("shop-fr-orders", 2), ("shop-orders", 2), ("shop-de-orders-old", 2)];
    let mut driver = TestDriver::with_topics(sums::topology(), &topics);
    for name in ["shop-orders", "shop-de-orders-old", "shop-de-orders"] {
        driver.input(topic(name)).send("tea".into(), 20);
    }
    driver.input(Discounts).send("tea".into(), 1);
    driver.input(topic("shop-fr-orders")).send("tea".into(), 30);
    assert_eq!(driver.output(Totals).values(), [20, 49]);
}
#[test]
fn a_record_says_from_which_of_them_it_is() {
    let mut driver = TestDriver::with_topics(copies(), &[("from-a", 2), ("from-bcd", 2), ("to-from-a", 1), ("to-from-bcd", 1)]);
    driver.input(topic("from-bcd")).at(10).send("k".into(), 1);
    driver.input(topic("from-a")).at(10).send("k".into(), 2);
    let seen = |name: &str| driver.read_bytes(name).iter().map(|r| r.time).collect::<Vec<_>>();
    assert_eq!((seen("to-from-a"), seen("to-from-bcd")), (vec![16], vec![18]));
}
#[test]
fn a_restart_takes_new_topics_in_and_state_stays() {
    let mut driver = TestDriver::with_topics(sums::topology(), &[("shop-fr-orders", 2)]);
    driver.input(topic("shop-fr-orders")).send("tea".into(), 1);
    driver.log().create_topic("shop-de-orders", 2, TopicConfig::default()).unwrap();
    driver.input(topic("shop-de-orders")).send("tea".into(), 2);
    assert_eq!(driver.output(Totals).values(), [1]);
    driver.restart();
    driver.input(topic("shop-fr-orders")).send("tea".into(), 4);
    assert_eq!(driver.output(Totals).values(), [1, 3, 7]);
}

#[test]
#[should_panic(expected = "no topic matches the pattern `shop-.*-orders`: the whole name must match")]
fn nothing_that_matches_is_a_refusal() {
    TestDriver::with_topics(sums::topology(), &[("shop-orders", 2), ("my-shop-de-orders", 2)]);
}
#[test]
#[should_panic(
    expected = "different counts: `shop-de-orders` 2 (it matches `shop-.*-orders`), `discounts` 2, `shop-fr-orders` 3 (it matches"
)]
fn one_of_another_count_is_a_refusal() {
    TestDriver::with_topics(sums::topology(), &[("shop-de-orders", 2), ("shop-fr-orders", 3), ("discounts", 2)]);
}
#[test]
fn without_state_counts_may_differ() {
    let topics = [("from-a", 1), ("from-b", 3), ("to-from-a", 1), ("to-from-b", 1)];
    let mut driver = TestDriver::with_topics(copies(), &topics);
    driver.input(topic("from-b")).partition(2).send("k".into(), 1);
    driver.input(topic("from-a")).send("k".into(), 2);
    assert_eq!((driver.read_bytes("to-from-a").len(), driver.read_bytes("to-from-b").len()), (1, 1));
}

/// The names of internal topics of `shop` match too, those of its earlier versions as well.
#[test]
fn internal_topics_never_match() {
    let b = Topology::builder("shop");
    b.stream(matching::<Words, u64>(".*")).reduce("sum", |a, b| *a += b).to_stream().discard();
    let topology = b.build(());
    let names = ["orders", "shop-sum-changelog", "shop-old-repartition", "__consumer_offsets", "shop-it"];
    let fact = |name: &str| (name.to_owned(), TopicFacts { partitions: 2, ..TopicFacts::default() });
    let facts = Facts { topics: names.into_iter().map(fact).collect() };
    let solution = solve(topology.plan(), &facts, &TopicOptions::default()).unwrap();
    let sources = &solution.deployment.sub_topologies[0].sources;
    let read: Vec<&str> = sources.iter().map(|t| &*solution.deployment.topic(*t).name).collect();
    assert_eq!(read, ["orders", "shop-it"]);
}

#[test]
fn what_is_shown_is_the_pattern() {
    let topology = sums::topology();
    assert!(topology.describe().contains("    Source: shop-.*-orders-source (topics: shop-.*-orders)\n"), "{}", topology.describe());
    assert!(topology.mermaid().contains("[(\"shop-.*-orders\")]"), "{}", topology.mermaid());
    let lock = Lock::of(&topology);
    assert!(lock.to_string().contains("\nsource shop-.*-orders partitions=2 "), "{lock}");
    assert_eq!(Lock::parse(&lock.to_string()).as_ref(), Ok(&lock));
}

fn block_on<T>(run: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(run)
}
fn config(log: &EmbeddedLog, disk: &tempfile::TempDir) -> Config {
    Config::new().embedded_log(log.clone()).state_dir(disk.path())
}
#[test]
fn an_application_without_matching_topics_does_not_start() {
    let (log, disk) = (EmbeddedLog::new(), tempfile::tempdir().unwrap());
    let refused = block_on(App::new(sums::topology(), config(&log, &disk).create_topics()).run_to_end()).unwrap_err().to_string();
    assert!(refused.contains("no topic matches the pattern `shop-.*-orders`"), "{refused}");
    assert!(refused.contains("create one first (declared with 2 partitions"), "{refused}");
    assert_eq!(log.topics(), []);
}
#[test]
fn a_prefix_stands_before_the_pattern() {
    let (log, disk) = (EmbeddedLog::new(), tempfile::tempdir().unwrap());
    for name in ["dev.shop-de-orders", "shop-fr-orders"] {
        log.create_topic(name, 2, TopicConfig::default()).unwrap();
        log.produce(name, Some(b"tea"), Some(&7u64.to_be_bytes()), 0, &Headers::new()).unwrap();
    }
    block_on(App::new(sums::topology(), config(&log, &disk).topic_prefix("dev.")).run_to_end()).unwrap();
    let totals: Vec<_> = log.read("dev.totals").unwrap().into_iter().map(|r| r.value.unwrap()).collect();
    assert_eq!(totals, [7u64.to_be_bytes()]);
}
#[test]
fn a_topic_that_comes_later_is_told_and_read_after_a_restart() {
    let (log, disk) = (EmbeddedLog::new(), tempfile::tempdir().unwrap());
    log.create_topic("shop-de-orders", 2, TopicConfig::default()).unwrap();
    let told: Arc<Mutex<Vec<Event>>> = Arc::default();
    let heard = told.clone();
    let app = App::new(sums::topology(), config(&log, &disk).topic_look(Duration::from_millis(1)));
    let token = app.shutdown_token();
    let later = log.clone();
    // The application is up when it runs a task; then the topic comes; when that is told it may end.
    let app = app.on_event(move |event| match event {
        Event::Task { .. } => drop(later.create_topic("shop-fr-orders", 2, TopicConfig::default())),
        Event::TopicFound { .. } => {
            heard.lock().unwrap().push(event.clone());
            token.cancel();
        }
        _ => {}
    });
    block_on(app.run_until(std::future::pending::<()>())).unwrap();
    let found = Event::TopicFound { pattern: "shop-.*-orders".into(), topic: "shop-fr-orders".into() };
    assert_eq!(*told.lock().unwrap(), [found]);
    log.produce("shop-fr-orders", Some(b"tea"), Some(&7u64.to_be_bytes()), 0, &Headers::new()).unwrap();
    block_on(App::new(sums::topology(), config(&log, &disk)).run_to_end()).unwrap();
    assert_eq!(log.read("totals").unwrap().len(), 1);
}
