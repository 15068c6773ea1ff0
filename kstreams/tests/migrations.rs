//! Retyped stores whose old rows are read through a declared migration: over the state of the version before, on disk and in changelogs that hold
//! both, after crashes anywhere, and refused where rows would be read as what they are not.
#![cfg(all(feature = "macros", feature = "embedded", feature = "redb"))]
#![allow(clippy::unwrap_used, clippy::expect_used)]
use kstreams::{
    App, Event, Headers,
    prelude::*,
    shell::embedded::{EmbeddedLog, LogRecord, TopicConfig, create_topics},
    worker::Settings,
};
use std::{
    collections::BTreeMap,
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

type Buyers = Space<String, 1>;

/// What a buyer has spent; before it there was the bare sum, and before that its text.
#[derive(Serialize, Deserialize, Record, Clone, Debug, PartialEq)]
struct Total {
    cents: u64,
    orders: u64,
}
mod older {
    //! The same record as it was.
    use kstreams::prelude::*;

    #[derive(Serialize, Deserialize, Record, Clone, Debug, PartialEq)]
    pub(crate) struct Total {
        pub(crate) cents: u64,
        pub(crate) currency: String,
    }
    pub(crate) mod grown {
        //! With an optional field that it got later.
        use kstreams::prelude::*;

        #[derive(Serialize, Deserialize, Record, Clone, Debug, PartialEq)]
        pub(crate) struct Total {
            pub(crate) cents: u64,
            pub(crate) currency: String,
            pub(crate) note: Option<String>,
        }
    }
}

fn shop(build: impl FnOnce(&Builder, Stream<Buyers, u64>)) -> Topology {
    let b = Topology::builder("shop");
    let orders = b.stream(named("orders"));
    build(&b, orders);
    let topology = b.build(());
    assert!(topology.problems().is_empty(), "{:?}", topology.problems());
    topology
}
/// The store beside the one that is retyped.
fn neighbour(orders: Stream<Buyers, u64>) {
    orders.count("counts").to(named::<Buyers, u64>("counts"));
}
/// Version 1: the sum.
fn sums() -> Topology {
    shop(|_, orders| {
        neighbour(orders.clone());
        orders.reduce("totals", |sum: &mut u64, cents: &u64| *sum += cents).to(named::<Buyers, u64>("sums"));
    })
}
/// Version 2 and 3: with a migration, and without.
fn totals(store: impl kstreams::IntoStore<Total, Kind = kstreams::Plain>) -> Topology {
    shop(|_, orders| {
        neighbour(orders.clone());
        let none = || Total { cents: 0, orders: 0 };
        let add = |total: &mut Total, cents: &u64| *total = Total { cents: total.cents + cents, orders: total.orders + 1 };
        orders.aggregate(store, none, add).to(named::<Buyers, Total>("totals"));
    })
}
fn migrated() -> Topology {
    totals(stored("totals").migrate(from::<u64>(), |cents| Total { cents, orders: 100 }))
}
fn plain() -> Topology {
    totals("totals")
}
/// Version 4: the same in words.
fn texts(store: impl kstreams::IntoStore<String, Kind = kstreams::Plain>) -> Topology {
    let add = |text: &mut String, cents: &u64| text.push_str(&format!("+{cents}"));
    shop(|_, orders| {
        neighbour(orders.clone());
        orders.aggregate(store, String::new, add).to(named::<Buyers, String>("texts"));
    })
}
fn in_words(Total { cents, orders }: Total) -> String {
    format!("{cents} in {orders}")
}

fn log_of(topology: &Topology) -> EmbeddedLog {
    let log = EmbeddedLog::new();
    create_topics(&log, &topology.plan().declared_deployment()).unwrap();
    log
}
fn order(log: &EmbeddedLog, buyer: &str, cents: u64) {
    log.produce("orders", Some(buyer.as_bytes()), Some(&cents.to_be_bytes()), 0, &Headers::new()).unwrap();
}
/// Runs a version to the end of its input; answers how many changelog records were read back.
fn try_run(log: &EmbeddedLog, folder: &Path, topology: Topology) -> Result<u64, String> {
    create_missing(log, &topology);
    let restored = Arc::new(AtomicU64::new(0));
    let seen = restored.clone();
    let hear = move |event: &Event| {
        if let Event::RestoreProgress { restored, remaining: 0, .. } = event {
            seen.fetch_add(*restored, Ordering::Relaxed);
        }
    };
    let config = Config::new().embedded_log(log.clone()).exactly_once().state_dir(folder);
    let app = App::new(topology, config).on_event(hear);
    tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(app.run_to_end()).map_err(|e| e.to_string())?;
    Ok(restored.load(Ordering::Relaxed))
}
fn run(log: &EmbeddedLog, folder: &Path, topology: Topology) -> u64 {
    try_run(log, folder, topology).unwrap()
}
fn create_missing(log: &EmbeddedLog, topology: &Topology) {
    for topic in &topology.plan().declared_deployment().topics {
        if !log.topics().iter().any(|there| there.name == topic.name) {
            log.create_topic(&topic.name, topic.partitions, TopicConfig::new()).unwrap();
        }
    }
}
fn latest<V: Record>(log: &EmbeddedLog, topic: &str) -> BTreeMap<String, V> {
    let row = |r: LogRecord| (String::from_utf8(r.key.unwrap()).unwrap(), V::decode(r.value.as_deref()).unwrap());
    log.read(topic).unwrap().into_iter().map(row).collect()
}
fn total(cents: u64, orders: u64) -> Total {
    Total { cents, orders }
}
fn rows<V: Clone>(rows: &[(&str, V)]) -> BTreeMap<String, V> {
    rows.iter().map(|(buyer, total)| ((*buyer).to_owned(), total.clone())).collect()
}
const LOG: &str = "shop-totals-changelog";
/// Of each key's latest changelog record: whether it says that it is of the new type.
fn says(log: &EmbeddedLog) -> Vec<bool> {
    let all = log.read(LOG).unwrap();
    let latest: BTreeMap<Option<Vec<u8>>, LogRecord> = all.into_iter().map(|r| (r.key.clone(), r)).collect();
    latest.values().filter(|r| r.value.is_some()).map(|r| r.headers.get("kstreams-migrated").is_some()).collect()
}
fn empty() -> tempfile::TempDir {
    tempfile::tempdir().unwrap()
}

/// State of version 1: ann has spent 5 + 2, bob 3.
fn deployed(folder: &Path) -> EmbeddedLog {
    let log = log_of(&sums());
    [("ann", 5), ("ann", 2), ("bob", 3)].iter().for_each(|(buyer, cents)| order(&log, buyer, *cents));
    run(&log, folder, sums());
    assert_eq!(latest::<u64>(&log, "sums"), rows(&[("ann", 7), ("bob", 3)]));
    log
}

#[test]
fn a_retyped_store_goes_on_and_its_neighbour_is_not_read_back() {
    let folder = empty();
    let log = deployed(folder.path());
    order(&log, "ann", 1);
    assert_eq!(run(&log, folder.path(), migrated()), 2, "two rows of the store, none of its neighbour on the same disk");
    assert_eq!(latest::<Total>(&log, "totals"), rows(&[("ann", total(8, 101))]));
    assert_eq!(latest::<u64>(&log, "counts"), rows(&[("ann", 3), ("bob", 1)]));
    assert_eq!(says(&log), [true, true], "bob's row too was written once more");
    order(&log, "bob", 1);
    assert_eq!(run(&log, folder.path(), migrated()), 0, "from then on the disk holds the new type");
    order(&log, "ann", 1);
    assert_eq!(run(&log, folder.path(), plain()), 0, "and the migration may go");
    assert_eq!(latest::<Total>(&log, "totals"), rows(&[("ann", total(9, 102)), ("bob", total(4, 101))]));
}

#[test]
fn a_changelog_that_holds_both_is_read_back_whole_with_the_migration_and_later_without() {
    let log = deployed(empty().path());
    order(&log, "ann", 1);
    run(&log, empty().path(), migrated());
    // Compaction is slow: the old rows are all still there.
    let lost: [(&str, fn() -> Topology); 4] = [("with it", migrated), ("without", plain), ("rolled back", migrated), ("again", plain)];
    for (round, (how, version)) in (1..).zip(lost) {
        order(&log, "ann", 1);
        order(&log, "bob", 1);
        assert!(run(&log, empty().path(), version()) > 2, "{how}");
        assert_eq!(
            latest::<Total>(&log, "totals"),
            rows(&[("ann", total(8 + round, 101 + round)), ("bob", total(3 + round, 100 + round))]),
            "{how}"
        );
        assert_eq!(says(&log), [true, true], "{how}: once migrated, records say so for good");
    }
    [LOG, "shop-counts-changelog"].iter().for_each(|log_of| log.compact(log_of, 0).unwrap());
    order(&log, "bob", 1);
    assert_eq!(run(&log, empty().path(), migrated()), 4, "two rows in each of two stores");
    assert_eq!(latest::<Total>(&log, "totals")["bob"], total(8, 105));
}

#[test]
fn a_second_migration_comes_later_over_the_first_or_beside_it() {
    let second = || texts(stored("totals").migrate(from::<Total>(), in_words));
    let both = || {
        let store = stored("totals").migrate(from::<u64>(), |cents| format!("{cents}"));
        texts(store.migrate(from::<Total>(), in_words))
    };
    // Deployed at version 2, on disk and without: the first one may be gone or stay.
    for version in [second as fn() -> Topology, both] {
        let folder = empty();
        let log = deployed(folder.path());
        order(&log, "ann", 1);
        run(&log, folder.path(), migrated());
        for folder in [folder, empty()] {
            order(&log, "ann", 1);
            run(&log, folder.path(), version());
        }
        assert_eq!(latest::<String>(&log, "texts"), rows(&[("ann", "8 in 101+1+1".to_owned())]));
        order(&log, "bob", 4);
        run(&log, empty().path(), texts("totals"));
        assert_eq!(latest::<String>(&log, "texts")["bob"], "3 in 100+4");
    }
    // Deployed at version 1.
    let log = deployed(empty().path());
    order(&log, "ann", 1);
    run(&log, empty().path(), both());
    assert_eq!(latest::<String>(&log, "texts"), rows(&[("ann", "7+1".to_owned())]));
}

#[test]
fn without_a_migration_it_is_refused_with_the_difference() {
    let old = |store| texts_of::<older::Total>(store, older::Total { cents: 0, currency: "EUR".into() });
    let folder = empty();
    let log = log_of(&old("totals"));
    order(&log, "ann", 5);
    run(&log, folder.path(), old("totals"));
    let refused = |version| try_run(&log, folder.path(), version).unwrap_err();
    let text = refused(plain());
    let parts = ["store `totals`", "other fields (- currency: String, + orders: u64)", "`stored(\"totals\").migrate(from::<Old>(), f)`"];
    for part in parts {
        assert!(text.contains(part), "{part} is not in: {text}");
    }
    let text = refused(migrated());
    assert!(text.contains("the value has other fields") && text.contains("migrations are declared from: u64"), "{text}");
    // An optional field more is no other type, neither of the store nor of what it was.
    let grown = |store| texts_of(store, older::grown::Total { cents: 0, currency: String::new(), note: None });
    run(&log, folder.path(), grown("totals"));
    let from_grown = totals(stored("totals").migrate(from::<older::grown::Total>(), |old| Total { cents: old.cents, orders: 1 }));
    order(&log, "ann", 1);
    run(&log, folder.path(), from_grown);
    assert_eq!(latest::<Total>(&log, "totals"), rows(&[("ann", total(1, 2))]));
}
/// A store of values that stay as they were made.
fn texts_of<V: Record<Present = V> + Clone + Send + Sync>(store: &'static str, value: V) -> Topology {
    shop(|_, orders| {
        neighbour(orders.clone());
        orders.aggregate(store, move || value.clone(), |_: &mut V, _: &u64| ()).to_stream().discard();
    })
}

#[test]
fn the_migration_is_missed_where_rows_still_need_it() {
    // The version with it was killed after the first of two rows was written once more, and its disk is gone.
    let log = deployed(empty().path());
    let bytes = serde_json::to_vec(&total(7, 100)).unwrap();
    log.produce(LOG, Some(b"ann"), Some(&bytes), 0, &migrated_headers()).unwrap();
    order(&log, "bob", 1);
    let text = try_run(&log, empty().path(), plain()).unwrap_err();
    for part in ["store `totals`: 1 rows", "\"bob\"", "Declare it again"] {
        assert!(text.contains(part), "{part} is not in: {text}");
    }
    run(&log, empty().path(), migrated());
    assert_eq!(latest::<Total>(&log, "totals"), rows(&[("bob", total(4, 101))]));
    run(&log, empty().path(), plain());
}
/// Headers of a record as the version with the migration writes it.
fn migrated_headers() -> Headers {
    let log = log_of(&migrated());
    order(&log, "ann", 1);
    run(&log, empty().path(), migrated());
    log.read(LOG).unwrap().remove(0).headers
}

#[test]
fn the_version_of_before_does_not_read_what_was_migrated() {
    let folder = empty();
    let log = deployed(folder.path());
    order(&log, "bob", 1);
    run(&log, folder.path(), migrated());
    order(&log, "ann", 1);
    let text = try_run(&log, folder.path(), sums()).unwrap_err();
    assert!(text.contains("the value was {cents:u64, orders:u64} and is u64"), "{text}");
    let text = try_run(&log, empty().path(), sums()).unwrap_err();
    assert!(text.contains("they were written by a newer version"), "{text}");
    // A migration back does.
    let back = || {
        shop(|_, orders| {
            neighbour(orders.clone());
            let store = stored("totals").migrate(from::<Total>(), |total| total.cents);
            orders.reduce(store, |sum: &mut u64, cents: &u64| *sum += cents).to(named::<Buyers, u64>("sums"));
        })
    };
    run(&log, empty().path(), back());
    assert_eq!(latest::<u64>(&log, "sums")["ann"], 8);
    order(&log, "ann", 1);
    run(&log, empty().path(), sums());
    assert_eq!(latest::<u64>(&log, "sums")["ann"], 9);
}

#[test]
fn rows_that_are_not_of_the_old_type_are_named() {
    let log = deployed(empty().path());
    order(&log, "bob", 1);
    let wrong = || totals(stored("totals").migrate(from::<older::Total>(), |old| Total { cents: old.cents, orders: 0 }));
    let text = try_run(&log, empty().path(), wrong()).unwrap_err();
    assert!(text.contains("store `totals`: 2 rows") && text.contains("older::Total` cannot be read as that"), "{text}");
    let panics = || totals(stored("totals").migrate(from::<u64>(), |cents| Total { cents: 5_u64.checked_sub(cents).unwrap(), orders: 0 }));
    let text = try_run(&log, empty().path(), panics()).unwrap_err();
    assert!(text.contains("1 rows") && text.contains("\"ann\"") && text.contains("function panicked"), "{text}");
    let folder = empty();
    let _ = try_run(&log, folder.path(), wrong());
    run(&log, folder.path(), migrated());
}

/// A kill between any two transactions leaves a changelog that ends somewhere between the first and the last record of the migration: with it every
/// row is read as what it is, without it the task starts exactly if no live row is of the old type.
#[test]
fn a_crash_anywhere_leaves_nothing_undecided() {
    let log = deployed(empty().path());
    order(&log, "ann", 1);
    let old = log.read(LOG).unwrap().len();
    run(&log, empty().path(), migrated());
    order(&log, "bob", 1);
    run(&log, empty().path(), migrated());
    let records = log.read(LOG).unwrap();
    assert!(records.len() > old + 3);
    for end in old..=records.len() {
        let left = || {
            let left = log_of(&migrated());
            left.load(LOG, records[..end].to_vec()).unwrap();
            ["ann", "bob"].iter().for_each(|buyer| order(&left, buyer, 1));
            left
        };
        let expected = read_by_hand(&records[..end]).map(|Total { cents, orders }| total(cents + 1, orders + 1));
        let with = left();
        run(&with, empty().path(), migrated());
        assert_eq!(latest::<Total>(&with, "totals"), rows(&[("ann", expected[0].clone()), ("bob", expected[1].clone())]), "{end}");
        assert_eq!(says(&with), [true, true], "{end}");
        let (without, is_through) = (left(), !says(&left()).contains(&false));
        let started = try_run(&without, empty().path(), plain());
        // Where nothing was migrated yet no record can say so: there it is the first row's bytes that cannot be decoded. The lock would have told.
        assert_eq!(started.is_ok(), is_through, "{end}: {started:?}");
    }
}
/// Ann's row and bob's.
fn read_by_hand(records: &[LogRecord]) -> [Total; 2] {
    ["ann", "bob"].map(|buyer| {
        let last = records.iter().rfind(|r| r.key.as_deref() == Some(buyer.as_bytes())).unwrap();
        match last.headers.get("kstreams-migrated") {
            Some(_) => Total::decode(last.value.as_deref()).unwrap(),
            None => total(u64::decode(last.value.as_deref()).unwrap(), 100),
        }
    })
}

/// What is left for a program that finds no disk: a log with nothing but the changelogs.
fn changelogs_of(log: &EmbeddedLog, topology: &Topology) -> EmbeddedLog {
    let left = log_of(topology);
    for topic in [LOG, "shop-counts-changelog"] {
        left.load(topic, log.read(topic).unwrap()).unwrap();
    }
    left
}

/// State that takes several commits to write once more.
#[test]
fn much_state_is_written_once_more_in_parts() {
    let version = || texts(stored("totals").migrate(from::<Vec<u8>>(), |bytes| String::from_utf8(bytes).unwrap() + "!"));
    let log = log_of(&version());
    for n in 0..9 {
        let (key, value) = (format!("buyer-{n}"), "x".repeat(300_000));
        log.produce(LOG, Some(key.as_bytes()), Some(value.as_bytes()), 0, &Headers::new()).unwrap();
    }
    let settings = Settings { commit_interval_ms: 1_000, ..Settings::default() };
    let mut driver = TestDriver::over(log.clone(), version(), settings.clone());
    let commits = driver.take_events().iter().filter(|event| matches!(event, Event::Committed { .. })).count();
    assert!((3..=4).contains(&commits), "{commits} commits for 2.7 MB, of which one takes 1 MB");
    assert_eq!(says(&log), [true; 9]);
    order(&log, "buyer-3", 7);
    driver.advance_wall_clock(seconds(1));
    assert!(latest::<String>(&log, "texts")["buyer-3"].ends_with("x!+7"));
    let left = changelogs_of(&log, &texts("totals"));
    let mut driver = TestDriver::over(left.clone(), texts("totals"), settings);
    ["buyer-3", "buyer-8"].iter().for_each(|buyer| order(&left, buyer, 1));
    driver.advance_wall_clock(seconds(1));
    let texts = latest::<String>(&left, "texts");
    assert!(texts["buyer-3"].ends_with("x!+7+1") && texts["buyer-8"].ends_with("x!+1"));
}

#[test]
fn windows_sessions_processors_and_stores_in_memory_are_migrated() {
    let before = || kinds::<u32, _>(stored, stored("hot").in_memory(), kv("kept"));
    let store = |name| stored(name).migrate(from::<u32>(), u64::from);
    let after = kinds::<u64, _>(store, store("hot").in_memory(), kv("kept").migrate(from::<u32>(), u64::from));
    let (folder, log) = (empty(), log_of(&before()));
    ["ann", "bob", "ann"].iter().for_each(|buyer| order(&log, buyer, 1));
    run(&log, folder.path(), before());
    order(&log, "ann", 1);
    run(&log, folder.path(), after);
    for store in ["hours", "sessions", "hot", "kept"] {
        let all = log.read(&format!("shop-{store}-changelog")).unwrap();
        let latest: BTreeMap<_, _> = all.into_iter().map(|r| (r.key, r.value)).collect();
        let counts: Vec<u64> = latest.into_values().flatten().map(|value| u64::decode(Some(&value)).unwrap()).collect();
        assert_eq!(counts, [3, 1], "{store}");
    }
    assert_eq!(latest::<u64>(&log, "kept"), rows(&[("ann", 3), ("bob", 1)]));
}
/// Counts in every kind of store, each row of type `V`.
fn kinds<V: Number, N: kstreams::IntoStore<V, Kind = kstreams::Plain>>(
    store: impl Fn(&'static str) -> N,
    hot: N,
    kept: kstreams::Declared<KvStore<String, V>>,
) -> Topology {
    let (zero, add) = (|| V::number(0), |sum: &mut V, _: &u64| *sum = V::number(sum.n() + 1));
    let merge = |sum: &mut V, other: V| *sum = V::number(sum.n() + other.n());
    shop(|_, orders| {
        orders.clone().windowed_by(tumbling(hours(1))).aggregate(store("hours"), zero, add).to_stream().discard();
        let sessions = orders.clone().windowed_by(session(hours(1)));
        sessions.aggregate_merging(store("sessions"), zero, add, merge).to_stream().discard();
        orders.clone().aggregate(hot, zero, add).to_stream().discard();
        orders.process(kept, || Keep::<V>(std::marker::PhantomData)).to(named::<Buyers, u64>("kept"));
    })
}
trait Number: Record<Present = Self> + Clone + Send + Sync {
    fn number(n: u64) -> Self;
    fn n(&self) -> u64;
}
impl Number for u32 {
    fn number(n: u64) -> u32 {
        n as u32
    }
    fn n(&self) -> u64 {
        u64::from(*self)
    }
}
impl Number for u64 {
    fn number(n: u64) -> u64 {
        n
    }
    fn n(&self) -> u64 {
        *self
    }
}
/// Counts a buyer's orders.
struct Keep<V>(std::marker::PhantomData<fn() -> V>);
impl<V: Number> Processor for Keep<V> {
    type Key = String;
    type In = u64;
    type Stores = KvStore<String, V>;
    type Out = EmitInPlace<String, u64>;
    fn process(&mut self, order: Message<String, u64>, cx: &mut Cx<Self>) -> kstreams::Result<()> {
        let n = cx.stores.get(&order.key)?.map_or(0, |n| n.n()) + 1;
        cx.stores.put(&order.key, V::number(n))?;
        cx.out.emit(&order.key, n)
    }
}
#[test]
fn a_migration_that_leads_nowhere_is_a_problem() {
    let problems = |store: kstreams::Stored<kstreams::Plain, kstreams::Migrated<Total>>| {
        let b = Topology::builder("shop");
        let orders: Stream<Buyers, u64> = b.stream(named("orders"));
        orders.aggregate(store, || total(0, 0), |_: &mut Total, _: &u64| ()).to_stream().discard();
        b.build(()).problems().join("\n")
    };
    let unlogged = problems(stored("totals").unlogged().migrate(from::<u64>(), |cents| total(cents, 0)));
    assert!(unlogged.contains("store `totals` is unlogged"), "{unlogged}");
    let itself = problems(stored("totals").migrate(from::<Total>(), |total| total));
    assert!(itself.contains("which is the type that it has"), "{itself}");
}

/// The store was made as what it is; the migration is there for another deployment.
#[test]
fn a_store_that_never_was_of_the_old_type_goes_on() {
    let (folder, log) = (empty(), log_of(&plain()));
    order(&log, "ann", 1);
    run(&log, folder.path(), plain());
    order(&log, "ann", 1);
    run(&log, folder.path(), migrated());
    assert_eq!(says(&log), [true], "its rows are written once more, so that a changelog without disk is read right too");
    order(&log, "ann", 1);
    run(&log, empty().path(), migrated());
    assert_eq!(latest::<Total>(&log, "totals"), rows(&[("ann", total(3, 3))]));
}
