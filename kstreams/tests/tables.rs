//! Foreign-key joins and global tables in the driver and on the embedded log: restarts, deletes, several partitions, and what is refused.
#![cfg(all(feature = "macros", feature = "embedded", feature = "redb"))]
#![allow(clippy::unwrap_used, clippy::expect_used)]
use kstreams::{
    App, Headers, RuntimeTopic,
    prelude::*,
    shell::embedded::{EmbeddedLog, create_topics},
    worker::Settings,
};
use std::collections::BTreeMap;

#[topic(name = "orders", key = u64, value = String, partitions = 3)]
struct Orders;
#[topic(name = "prices", key = String, value = u64, partitions = 2)]
struct Prices;
#[topic(name = "bills", key = u64, value = String, partitions = 3)]
struct Bills;
#[topic(name = "sales", key = u64, value = String, partitions = 3)]
struct Sales;
#[topic(name = "receipts", key = u64, value = String, partitions = 3)]
struct Receipts;

/// Orders with the price of their item; sales with the same price, looked up in whole.
#[topology(id = "shop")]
fn shop(orders: TableOf<Orders>, prices: TableOf<Prices>, sales: StreamOf<Sales>, rates: GlobalOf<Rates>) {
    orders.left_join_foreign("order-item", prices, item, |item, price| format!("{item} {price:?}")).materialize("bills").to(Bills);
    sales.left_join_global(rates, |sale| sale.clone(), |sale, rate| format!("{sale} {rate:?}")).to(Receipts);
}
#[topic(name = "rates", key = String, value = u64, partitions = 4)]
struct Rates;
fn item(order: &String) -> Option<String> {
    (order != "nothing").then(|| order.clone())
}

#[test]
fn a_foreign_key_join_goes_on_after_a_crash_and_a_restart() {
    let mut t = TestDriver::new(shop::topology());
    t.input(Orders).send(1, "tea".into()).send(2, "ale".into()).send(3, "nothing".into());
    t.input(Prices).send("tea".into(), 7);
    t.crash();
    t.input(Prices).send("ale".into(), 9);
    t.restart();
    t.input(Orders).send(3, "ale".into()).send(1, "ale".into());
    t.input(Prices).delete("ale".into());
    t.crash();
    t.input(Orders).delete(2);
    assert_eq!(t.output(Bills).table(), [(1, "ale None".to_string()), (3, "ale None".to_string())]);
    // nobody waits for tea any more, so nobody hears of it
    let before = t.read_bytes("bills").len();
    t.input(Prices).send("tea".into(), 8);
    assert_eq!(t.read_bytes("bills").len(), before);
    assert_eq!(t.changelog("order-item-subscription-store").len(), 2, "the orders that are left");
}

#[test]
fn its_topics_are_kafka_streams() {
    let deployment = shop::topology().plan().declared_deployment();
    let passed: Vec<(&str, u32)> =
        deployment.topics.iter().filter(|t| t.origin.is_passed_through()).map(|t| (&*t.name, t.partitions)).collect();
    assert_eq!(passed, [("shop-order-item-subscription-registration-topic", 2), ("shop-order-item-subscription-response-topic", 3)]);
    assert!(deployment.topic_named("shop-order-item-subscription-store-changelog").is_some());
    let lock = kstreams::lock::Lock::of(&shop::topology()).to_string();
    assert!(lock.contains("repartition order-item-subscription-registration-topic partitions=2"), "{lock}");
}

#[test]
fn a_global_table_is_whole_before_the_first_record_and_after_every_start() {
    let mut t = TestDriver::new(shop::topology());
    let rate = |t: &mut TestDriver, sale: &str| {
        t.input(Sales).send(sale.len() as u64, sale.into());
        t.take_output(Receipts).values().concat()
    };
    for (key, value) in [("tea", 7), ("ale", 9), ("rum", 11)] {
        t.input(Rates).send(key.into(), value);
    }
    assert_eq!(rate(&mut t, "rum"), "rum Some(11)");
    t.input(Rates).delete("rum".into());
    assert_eq!(rate(&mut t, "rum"), "rum None");
    t.crash();
    assert_eq!([rate(&mut t, "tea"), rate(&mut t, "rum"), rate(&mut t, "gin")], ["tea Some(7)", "rum None", "gin None"]);
    t.input(Rates).send("gin".into(), 3);
    t.restart();
    assert_eq!(rate(&mut t, "gin"), "gin Some(3)");
    // a record without a key is no row, and no reason to stop
    t.send_bytes("rates", Some(0), None, Some(b"x"), 0, &Headers::new());
    assert_eq!(rate(&mut t, "ale"), "ale Some(9)");
}

#[test]
fn a_row_that_cannot_be_read_is_the_business_of_the_record_that_meets_it() {
    let skip = Settings { bad_records: BadRecords::Skip, commit_interval_ms: 0, ..Settings::default() };
    let mut t = TestDriver::with_settings(shop::topology(), skip);
    t.send_bytes("rates", Some(0), Some(b"tea"), Some(b"seven"), 0, &Headers::new());
    t.input(Sales).send(1, "ale".into()).send(2, "tea".into()).send(3, "rum".into());
    assert_eq!(t.output(Receipts).pairs(), [(1, "ale None".to_string()), (3, "rum None".to_string())]);
    let bad = t.take_events().into_iter().find_map(|e| if let kstreams::Event::BadRecord { reason, .. } = e { Some(reason) } else { None });
    assert!(bad.unwrap().starts_with("a row of a global table cannot be read"));
}

#[test]
fn an_application_on_the_embedded_log_waits_for_its_global_tables() {
    for threads in [1, 2] {
        let log = EmbeddedLog::new();
        create_topics(&log, &shop::topology().plan().declared_deployment()).unwrap();
        for i in 0..1_000_u64 {
            let (key, value) = (format!("item-{i}"), i.to_be_bytes());
            log.produce("rates", Some(key.as_bytes()), Some(&value), 0, &Headers::new()).unwrap();
            log.produce("prices", Some(key.as_bytes()), Some(&value), 0, &Headers::new()).unwrap();
            let id = i.to_be_bytes();
            log.produce("sales", Some(&id), Some(key.as_bytes()), 0, &Headers::new()).unwrap();
            log.produce("orders", Some(&id), Some(key.as_bytes()), 0, &Headers::new()).unwrap();
        }
        let config = Config::new().embedded_log(log.clone()).exactly_once().threads(threads);
        let run = App::new(shop::topology(), config).run_to_end();
        tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(run).unwrap();
        for topic in ["receipts", "bills"] {
            let rows: BTreeMap<Vec<u8>, Option<Vec<u8>>> =
                log.read(topic).unwrap().into_iter().map(|r| (r.key.unwrap(), r.value)).collect();
            assert_eq!(rows.len(), 1_000, "{topic}");
            for (id, row) in rows {
                let i = u64::from_be_bytes(id.try_into().unwrap());
                assert_eq!(String::from_utf8(row.unwrap()).unwrap(), format!("item-{i} Some({i})"), "{topic}");
            }
        }
    }
}

fn named_topic<V: kstreams::Record>(name: &str) -> RuntimeTopic<Space<String, 2>, V> {
    named(name)
}
/// What a topology with a foreign-key join is told when `rest` goes on from it.
fn problems(rest: impl FnOnce(Table<Space<String, 2>, String>, &Builder)) -> String {
    let b = Topology::builder("t");
    let (left, right) = (b.table(named_topic::<String>("left")), b.table(named_topic::<u64>("right")));
    rest(left.join_foreign("fk", right, |v| v.clone(), |v, n| format!("{v}{n}")), &b);
    b.build(()).problems().join("\n")
}
#[test]
fn what_asks_a_foreign_key_join_for_its_rows_is_told_to_keep_them() {
    let out = || named_topic::<String>("out");
    assert_eq!(problems(|t, _| t.filter(|v| v != "x").map_values(|v| v.clone()).to(out())), "");
    assert_eq!(problems(|t, b| b.stream(named_topic::<u64>("s")).join(t.materialize("kept"), |_, v| v.clone()).to(out())), "");
    let text = problems(|t, b| b.stream(named_topic::<u64>("s")).join(t.filter(|v| v != "x"), |_, v| v.clone()).to(out()));
    assert!(text.contains("`join` needs the rows of `"), "{text}");
    assert!(text.contains("add `.materialize(\"store-name\")` behind the `join_foreign`"), "{text}");
    let text = problems(|t, _| t.group_by("groups", |v| v.clone()).count("n").to(named_topic::<u64>("n")));
    assert!(text.contains("`group_by` needs the rows"), "{text}");
}
#[test]
fn a_filter_behind_a_foreign_key_join_deletes_what_fails() {
    let b = Topology::builder("t");
    let (left, right) = (b.table(named_topic::<String>("left")), b.table(named_topic::<u64>("right")));
    left.join_foreign("fk", right, |v| v.clone(), |_, n| *n).filter(|n| n % 2 == 0).to(named_topic::<u64>("even"));
    let mut t = TestDriver::new(b.build(()));
    t.input(named_topic::<String>("left")).send("a".into(), "x".into());
    t.input(named_topic::<u64>("right")).send("x".into(), 2).send("x".into(), 3);
    assert!(t.output(named_topic::<u64>("even")).table().is_empty());
    assert_eq!(t.read_bytes("even").len(), 2);
}

#[test]
fn what_comes_late_to_a_versioned_side_changes_no_pair() {
    let past = |name: &str| named::<Space<String, 2>, String>(name).history(hours(1));
    let b = Topology::builder("t");
    let (left, right) = (b.versioned(past("left")), b.versioned(past("right")));
    left.left_join_foreign("fk", right, |v| v.clone(), |v, r| format!("{v} {r:?}")).to(named_topic::<String>("out"));
    let mut t = TestDriver::new(b.build(()));
    t.input(past("left")).at(100).send("a".into(), "x".into());
    t.input(past("right")).at(100).send("x".into(), "new".into());
    t.input(past("left")).at(50).send("a".into(), "old".into());
    t.input(past("right")).at(50).send("x".into(), "old".into());
    assert_eq!(t.output(named_topic::<String>("out")).values(), ["x None", "x Some(\"new\")"]);
}

struct Sum;
impl Processor for Sum {
    type Key = String;
    type In = u64;
    type Stores = KvStore<String, u64>;
    type Out = ();
    fn process(&mut self, message: Message<String, u64>, cx: &mut Cx<Self>) -> kstreams::Result<()> {
        let sum = cx.stores.get(&message.key)?.unwrap_or(0) + message.value;
        cx.stores.put(&message.key, sum)
    }
}
#[test]
fn a_store_is_not_shared_across_counts() {
    let b = Topology::builder("t");
    let sums = kv("sums");
    b.stream(named::<Space<String, 3>, u64>("three")).process(sums.clone(), || Sum);
    b.stream(named::<Space<String, 6>, u64>("six")).process(sums, || Sum);
    let problems = b.build(()).problems().join("\n");
    assert!(problems.starts_with("store `sums` is opened over topics with different partition counts: `three` 3, `six` 6."), "{problems}");
}

#[topic(name = "old", key = String, value = u64, partitions = 2, reset = earliest)]
struct Old;
#[topic(name = "new", key = String, value = u64, partitions = 2, reset = latest)]
struct New;
#[topic(name = "seen", key = String, value = u64, partitions = 2)]
struct Seen;
#[topology(id = "resets")]
fn resets(both: StreamOf<(Old, Seen)>, new: StreamOf<New>) {
    both.merge(new).to_dynamic(|_, _, meta| format!("from-{}", meta.topic));
}
#[test]
fn each_source_begins_where_its_topic_says() {
    let log = EmbeddedLog::new();
    create_topics(&log, &resets::topology().plan().declared_deployment()).unwrap();
    for topic in ["old", "new", "seen"] {
        log.produce(topic, Some(b"k"), Some(&7_u64.to_be_bytes()), 0, &Headers::new()).unwrap();
    }
    let config = Config::new().embedded_log(log.clone());
    tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap()
        .block_on(App::new(resets::topology(), config).run_until(async {
            while log.topics().iter().filter(|t| t.name.starts_with("from-")).count() < 2 {
                tokio::task::yield_now().await;
            }
            log.produce("new", Some(b"k"), Some(&8_u64.to_be_bytes()), 0, &Headers::new()).unwrap();
            while log.read("from-new").map_or(0, |records| records.len()) < 1 {
                tokio::task::yield_now().await;
            }
        }))
        .unwrap();
    let values =
        |topic| log.read(topic).unwrap().into_iter().map(|r| u64::from_be_bytes(r.value.unwrap().try_into().unwrap())).collect::<Vec<_>>();
    assert_eq!([values("from-old"), values("from-seen"), values("from-new")], [[7], [7], [8]]);
}

/// A row's time is what its topic says, when it is read and when it is restored.
#[test]
fn rows_keep_the_times_that_their_topic_says_when_the_disk_is_lost() {
    let seconds = || named::<Space<String, 1>, Option<u64>>("seconds").timestamps(|_, s, _| Timestamp(s.map_or(77, |s| s as i64 * 1_000)));
    let names = || named::<Space<String, 1>, String>("names");
    let run = |again: fn(&mut TestDriver)| {
        let b = Topology::builder("times");
        let joined = b.table(seconds()).left_join(b.table(names()), |s, name| format!("{s} {name:?}"));
        joined.to_stream().present().to(named::<Space<String, 1>, String>("both"));
        let mut driver = TestDriver::new(b.build(()));
        driver.input(seconds()).at(5).send("a".into(), Some(9));
        again(&mut driver);
        driver.input(names()).at(6).send("a".into(), "ann".into());
        driver.output(named::<Space<String, 1>, String>("both")).records().iter().map(|r| r.time.0).collect::<Vec<_>>()
    };
    assert_eq!(run(|_| ()), [9_000, 9_000]);
    assert_eq!(run(|t| t.restart()), [9_000, 9_000]);
    assert_eq!(run(|t| t.crash_and_lose_disk()), [9_000, 9_000]);
}
