//! The command line against a real broker: topics are planned, created and verified, lag and owners told, a reset refused while members are there and
//! done when they are gone; a reader names the owner of a key that is in another process.
#![allow(clippy::unwrap_used, clippy::expect_used)]
use kstreams::{App, Cli, CliAnswer, Config, QueryError, prelude::*};
use kstreams_tests::kafka::{Broker, Running, broker};
use rdkafka::{
    ClientConfig,
    producer::{BaseProducer, BaseRecord, Producer},
};
use serde_json::Value;
use std::{
    path::Path,
    thread,
    time::{Duration, Instant},
};

#[topic(name = "clicks", key = String, value = u64, partitions = 2)]
struct Clicks;
#[topology(id = "cli-clicks")]
fn clicks(clicks: StreamOf<Clicks>) -> StoreOf<String, u64> {
    clicks.count("per-user").store()
}

const PATIENCE: Duration = Duration::from_secs(60);
fn until<T>(what: &str, mut ask: impl FnMut() -> Option<T>) -> T {
    let since = Instant::now();
    loop {
        if let Some(answer) = ask() {
            return answer;
        }
        assert!(since.elapsed() < PATIENCE, "it never came: {what}");
        thread::sleep(Duration::from_millis(100));
    }
}
fn config(broker: &Broker, disk: &Path) -> Config {
    Config::new().bootstrap_servers(broker.bootstrap()).state_dir(disk).exactly_once().commit_interval(Duration::from_millis(50))
}
fn cli(config: &Config, line: &str) -> CliAnswer {
    let words = ["clicks", "--json"].into_iter().chain(line.split(' ')).map(str::to_owned);
    Cli::new([clicks::topology()]).config(config.clone()).answer(words.collect::<Vec<_>>())
}
fn json(answer: &CliAnswer) -> Value {
    serde_json::from_str(&answer.text).unwrap_or_else(|e| panic!("{e}: {}", answer.text))
}
fn block_on<T>(run: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(run)
}

#[test]
fn a_night_at_the_command_line() {
    let Some(broker) = broker() else { return };
    let disk = tempfile::tempdir().unwrap();
    let config = |process: &str| config(broker, &disk.path().join(process));
    let here = config("a");

    // ---- topics
    let planned = cli(&here, "topics plan");
    assert!(json(&planned)["problems"][0].as_str().unwrap().contains("clicks"), "{}", planned.text);
    let dry = json(&cli(&here, "topics create --all --dry-run"));
    assert_eq!(dry["create"], serde_json::json!(["clicks", "cli-clicks-per-user-changelog"]));
    assert_eq!(json(&cli(&here, "topics create --all"))["create"], dry["create"]);
    let verified = cli(&here, "topics verify");
    assert_eq!(verified.code, 0, "{}", verified.text);

    // ---- two processes, one task each
    let names: Vec<String> = (0..40).map(|i| format!("user-{i}")).collect();
    let writer = broker.client().writer();
    names.iter().for_each(|name| writer.write("clicks", Some(name.as_bytes()), Some(&1u64.to_be_bytes()), 1_767_571_200_000));
    writer.flush();
    let app = App::new(clicks::topology(), config("a").endpoint("10.0.0.1:80"));
    let reader = app.reader(app.stores());
    let a = Running::start(app);
    until("every key is counted", || names.iter().all(|name| block_on(reader.get(name)) == Ok(Some(1))).then_some(()));
    let b = Running::start(App::new(clicks::topology(), config("b").endpoint("10.0.0.2:80")));
    until("a key moved", || match block_on(reader.all()) {
        Err(QueryError::Elsewhere { owner, .. }) => {
            assert_eq!(owner.endpoint.as_deref(), Some("10.0.0.2:80"));
            Some(())
        }
        _ => None,
    });
    let owners = until("both have a task", || {
        let owners = json(&cli(&here, "owners"));
        let of = |at: usize| owners[at]["tasks"].as_array().map_or(0, Vec::len);
        (of(0) == 1 && of(1) == 1).then_some(owners)
    });
    assert!(owners.to_string().contains("10.0.0.2:80"), "{owners}");
    let lag = until("nothing is behind", || {
        let lag = json(&cli(&here, "lag"));
        lag.as_array().unwrap().iter().all(|row| row["lag"] == 0 && row["committed"].as_i64() > Some(0)).then_some(lag)
    });
    assert_eq!(lag.as_array().unwrap().len(), 2);

    // ---- a reset is refused while they run, and done afterwards
    let refused = cli(&here, "reset --execute");
    assert!(refused.code == 4 && refused.text.contains("10.0.0.1:80"), "{} {}", refused.code, refused.text);
    a.finish().unwrap();
    b.finish().unwrap();
    until("the group is empty", || (json(&cli(&here, "owners")) == serde_json::json!([])).then_some(()));
    let planned = json(&cli(&here, "reset --dry-run"));
    assert_eq!((&planned["done"], &planned["topics"]), (&false.into(), &serde_json::json!(["cli-clicks-per-user-changelog"])));
    assert!(planned["offsets"].as_array().unwrap().iter().all(|row| row["to"] == 0 && row["committed"].as_i64() > Some(0)), "{planned}");
    let mut done = json(&cli(&here, "reset --execute"));
    assert_eq!(std::mem::replace(&mut done["done"], false.into()), true);
    assert_eq!(done, planned, "what is done is what was planned");
    let behind = json(&cli(&here, "lag"));
    assert_eq!(behind.as_array().unwrap().iter().map(|row| row["lag"].as_i64().unwrap()).sum::<i64>(), 40, "{behind}");
    assert!(!disk.path().join("a/cli-clicks/0_0").exists() && !disk.path().join("a/cli-clicks/0_1").exists());

    // ---- it counts anew, and only once
    until("the changelog is gone", || (json(&cli(&here, "orphans")) == serde_json::json!({ "topics": [], "folders": [] })).then_some(()));
    let app = App::new(clicks::topology(), config("a"));
    let reader = app.reader(app.stores());
    let again = Running::start(app);
    until("every key is counted again", || names.iter().all(|name| block_on(reader.get(name)) == Ok(Some(1))).then_some(()));
    again.finish().unwrap();

    // ---- somebody writes with another partitioner
    let in_partition_0 = |name: &&String| kstreams::partition::murmur2(name.as_bytes()).is_multiple_of(2);
    let producer: BaseProducer = ClientConfig::new().set("bootstrap.servers", broker.bootstrap()).create().unwrap();
    let record = BaseRecord::to("clicks").partition(1).key(names.iter().find(in_partition_0).unwrap()).payload(&[0u8; 8][..]);
    producer.send(record).unwrap();
    producer.flush(PATIENCE).unwrap();
    let verified = cli(&here, "topics verify");
    assert!(verified.code == 3 && verified.text.contains("uses another partitioner"), "{}", verified.text);
}
