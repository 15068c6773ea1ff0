//! The command line against a real broker: topics are planned, created and verified, lag and owners told, a reset refused while members are there and
//! done when they are gone; a reader names the owner of a key that is in another process. Input begins where a reset says; what is wrong with topics
//! and what is left over is found; the program itself runs until a signal.
#![allow(clippy::unwrap_used, clippy::expect_used)]
use kstreams::{App, Cli, CliAnswer, Config, QueryError, prelude::*};
use kstreams_tests::{
    kafka::{Broker, Client, Process, Read, Running, broker, fresh_broker},
    words,
};
use rdkafka::{
    ClientConfig, Offset, TopicPartitionList,
    admin::{AdminClient, AdminOptions},
    client::DefaultClientContext,
    producer::{BaseProducer, BaseRecord, Producer},
};
use serde_json::{Value, json};
use std::{
    collections::BTreeMap,
    path::Path,
    process::Command,
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
fn said(answer: &CliAnswer) -> Value {
    serde_json::from_str(&answer.text).unwrap_or_else(|e| panic!("{e}: {}", answer.text))
}
/// As people read it.
fn text(config: &Config, line: &str) -> String {
    let words = ["clicks"].into_iter().chain(line.split(' ')).map(str::to_owned);
    Cli::new([clicks::topology()]).config(config.clone()).answer(words.collect::<Vec<_>>()).text
}
/// Of an application that counts words, whose input is divided by a repartition.
fn of_words(id: &str, config: &Config, line: &str) -> CliAnswer {
    let words = ["words", "--json"].into_iter().chain(line.split(' ')).map(str::to_owned);
    Cli::new([words::topology(id)]).config(config.clone()).answer(words.collect::<Vec<_>>())
}
fn block_on<T>(run: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(run)
}

#[test]
fn a_cluster_that_nobody_has_used_answers() {
    let Some(broker) = fresh_broker() else { return };
    let disk = tempfile::tempdir().unwrap();
    let here = config(&broker, disk.path());
    assert_eq!(said(&cli(&here, "owners")), json!([]));
    let lag = cli(&here, "lag");
    assert!(lag.code == 1 && lag.text.contains("topic `clicks` does not exist: `topics create --all`"), "{}", lag.text);
    let nobody = cli(&here.bootstrap_servers("127.0.0.1:1").deadline(Duration::from_millis(100)), "lag");
    assert!(nobody.code == 1 && nobody.text.contains("Are bootstrap servers, listeners and credentials right?"), "{}", nobody.text);
}

#[test]
fn a_night_at_the_command_line() {
    let Some(broker) = broker() else { return };
    let disk = tempfile::tempdir().unwrap();
    let config = |process: &str| config(broker, &disk.path().join(process));
    let here = config("a");

    // ---- topics
    let refused = cli(&here, "topics create");
    assert!(refused.code == 1 && refused.text.contains("`topics create --all` creates"), "{}", refused.text);
    let planned = cli(&here, "topics plan");
    assert!(said(&planned)["problems"][0].as_str().unwrap().contains("clicks"), "{}", planned.text);
    let dry = said(&cli(&here, "topics create --all --dry-run"));
    assert_eq!(dry["create"], json!(["clicks", "cli-clicks-per-user-changelog"]));
    let dry_text = text(&here, "topics create --all --dry-run");
    assert!(dry_text.contains("create cli-clicks-per-user-changelog with 2 partitions, cleanup.policy=compact "), "{dry_text}");
    let plan = |text: &str| text.lines().filter(|line| line.starts_with("create ")).map(str::to_owned).collect::<Vec<_>>();
    assert_eq!(plan(&text(&here, "topics create --all")), plan(&dry_text), "the same plan, and then it is done");
    assert_eq!(said(&cli(&here, "topics create --all"))["create"], json!([]));
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
    until("both have a task", || {
        let owners = said(&cli(&here, "owners"));
        let of = |at: usize| owners[at]["tasks"].as_array().map_or(0, Vec::len);
        (of(0) == 1 && of(1) == 1).then_some(())
    });
    let lag = until("nothing is behind", || {
        let lag = said(&cli(&here, "lag"));
        lag.as_array().unwrap().iter().all(|row| row["lag"] == 0 && row["committed"].as_i64() > Some(0)).then_some(lag)
    });
    assert_eq!(lag.as_array().unwrap().len(), 2);
    let owners = said(&cli(&here, "owners"));
    let table = text(&here, "owners");
    for endpoint in ["10.0.0.1:80", "10.0.0.2:80"] {
        let owner = owners.as_array().unwrap().iter().find(|owner| owner["endpoint"] == endpoint).unwrap();
        let (member, task) = (owner["member"].as_str().unwrap(), &owner["tasks"][0]);
        let at = lag.as_array().unwrap().iter().find(|row| row["task"] == task["task"]).unwrap();
        let (partition, end) = (format!("{}/{}", at["topic"].as_str().unwrap(), at["partition"]), &at["end"]);
        assert_eq!((&owner["host"], &task["committed"]), (&"127.0.0.1".into(), &json!({ (partition.as_str()): end })), "{owners} {lag}");
        let line = [member, "127.0.0.1", endpoint, task["task"].as_str().unwrap(), &partition, &end.to_string()];
        assert!(table.lines().any(|row| row.split_whitespace().eq(line)), "{table}");
    }

    // ---- a reset is refused while they run, and done afterwards
    let refused = cli(&here, "reset --execute");
    assert!(refused.code == 4 && refused.text.contains("10.0.0.1:80"), "{} {}", refused.code, refused.text);
    a.finish().unwrap();
    b.finish().unwrap();
    until("the group is empty", || (said(&cli(&here, "owners")) == json!([])).then_some(()));
    let planned = said(&cli(&here, "reset --dry-run"));
    assert_eq!((&planned["done"], &planned["topics"]), (&false.into(), &json!(["cli-clicks-per-user-changelog"])));
    assert!(planned["offsets"].as_array().unwrap().iter().all(|row| row["to"] == 0 && row["committed"].as_i64() > Some(0)), "{planned}");
    let mut done = said(&cli(&here, "reset --execute"));
    assert_eq!(std::mem::replace(&mut done["done"], false.into()), true);
    assert_eq!(done, planned, "what is done is what was planned");
    let behind = said(&cli(&here, "lag"));
    assert_eq!(behind.as_array().unwrap().iter().map(|row| row["lag"].as_i64().unwrap()).sum::<i64>(), 40, "{behind}");
    assert!(!disk.path().join("a/cli-clicks/0_0").exists() && !disk.path().join("a/cli-clicks/0_1").exists());

    // ---- it counts anew, and only once
    until("the changelog is gone", || (said(&cli(&here, "orphans")) == json!({ "topics": [], "folders": [] })).then_some(()));
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
    // who looks at the last record of each partition alone sees this one no more when another has come
    let right = names.iter().find(|name| !in_partition_0(name)).unwrap();
    producer.send(BaseRecord::to("clicks").partition(1).key(right).payload(&[0u8; 8][..])).unwrap();
    producer.flush(PATIENCE).unwrap();
    assert_eq!([cli(&here, "topics verify --sample 1").code, cli(&here, "topics verify --sample 2").code], [0, 3]);
}

const THEN: i64 = 1_767_571_200_000;
const HOUR: i64 = 3_600_000;

#[test]
fn input_begins_where_a_reset_says() {
    let Some(broker) = broker() else { return };
    let (client, disk, id) = (broker.client(), tempfile::tempdir().unwrap(), "cli-reset");
    let config = config(broker, disk.path()).topic_prefix("reset-");
    let ask = |line: &str| of_words(id, &config, line);
    ["reset-lines", "reset-word-counts"].iter().for_each(|topic| client.create(topic, 3));
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_millis() as i64;
    let writer = client.writer();
    let mut written = BTreeMap::from([("first", 40), ("second", 30), ("third", 20)]);
    for (time, (word, times)) in [THEN, THEN + HOUR, now].into_iter().zip(&written) {
        (0..*times).for_each(|i: i32| writer.write("reset-lines", Some(&i.to_be_bytes()), Some(word.as_bytes()), time + i64::from(i)));
    }
    writer.flush();
    let lines = client.read("reset-lines");
    // the repartition topic does not exist yet: nothing is in it
    assert_eq!(said(&ask("lag")).as_array().unwrap().len(), 6);
    // of the input: behind the records of the repartition topic there are ends of transactions
    let behind = || {
        let rows = said(&ask("lag"));
        let input = rows.as_array().unwrap().iter().filter(|row| row["topic"] == "reset-lines");
        input.map(|row| row["lag"].as_i64().unwrap()).sum::<i64>()
    };
    assert_eq!(behind(), 90);
    let run = |counted: &BTreeMap<&str, i32>| {
        let running = Running::start(App::new(words::topology(id), config.clone()));
        let found =
            |word: &str| client.table("reset-word-counts").get(word.as_bytes()).map(|n| u64::from_be_bytes(n[..].try_into().unwrap()));
        until("every word is counted", || counted.iter().all(|(word, n)| found(word) == Some(*n as u64)).then_some(()));
        until("nothing is behind", || (behind() == 0).then_some(()));
        running.finish().unwrap();
        until("the group is empty", || (said(&ask("owners")) == json!([])).then_some(()));
    };
    run(&written);

    let of = |partition: i32| lines.iter().filter(move |line| line.partition == partition);
    let end = |partition: i32| of(partition).count() as i64;
    let from = |time: i64| move |lines: &[&Read]| lines.iter().position(|line| line.time >= time).unwrap_or(lines.len()) as i64;
    let second = from(THEN + HOUR / 2);
    let third = from(now);
    let planned = |how: &str| {
        let plan = said(&ask(&format!("reset --dry-run {how}")));
        plan["offsets"].as_array().unwrap().iter().map(|row| row["to"].as_i64().unwrap()).collect::<Vec<_>>()
    };
    let expected = |to: &dyn Fn(&[&Read]) -> i64| (0..3).map(|p| to(&of(p).collect::<Vec<_>>())).collect::<Vec<_>>();
    assert!((0..3).all(|partition| end(partition) > 5), "each partition has enough of them");
    assert_eq!(planned("--to-earliest"), [0, 0, 0]);
    assert_eq!(planned("--to-latest"), expected(&|lines| lines.len() as i64));
    assert_eq!(planned("--to-datetime 2026-01-05T00:30:00Z"), expected(&second));
    assert_eq!(planned("--by-duration PT1H"), expected(&third));
    assert_eq!(planned("--to-offset 3"), [3, 3, 3]);
    assert_eq!(planned("--shift-by -2"), expected(&|lines| lines.len() as i64 - 2));
    assert_eq!(planned("--shift-by 7"), expected(&|lines| lines.len() as i64), "never behind the end");

    // a dry run changes nothing
    assert_eq!(behind(), 0);
    assert!(!client.partitions("cli-reset-words-repartition").is_empty() && disk.path().join("cli-reset").exists());
    let done = said(&ask("reset --execute --to-datetime 2026-01-05T00:30:00Z"));
    assert_eq!(done["topics"], json!(["cli-reset-words-repartition", "cli-reset-counts-changelog"]));
    until("internal topics are gone", || client.partitions("cli-reset-words-repartition").is_empty().then_some(()));
    assert_eq!(behind(), 50, "what was written later");
    written.remove("first");
    run(&written);
}

#[test]
fn what_is_wrong_with_topics_and_what_is_left_over_is_found() {
    let Some(broker) = broker() else { return };
    let (client, disk, id) = (broker.client(), tempfile::tempdir().unwrap(), "cli-verify");
    let config = config(broker, disk.path()).topic_prefix("verify-");
    let ask = |line: &str| of_words(id, &config, line);
    client.create("verify-lines", 3);
    client.create("verify-word-counts", 3);
    client.create("cli-verify-words-repartition", 2);
    client.create_with("cli-verify-counts-changelog", 3, &[("cleanup.policy", "delete")]);
    let verified = ask("topics verify");
    assert_eq!(verified.code, 3);
    for wrong in ["has 2 partitions, 3 are needed", "has cleanup.policy=delete, compact is needed"] {
        assert!(verified.text.contains(wrong), "{}", verified.text);
    }
    // another count than the declared one does not keep it from starting, and is a difference all the same
    let other = config.clone().topic_prefix("verified-");
    ["verified-lines", "verified-word-counts"].iter().for_each(|topic| client.create(topic, 4));
    let verified = of_words("cli-verified", &other, "topics verify");
    assert!(verified.code == 3 && verified.text.contains("has 4 partitions, 3 are declared"), "{}", verified.text);

    // ---- what nobody names any more; what another application may have is not asked for
    assert_eq!(ask("orphans").code, 0);
    client.create("cli-verify-old-changelog", 1);
    client.create("cli-verifyx-old-changelog", 1);
    client.create("cli-verify-no-internal-one", 1);
    ["0_2", "0_7", "9_0"].iter().for_each(|task| std::fs::create_dir_all(disk.path().join(id).join(task)).unwrap());
    let orphans = ask("orphans");
    let folder = |task: &str| disk.path().join(id).join(task).display().to_string();
    assert_eq!(
        (orphans.code, said(&orphans)),
        (3, json!({ "topics": ["cli-verify-old-changelog"], "folders": [folder("0_7"), folder("9_0")] }))
    );
}

#[test]
fn the_program_runs_until_a_signal_and_looks_where_it_is_told() {
    let Some(broker) = broker() else { return };
    let (client, disk) = (broker.client(), tempfile::tempdir().unwrap());
    let program = env!("CARGO_BIN_EXE_clicks");
    let ask = |line: &str| {
        let mut command = Command::new(program);
        let output =
            command.args(line.split(' ')).args(["--topology", "devices", "--json", "--bootstrap-servers", &broker.bootstrap()]).output();
        serde_json::from_slice::<Value>(&output.unwrap().stdout).unwrap()
    };
    assert_eq!(ask("topics create --all")["create"], json!(["devices", "devices-per-device-changelog"]));
    let writer = client.writer();
    (0..20u64).for_each(|i| writer.write("devices", Some(&i.to_be_bytes()), Some(&i.to_be_bytes()), THEN));
    writer.flush();
    // what was deleted before it was read is nothing to be behind of
    delete_up_to(&client, broker, "devices", 2);
    let behind = |lag: Value| lag.as_array().unwrap().iter().map(|row| row["lag"].as_i64().unwrap()).sum::<i64>();
    assert_eq!(behind(ask("lag")), 20 - 4);
    let settings =
        [("BOOTSTRAP_SERVERS", broker.bootstrap()), ("STATE_DIR", disk.path().display().to_string()), ("COMMIT_INTERVAL_MS", "50".into())];
    let running = Process::start(Path::new(program), &["--topology=devices"], &settings);
    until("everything is counted", || (behind(ask("lag")) == 0).then_some(()));
    assert_eq!(running.terminate().last().map(String::as_str), Some("16 records processed, 0 bad, 0 late"));
}
fn delete_up_to(client: &Client, broker: &Broker, topic: &str, offset: i64) {
    let admin: AdminClient<DefaultClientContext> = ClientConfig::new().set("bootstrap.servers", broker.bootstrap()).create().unwrap();
    let mut list = TopicPartitionList::new();
    client.partitions(topic).into_iter().for_each(|p| list.add_partition_offset(topic, p, Offset::Offset(offset)).unwrap());
    block_on(admin.delete_records(&list, &AdminOptions::new())).unwrap();
}
