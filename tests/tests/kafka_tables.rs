//! Global tables, topics named by records, and where a source begins, on a real broker: what cannot be seen while everything is there from the start.
#![allow(clippy::unwrap_used, clippy::expect_used)]
use kstreams::{App, Topology, prelude::*};
use kstreams_tests::kafka::{Client, Running, broker};
use std::time::Duration;

#[topic(name = "sales", key = String, value = u64, partitions = 2)]
struct Sales;
#[topic(name = "late-sales", key = String, value = u64, partitions = 2, reset = latest)]
struct LateSales;
#[topic(name = "rates", key = String, value = u64, partitions = 3)]
struct Rates;

/// Each sale times the rate of its key; the topic says from where it came.
fn topology(id: &str, names: &'static str) -> Topology {
    let b = Topology::builder(id);
    let rates = b.global_table(Rates);
    let euros = |sale: u64, rate: Option<&u64>| sale * rate.copied().unwrap_or(0);
    for sales in [b.stream(Sales), b.stream(LateSales)] {
        // the key of a sale is its currency, in front of its value
        let named = sales.map_values_kv(|key, sale| (key.clone(), sale));
        let euros = named.left_join_global(rates, |(key, _)| key.clone(), move |(_, sale), rate| euros(sale, rate));
        euros.to_dynamic(move |_, _, meta| format!("{names}.of-{}", meta.topic));
    }
    b.build(())
}

fn write(client: &Client, topic: &str, key: &str, value: Option<u64>) {
    let writer = client.writer();
    writer.write(topic, Some(key.as_bytes()), value.map(u64::to_be_bytes).as_ref().map(|v| &v[..]), 1_000);
    writer.flush();
}
fn numbers(client: &Client, topic: &str) -> Vec<u64> {
    let mut all: Vec<u64> = client.read(topic).into_iter().map(|r| u64::from_be_bytes(r.value.unwrap().try_into().unwrap())).collect();
    all.sort_unstable();
    all
}

#[test]
fn a_global_table_follows_its_topic_while_the_application_runs() {
    let Some(broker) = broker() else { return };
    let (client, disk) = (broker.client(), tempfile::tempdir().unwrap());
    for (topic, partitions) in [("sales", 2), ("late-sales", 2), ("rates", 3), ("of-gt.sales", 2), ("of-gt.late-sales", 2)] {
        client.create(&format!("gt.{topic}"), partitions);
    }
    write(&client, "gt.rates", "chf", Some(10));
    write(&client, "gt.sales", "chf", Some(3));
    write(&client, "gt.late-sales", "chf", Some(4));
    let config = || {
        let config = Config::new().bootstrap_servers(broker.bootstrap()).topic_prefix("gt.").state_dir(disk.path());
        config.exactly_once().commit_interval(Duration::from_millis(50)).threads(2)
    };
    let run = || Running::start(App::new(topology("gt", "gt"), config()));
    let app = run();
    let came = |app: &Running, topic: &str, expected: &[u64]| {
        app.wait_until(&format!("{expected:?} in {topic}"), || (numbers(&client, topic) == expected).then_some(()));
    };
    came(&app, "gt.of-gt.sales", &[30]);
    // A change is there some time after it was written, for no worker in particular.
    write(&client, "gt.rates", "chf", Some(100));
    app.wait_until("a sale at the new rate", || {
        write(&client, "gt.sales", "chf", Some(5));
        let seen = numbers(&client, "gt.of-gt.sales");
        seen.contains(&500).then_some(())
    });
    // The sale that was there before is not wanted; those of now are.
    app.wait_until("a sale of now", || {
        write(&client, "gt.late-sales", "chf", Some(7));
        numbers(&client, "gt.of-gt.late-sales").contains(&700).then_some(())
    });
    assert!(!numbers(&client, "gt.of-gt.late-sales").iter().any(|n| [40, 400].contains(n)));
    app.finish().unwrap();

    write(&client, "gt.rates", "chf", None);
    write(&client, "gt.sales", "chf", Some(9));
    let app = run();
    app.wait_until("a sale without a rate", || numbers(&client, "gt.of-gt.sales").contains(&0).then_some(()));
    app.finish().unwrap();
    assert!(!numbers(&client, "gt.of-gt.sales").contains(&900), "the table is whole before the first record");
}
