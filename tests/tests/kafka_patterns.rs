//! A pattern on a real broker: what matches is read, what comes later is told and read after a restart.
#![allow(clippy::unwrap_used, clippy::expect_used)]
use kstreams::{App, Event, prelude::*};
use kstreams_tests::kafka::{Client, Running, broker};
use std::{collections::BTreeMap, time::Duration};

#[topic(pattern = "shop-.*-orders", key = String, value = u64, partitions = 2)]
struct Orders;
#[topic(name = "totals", key = String, value = u64, partitions = 2)]
struct Totals;

#[topology(id = "pt")]
fn sums(orders: StreamOf<Orders>) {
    orders.reduce("sum", |a, b| *a += b).to(Totals);
}

fn write(client: &Client, topic: &str, key: &str, value: u64) {
    let writer = client.writer();
    writer.write(topic, Some(key.as_bytes()), Some(&value.to_be_bytes()), 1_000);
    writer.flush();
}
fn totals(client: &Client) -> BTreeMap<String, u64> {
    let number = |value: Vec<u8>| u64::from_be_bytes(value.try_into().unwrap());
    client.table("pt.totals").into_iter().map(|(key, value)| (String::from_utf8(key).unwrap(), number(value))).collect()
}

#[test]
fn topics_of_a_pattern_are_read_and_new_ones_told() {
    let Some(broker) = broker() else { return };
    let (client, disk) = (broker.client(), tempfile::tempdir().unwrap());
    let config = || {
        let config = Config::new().bootstrap_servers(broker.bootstrap()).topic_prefix("pt.").state_dir(disk.path());
        config.exactly_once().commit_interval(Duration::from_millis(50)).threads(2).topic_look(Duration::from_millis(100))
    };
    let run = || Running::start(App::new(sums::topology(), config()));
    let came = |app: &Running, expected: u64| {
        app.wait_until(&format!("a total of {expected}"), || (totals(&client).get("tea") == Some(&expected)).then_some(()));
    };
    client.create("pt.totals", 2);
    let refused = run().join().unwrap_err().to_string();
    assert!(refused.contains("no topic matches the pattern `pt.shop-.*-orders`"), "{refused}");

    for topic in ["pt.shop-de-orders", "pt.shop-fr-orders", "shop-it-orders", "pt.shop-de-orders-old"] {
        client.create(topic, 2);
        write(&client, topic, "tea", 1);
    }
    let app = run();
    came(&app, 2);
    client.create("pt.shop-es-orders", 2);
    write(&client, "pt.shop-es-orders", "tea", 10);
    let found = app.wait_for("the new topic", |e| if let Event::TopicFound { topic, .. } = e { Some(topic.to_string()) } else { None });
    assert_eq!(found, "pt.shop-es-orders");
    write(&client, "pt.shop-fr-orders", "tea", 1);
    came(&app, 3);
    app.finish().unwrap();

    let app = run();
    came(&app, 13);
    app.finish().unwrap();
}
