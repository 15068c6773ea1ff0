//! Edits of `docs/upgrades.md` over real state: version 1 runs and ends, version 2 goes on from its disk, and once more without that disk, from what
//! the changelogs hold.
#![cfg(all(feature = "macros", feature = "embedded", feature = "redb"))]
#![allow(clippy::unwrap_used, clippy::expect_used)]
use kstreams::{
    App, Headers,
    prelude::*,
    shell::embedded::{EmbeddedLog, LogRecord, TopicConfig},
};
use std::{collections::BTreeMap, path::Path, time::Duration};

type Buyers = Space<String, 1>;

#[derive(Serialize, Deserialize, Record, Clone)]
struct Order {
    item: u64,
}
mod edited {
    //! With an optional field more.
    use kstreams::prelude::*;

    #[derive(Serialize, Deserialize, Record, Clone)]
    pub(crate) struct Order {
        pub(crate) item: u64,
        pub(crate) note: Option<String>,
    }
}

fn shop(build: impl FnOnce(Stream<Buyers, u64>)) -> Topology {
    let b = Topology::builder("shop");
    build(b.stream(named("orders")));
    b.build(())
}
fn counts() -> Topology {
    shop(|orders| orders.count("counts").to(named::<Buyers, u64>("results")))
}

const HOUR: i64 = 3_600_000;

/// An order of ann's at a time.
fn order(log: &EmbeddedLog, time: i64) {
    log.produce("orders", Some(b"ann"), Some(&1_u64.to_be_bytes()), time, &Headers::new()).unwrap();
}
fn run(log: &EmbeddedLog, folder: &Path, topology: Topology) {
    for topic in &topology.plan().declared_deployment().topics {
        if !log.topics().iter().any(|there| there.name == topic.name) {
            log.create_topic(&topic.name, topic.partitions, TopicConfig::new()).unwrap();
        }
    }
    let app = App::new(topology, Config::new().embedded_log(log.clone()).exactly_once().state_dir(folder));
    tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(app.run_to_end()).unwrap();
}
/// The last number of each key in a topic.
fn numbers(log: &EmbeddedLog, topic: &str) -> Vec<u64> {
    let row = |r: LogRecord| (r.key, u64::decode(r.value.as_deref()).unwrap());
    log.read(topic).unwrap().into_iter().map(row).collect::<BTreeMap<_, _>>().into_values().collect()
}
/// Runs both versions, the second one over the disk of the first and without it; answers what `of` says of the results.
fn upgraded<T: PartialEq + std::fmt::Debug>(from: fn() -> Topology, to: fn() -> Topology, of: impl Fn(&EmbeddedLog) -> T) -> T {
    let with_and_without = [true, false].map(|keeps_disk| {
        let (log, disk, other) = (EmbeddedLog::new(), tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        run(&log, disk.path(), shop(|orders| orders.discard()));
        (0..4).for_each(|hour| order(&log, hour * HOUR));
        run(&log, disk.path(), from());
        order(&log, 3 * HOUR);
        run(&log, if keeps_disk { disk.path() } else { other.path() }, to());
        of(&log)
    });
    let [with, without] = with_and_without;
    assert_eq!(with, without, "with the disk and without");
    with
}

#[test]
fn a_store_is_added() {
    let with_another_store = || {
        shop(|orders| {
            orders.clone().reduce("sums", |sum: &mut u64, n: &u64| *sum += n).to(named::<Buyers, u64>("sums"));
            orders.count("counts").to(named::<Buyers, u64>("results"));
        })
    };
    let of = |log: &EmbeddedLog| (numbers(log, "results"), numbers(log, "sums"));
    assert_eq!(upgraded(counts, with_another_store, of), (vec![5], vec![1]), "the new one knows what is read from now on");
}

#[test]
fn an_optional_field_is_added_to_a_record() {
    let items = || {
        let add = |last: &mut Order, n: &u64| last.item += n;
        shop(|orders| orders.aggregate("last", || Order { item: 0 }, add).to_stream().present().map_values(|last| last.item).to(results()))
    };
    let noted = || {
        let add = |last: &mut edited::Order, n: &u64| last.item += if last.note.is_none() { *n } else { 100 };
        let none = || edited::Order { item: 0, note: None };
        shop(|orders| orders.aggregate("last", none, add).to_stream().present().map_values(|last| last.item).to(results()))
    };
    assert_eq!(upgraded(items, noted, |log| numbers(log, "results")), [5]);
    assert_eq!(upgraded(noted, items, |log| numbers(log, "results")), [5], "and back");
}
fn results() -> impl kstreams::TopicRef<Key = String, Value = u64, Space = Buyers> {
    named::<Buyers, u64>("results")
}

#[test]
fn a_sub_topology_is_split_by_a_repartition() {
    let split = || shop(|orders| orders.place::<Buyers>("moved").count("counts").to(named::<Buyers, u64>("results")));
    assert_eq!(upgraded(counts, split, |log| numbers(log, "results")), [5]);
}

#[test]
fn windows_are_kept_longer_or_for_less_time() {
    fn windows(kept: Duration) -> Topology {
        shop(|orders| {
            let counts = orders.windowed_by(tumbling(hours(1)).grace(hours(4))).count(stored("hourly").retention(kept));
            counts.to_stream().discard();
        })
    }
    let of = |log: &EmbeddedLog| numbers(log, "shop-hourly-changelog");
    assert_eq!(upgraded(|| windows(hours(5)), || windows(hours(9)), of), [1, 1, 1, 2]);
    assert_eq!(upgraded(|| windows(hours(9)), || windows(hours(5)), of), [1, 1, 1, 2]);
}
