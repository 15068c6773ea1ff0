//! Operations over HTTP while an application runs on the embedded log: health, metrics, state, rows, tokens; and the dashboards name what there is.
#![cfg(all(feature = "macros", feature = "embedded", feature = "ops-http"))]
#![allow(clippy::unwrap_used, clippy::expect_used)]
mod addresses;

use kstreams::{
    AppState, Event, Headers, Restore,
    document::Format,
    prelude::*,
    shell::embedded::{EmbeddedLog, TopicConfig, create_topics},
};
use serde_json::Value;
use std::{
    collections::BTreeSet,
    net::TcpListener,
    sync::{Arc, Mutex, mpsc},
    thread,
    time::Duration,
};

#[topic(name = "clicks", key = String, value = u64, partitions = 2)]
struct Clicks;

#[topology(id = "clicks")]
fn clicks(clicks: StreamOf<Clicks>) -> StoreOf<TimeWindowed<String>, u64> {
    clicks.filter(|value| *value > 0).windowed_by(tumbling(hours(1))).count("hourly").store()
}

type Clicked = App<StoreOf<TimeWindowed<String>, u64>>;
/// An application with its operations at an address.
struct Process {
    address: String,
    log: EmbeddedLog,
    token: kstreams::ShutdownToken,
    thread: thread::JoinHandle<()>,
}
impl Process {
    fn start(log: &EmbeddedLog, config: Config, with: impl FnOnce(Clicked) -> Clicked) -> Process {
        let port = addresses::free_port();
        Process::started(log, config, port, |app| with(app).serve_ops(port))
    }
    /// With its operations at a port that was told to it.
    fn started(log: &EmbeddedLog, config: Config, port: u16, with: impl FnOnce(Clicked) -> Clicked) -> Process {
        if log.topics().is_empty() {
            create_topics(log, &clicks::topology().plan().declared_deployment()).unwrap();
        }
        let config = config.embedded_log(log.clone()).exactly_once().commit_interval(Duration::from_millis(20));
        let app = with(App::new(clicks::topology(), config));
        let token = app.shutdown_token();
        let run = move || {
            let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
            // Some of them end with a task that stands still: that is what the test is about.
            let _ = runtime.block_on(app.run_until(std::future::pending::<()>()));
        };
        Process { address: format!("http://127.0.0.1:{port}"), log: log.clone(), token, thread: thread::spawn(run) }
    }
    fn click(&self, who: &str, value: &[u8]) {
        self.log.produce("clicks", Some(who.as_bytes()), Some(value), 0, &Headers::new()).unwrap();
    }
    fn get(&self, path: &str) -> (u16, String) {
        self.get_with(path, None)
    }
    fn get_with(&self, path: &str, token: Option<&str>) -> (u16, String) {
        let request = agent().get(format!("{}{path}", self.address));
        let request = token.into_iter().fold(request, |request, token| request.header("Authorization", format!("Bearer {token}")));
        match request.call() {
            Ok(mut answer) => (answer.status().as_u16(), answer.body_mut().read_to_string().unwrap()),
            Err(error) => (0, error.to_string()),
        }
    }
    fn json(&self, path: &str) -> Value {
        serde_json::from_str(&self.get(path).1).unwrap_or_default()
    }
    fn state_where(&self, holds: impl Fn(&Value) -> bool) -> Value {
        until(|| Some(self.json("/state")).filter(|state| holds(state)))
    }
    fn stop(self) {
        self.token.cancel();
        self.thread.join().unwrap();
    }
}
fn agent() -> ureq::Agent {
    ureq::Agent::config_builder().http_status_as_error(false).build().into()
}
fn until<T>(mut ask: impl FnMut() -> Option<T>) -> T {
    for _ in 0..2_000 {
        if let Some(answer) = ask() {
            return answer;
        }
        thread::sleep(Duration::from_millis(10));
    }
    panic!("it never came");
}
fn processed(state: &Value) -> u64 {
    state["tasks"].as_array().into_iter().flatten().filter_map(|task| task["processed"].as_u64()).sum()
}

#[test]
fn state_tells_tasks_positions_lag_and_what_holds_it_up() {
    let app = Process::start(&EmbeddedLog::new(), Config::new().threads(2), |app| app);
    for who in ["ann", "bob", "eve"] {
        app.click(who, &1u64.to_be_bytes());
    }
    let settled = |state: &Value| state["state"] == "RUNNING" && (0..2).all(|task| state["tasks"][task]["lag"] == 0);
    let state = app.state_where(|state| processed(state) == 3 && settled(state));
    assert_eq!((&state["application_id"], &state["state"]), (&"clicks".into(), &"RUNNING".into()));
    assert_eq!(state["bottleneck"], "nothing: every task has processed what is there");
    assert_eq!(state["tasks"].as_array().unwrap().len(), 2);
    let source = &state["tasks"][0]["sources"][0];
    assert_eq!((&source["topic"], &source["partition"]), (&"clicks".into(), &0.into()));
    let labels: BTreeSet<&str> = state["nodes"].as_array().unwrap().iter().filter_map(|n| n["label"].as_str()).collect();
    assert!(labels.iter().any(|label| label.contains("clicks")) && labels.len() >= 3, "{labels:?}");
    assert!(state["nodes"].as_array().unwrap().iter().all(|n| n["records"] == 3));
    assert_eq!(state["nodes"][0]["topics"], serde_json::json!(["clicks"]), "whose lag is the source's");
    assert_eq!((app.get("/live"), app.get("/ready")), ((200, "live\n".into()), (200, "ready\n".into())));
    app.stop();
}

/// One form for programs, whoever writes it: `doc --format json` and what runs.
#[test]
fn the_topology_is_told_as_its_json_document_with_the_settings_in_force() {
    let log = EmbeddedLog::new();
    let config = Config::new().exactly_once().threads(2).kafka("sasl.password", "hunter2");
    let app = Process::start(&log, config.clone(), |app| app);
    app.state_where(|state| state["state"] == "RUNNING");
    let config = config.commit_interval(Duration::from_millis(20));
    let written: Value = serde_json::from_str(&config.document(&clicks::topology(), Format::Json).unwrap()).unwrap();
    let (status, told) = app.get("/topology.json");
    assert_eq!((status, serde_json::from_str::<Value>(&told).unwrap()), (200, written));
    let setting = |name: &str| app.json("/topology.json")["configuration"].as_array().unwrap().iter().find(|s| s["name"] == name).cloned();
    assert_eq!(setting("threads").unwrap()["value"], "2");
    assert_eq!(setting("kafka(\"sasl.password\")").unwrap()["value"], "[hidden]");
    assert!(!told.contains("hunter2"), "{told}");
    app.stop();
}

#[test]
fn what_runs_is_told_and_drawn_with_the_names_and_counts_that_were_found() {
    let log = EmbeddedLog::new();
    log.create_topic("staging.clicks", 5, TopicConfig::default()).unwrap();
    let app = Process::start(&log, Config::new().topic_prefix("staging."), |app| app);
    app.state_where(|state| state["tasks"].as_array().is_some_and(|tasks| tasks.len() == 5));
    let told = app.json("/topology.json");
    assert_eq!(told["parallelism"]["tasks"], 5);
    let topic = &told["topics"][0];
    assert_eq!((&topic["name"], &topic["declared"], &topic["partitions"]), (&"staging.clicks".into(), &"clicks".into(), &5.into()));
    assert_eq!(topic["configuration"], serde_json::json!({}), "the user's topics are not ours to create");
    let changelog = told["topics"].as_array().unwrap().iter().find(|topic| topic["role"] == "changelog").unwrap();
    assert_eq!(changelog["partitions"], 5);
    let by_name = serde_json::json!(["staging.clicks"]);
    assert_eq!((&told["operators"][0]["topics"], &told["sub_topologies"][0]["sources"]), (&by_name, &by_name), "one name for one topic");
    assert_eq!(topic["operators"], serde_json::json!([told["operators"][0]["label"]]));
    let (_, page) = app.get("/topology");
    let drawn = page.split("<g ").find(|group| group.contains("data-topic=\"staging.clicks\"")).expect("the topic is drawn");
    assert!(drawn.contains(&format!("data-node={:?}", told["operators"][0]["label"].as_str().unwrap())), "coloured by its source: {drawn}");
    assert!(page.matches("class=\"edge\"").count() >= 2, "and an edge leads from it to who reads it");
    app.stop();
}

#[test]
fn the_live_page_draws_every_node_with_room_for_what_it_does() {
    let app = Process::start(&EmbeddedLog::new(), Config::new(), |app| app);
    let state = app.state_where(|state| state["state"] == "RUNNING");
    let (status, page) = app.get("/topology");
    assert!(status == 200 && page.starts_with("<!doctype html>"));
    assert!(!page.contains("src=") && !page.contains("href=\"http"), "one file that needs nothing else");
    let drawing = page.split_once("<svg").unwrap().1.rsplit_once("</svg>").unwrap().0;
    let drawn: BTreeSet<&str> = drawing
        .split("data-node=\"")
        .skip(1)
        .flat_map(|rest| rest.split('"').next().unwrap().split(' '))
        .filter(|l| !l.is_empty())
        .collect();
    let labels: BTreeSet<&str> = state["nodes"].as_array().unwrap().iter().filter_map(|n| n["label"].as_str()).collect();
    let topology = clicks::topology();
    assert_eq!(labels, topology.plan().nodes.iter().map(|node| &*node.label).collect(), "/state tells of every node");
    assert_eq!(drawn, labels, "and the drawing shows each");
    assert!(
        drawing.contains("data-topic=\"clicks\"") && drawing.contains("data-sub-topology=\"0\"") && drawing.contains("data-doing=\"0\"")
    );
    assert_eq!(drawing.matches("<text class=\"rate\"").count(), drawing.matches("data-node=").count());
    assert!(page.contains(".drawing .topic") && page.contains("prefers-color-scheme: dark"), "with its style");
    app.stop();
}

#[test]
fn a_restore_shows_how_far_it_is_and_how_long_it_takes() {
    let log = EmbeddedLog::new();
    let first = Process::start(&log, Config::new(), |app| app);
    // One partition has several megabytes, which is several polls; the other has a handful of rows.
    let long = "x".repeat(1_000);
    let one = 1u64.to_be_bytes();
    let hour = |i: i64| log.produce("clicks", Some(long.as_bytes()), Some(&one), i * 3_600_000, &Headers::new());
    (0..4_000).for_each(|i| _ = hour(i).unwrap());
    (0..26).for_each(|i| first.click(&i.to_string(), &one));
    let committed = |state: &Value| state["tasks"].as_array().unwrap().iter().all(|t| t["uncommitted_ms"].is_null());
    first.state_where(|state| processed(state) == 4_026 && committed(state));
    first.stop();
    let restore = (0..20).find_map(|_| restore_seen(&log)).expect("a restore was never seen");
    let number = |name: &str| restore[name].as_u64().unwrap_or_else(|| panic!("no {name}: {restore}"));
    assert!(number("restored") > 0 && number("remaining") > 0 && number("seconds_left") < 60, "{restore}");
}
/// Starts with nothing on disk; its worker stands still when the small partition is read back and the large one is not.
fn restore_seen(log: &EmbeddedLog) -> Option<Value> {
    let ((reached, middle), (go, gate)) = (mpsc::channel(), mpsc::channel::<()>());
    let gate = Mutex::new(gate);
    let stand = move |restore: &Restore| {
        if matches!(restore, Restore::Continues { .. }) && reached.send(()).is_ok() {
            let _ = gate.lock().unwrap().recv();
        }
    };
    let app = Process::start(log, Config::new(), |app| app.on_restore(stand));
    middle.recv().unwrap();
    let state = thread::scope(|scope| {
        let asks = scope.spawn(|| app.json("/state"));
        // Until the question lies on the worker's desk; if it does not yet, all this is done again.
        thread::sleep(Duration::from_millis(100));
        drop((go, middle));
        asks.join().unwrap()
    });
    app.stop();
    let restores = state["tasks"].as_array().into_iter().flatten().map(|task| task["restore"].clone());
    restores.into_iter().find(|restore| restore["remaining"].as_u64().is_some_and(|left| left > 0))
}

#[test]
fn rows_are_shown_with_their_windows() {
    let app = Process::start(&EmbeddedLog::new(), Config::new(), |app| app);
    app.click("ann", &1u64.to_be_bytes());
    app.click("ann", &1u64.to_be_bytes());
    let rows = until(|| Some(app.json("/store/hourly?key=ann")["rows"].clone()).filter(|rows| rows[0]["value"] == 2));
    assert_eq!(rows, serde_json::json!([{ "key": "ann", "window": { "start": 0, "end": 3_600_000 }, "value": 2, "time": 0 }]));
    assert_eq!(app.json("/store/hourly?windows=ann&from=1")["rows"], serde_json::json!([]));
    assert_eq!(app.json("/store/hourly")["rows"], rows);
    let (status, answer) = app.get("/store/daily");
    assert!(status == 404 && answer.contains("hourly"), "{answer}");
    app.stop();
}

#[test]
fn stores_that_are_on_no_disk_tell_how_much_they_hold() {
    let app = Process::start(&EmbeddedLog::new(), Config::new().checkpoint_interval(Duration::from_millis(20)), |app| app);
    app.click("ann", &1u64.to_be_bytes());
    let bytes = |state: &Value| state["tasks"].as_array().into_iter().flatten().filter_map(|t| t["memory_bytes"].as_u64()).sum::<u64>();
    let held = bytes(&app.state_where(|state| bytes(state) > 0));
    assert!(held < 100, "one row: {held}");
    let (_, metrics) = app.get("/metrics");
    assert!(
        metrics.lines().any(|line| line.starts_with("kafka_streams_task_memory_only_bytes{") && line.ends_with(&format!(" {held}"))),
        "{metrics}"
    );
    app.stop();
}

/// The paths that the guide names, with a store of ours.
fn paths() -> Vec<String> {
    let guide = include_str!("../../docs/guide/src/operations.md");
    let named = guide.lines().filter_map(|line| line.strip_prefix("| `/")?.split('`').next());
    let paths: Vec<String> = named.map(|path| format!("/{}", path.replace("{name}", "hourly"))).collect();
    assert!(paths.len() >= 7 && paths.contains(&"/store/hourly".to_owned()), "{paths:?}");
    paths
}

#[test]
fn a_port_alone_is_reached_on_loopback_only() {
    let others = addresses::others();
    let reached = |port: u16| others.iter().filter(|address| addresses::is_reached((**address, port).into())).count();
    let port = addresses::free_port();
    let here = Process::started(&EmbeddedLog::new(), Config::new(), port, |app| app.serve_ops(port));
    until(|| (here.get("/store/hourly").0 == 200).then_some(()));
    assert_eq!(reached(port), 0);
    here.stop();
    let port = addresses::free_port();
    let everywhere = Process::started(&EmbeddedLog::new(), Config::new(), port, |app| app.serve_ops(([0, 0, 0, 0], port)));
    until(|| (everywhere.get("/ready").0 == 200).then_some(()));
    assert_eq!((reached(port), everywhere.get("/store/hourly").0), (others.len(), 403), "no rows also for who asks on loopback");
    everywhere.stop();
}

#[test]
fn no_endpoint_changes_anything() {
    let app = Process::start(&EmbeddedLog::new(), Config::new(), |app| app);
    app.click("ann", &1u64.to_be_bytes());
    until(|| (app.json("/store/hourly")["rows"][0]["value"] == 1).then_some(()));
    let seen = || {
        let state =
            app.state_where(|state| state["tasks"].as_array().is_some_and(|tasks| tasks.iter().all(|t| t["uncommitted_ms"].is_null())));
        (state["state"].clone(), state["nodes"].clone(), state["journal"].clone(), app.json("/store/hourly"), app.json("/topology.json"))
    };
    let before = seen();
    let body = "{\"threads\": 7, \"state\": \"NOT_RUNNING\"}";
    for path in paths() {
        let at = format!("{}{path}", app.address);
        // A connection each: the server closes one whose body it has not read, and who takes it out of a pool then may not have heard.
        let answers =
            [agent().post(&at).send(body), agent().put(&at).send(body), agent().patch(&at).send(body), agent().delete(&at).call()];
        let statuses = answers.map(|answer| answer.unwrap().status().as_u16());
        assert_eq!(statuses, [405; 4], "{path}");
        assert_eq!(app.get(&path).0, 200, "{path}");
    }
    assert_eq!(seen(), before);
    app.stop();
}

/// Mounted in a router of the user's, under a prefix.
#[test]
fn a_router_of_the_users_serves_the_same_and_gives_no_rows_without_a_token() {
    for (token, rows) in [(None, 403), (Some("s3cret"), 200)] {
        let mounted = Mounted::start(|app| token.into_iter().fold(app, App::ops_token));
        let ask = |path: &str| mounted.process.get_with(path, token);
        until(|| (ask("/ops/ready").0 == 200).then_some(()));
        assert_eq!(ask("/").1, "the user's", "beside what is the user's");
        assert_eq!(ask("/state").0, 404, "it is where it was mounted");
        for path in paths() {
            let with = if path == "/store/hourly" { rows } else { 200 };
            let without = if token.is_none() || ["/live", "/ready"].contains(&&*path) { with } else { 401 };
            let mounted_at = format!("/ops{path}");
            assert_eq!((mounted.process.get(&mounted_at).0, ask(&mounted_at).0), (without, with), "{path}");
        }
        let (_, page) = ask("/ops/topology");
        let asked: BTreeSet<&str> = page.split("await ask(\"").skip(1).map(|rest| rest.split('"').next().unwrap()).collect();
        assert_eq!(asked, BTreeSet::from(["state", "topology.json"]), "the page asks beside its own address");
        asked.iter().for_each(|path| assert_eq!(ask(&format!("/ops/{path}")).0, 200, "{path}"));
        mounted.stop();
    }
}
struct Mounted {
    process: Process,
    close: tokio::sync::oneshot::Sender<()>,
    thread: thread::JoinHandle<()>,
}
impl Mounted {
    fn start(with: impl FnOnce(Clicked) -> Clicked) -> Mounted {
        let ((close, closed), mut router) = (tokio::sync::oneshot::channel::<()>(), None);
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let process = Process::started(&EmbeddedLog::new(), Config::new(), port, |app| {
            let app = with(app);
            router = Some(axum::Router::new().route("/", axum::routing::get(|| async { "the user's" })).nest("/ops", app.router()));
            app
        });
        listener.set_nonblocking(true).unwrap();
        let serve = async move {
            let listener = tokio::net::TcpListener::from_std(listener).unwrap();
            tokio::select! {
                served = axum::serve(listener, router.unwrap()).into_future() => served.unwrap(),
                _ = closed => {}
            }
        };
        let run = || tokio::runtime::Builder::new_current_thread().enable_io().build().unwrap().block_on(serve);
        Mounted { process, close, thread: thread::spawn(run) }
    }
    fn stop(self) {
        drop(self.close);
        self.thread.join().unwrap();
        self.process.stop();
    }
}

#[test]
fn a_token_is_asked_for_and_health_is_open() {
    let app = Process::start(&EmbeddedLog::new(), Config::new(), |app| app.ops_token("s3cret"));
    until(|| (app.get("/ready").0 == 200).then_some(()));
    for path in paths().iter().filter(|path| !["/live", "/ready"].contains(&&***path)) {
        assert_eq!(app.get(path).0, 401, "{path}");
        assert_eq!(app.get_with(path, Some("wrong")).0, 401, "{path}");
        let (status, text) = app.get_with(path, Some("s3cret"));
        assert!(status == 200 && !text.contains("s3cret"), "{path}: {text}");
    }
    assert_eq!(app.get("/topology?token=s3cret").0, 200);
    // A browser is asked for the token; the page that asks holds nothing of the application.
    let mut door = agent().get(format!("{}/topology", app.address)).header("Accept", "text/html,*/*;q=0.8").call().unwrap();
    let text = door.body_mut().read_to_string().unwrap();
    assert_eq!(door.status().as_u16(), 401);
    assert!(text.contains("<form>") && !text.contains("clicks") && !text.contains("data-node"), "{text}");
    app.stop();
}

#[test]
fn a_poison_record_is_named_and_makes_it_unready() {
    let app = Process::start(&EmbeddedLog::new(), Config::new(), |app| app);
    app.click("ann", b"poison");
    let state = app.state_where(|state| state["state"] == "ERROR" && state["tasks"].to_string().contains("FAILED"));
    let bottleneck = state["bottleneck"].as_str().unwrap();
    assert!(
        bottleneck.starts_with("task 0_") && bottleneck.contains("has failed") && bottleneck.contains("topic `clicks`"),
        "{bottleneck}"
    );
    let at: Vec<&Value> = state["nodes"].as_array().unwrap().iter().filter(|node| !node["error"].is_null()).collect();
    assert!(at.len() == 1 && at[0]["kind"] == "source" && at[0]["error"].as_str().unwrap().contains("topic `clicks`"), "{at:?}");
    let errors = state["journal"]["errors"].as_array().unwrap();
    assert!(errors.iter().all(|error| !error["text"].as_str().unwrap().contains("aborted")), "told once: {errors:?}");
    assert_eq!(app.get("/ready"), (503, "not ready: ERROR\n".into()));
    assert_eq!(app.get("/live").0, 200);
    app.stop();
}

#[test]
fn skipped_records_are_counted_with_samples() {
    let app = Process::start(&EmbeddedLog::new(), Config::new().bad_records(BadRecords::Skip), |app| app);
    app.click("ann", b"poison");
    app.click("ann", &1u64.to_be_bytes());
    let state = app.state_where(|state| processed(state) == 2);
    let journal = &state["journal"];
    assert_eq!((&journal["bad"][0]["topic"], &journal["bad"][0]["skipped"]), (&"clicks".into(), &1.into()));
    let bad = |kind: &str| state["nodes"].as_array().unwrap().iter().find(|node| node["kind"] == kind).unwrap()["bad"].clone();
    assert_eq!((bad("source"), bad("operator")), (1.into(), 0.into()));
    let sample = &journal["samples"][0];
    assert_eq!((&sample["topic"], &sample["offset"]), (&"clicks".into(), &0.into()));
    assert!(sample["reason"].as_str().unwrap().contains("value"), "{sample}");
    assert!(!journal.to_string().contains("poison"), "what is in a record is not shown");
    app.stop();
}
#[test]
fn listeners_hear_of_states_and_restores() {
    let (states, restores) = (Arc::new(Mutex::new(vec![])), Arc::new(Mutex::new(vec![])));
    let log = EmbeddedLog::new();
    let first = Process::start(&log, Config::new(), |app| app);
    (0..50).for_each(|i| first.click(&format!("user-{i}"), &1u64.to_be_bytes()));
    first.state_where(|state| processed(state) == 50 && state["tasks"].as_array().unwrap().iter().all(|t| t["uncommitted_ms"].is_null()));
    first.stop();
    let (heard, read) = (states.clone(), restores.clone());
    let again = Process::start(&log, Config::new(), |app| {
        let app = app.on_state(move |from, to| heard.lock().unwrap().push((from, to)));
        app.on_restore(move |restore| read.lock().unwrap().push(restore.clone()))
    });
    again.state_where(|state| state["state"] == "RUNNING");
    again.stop();
    let states = states.lock().unwrap().clone();
    assert_eq!(states.first(), Some(&(AppState::Created, AppState::Rebalancing)));
    assert!(states.contains(&(AppState::Rebalancing, AppState::Running)), "{states:?}");
    assert_eq!(states.last().unwrap().1, AppState::NotRunning);
    let restores = restores.lock().unwrap();
    let of = |task: &str| {
        let kind = |r: &Restore| match r {
            Restore::Begins { task } => (task.clone(), "begins", 0),
            Restore::Continues { task, restored, .. } => (task.clone(), "continues", *restored),
            Restore::Ends { task } => (task.clone(), "ends", 0),
            other => panic!("{other:?}"),
        };
        restores.iter().map(kind).filter(|(of, ..)| of == task).map(|(_, kind, restored)| (kind, restored)).collect::<Vec<_>>()
    };
    let restored: u64 = ["0_0", "0_1"]
        .iter()
        .map(|task| {
            let heard = of(task);
            assert_eq!((heard[0].0, heard[heard.len() - 1].0), ("begins", "ends"), "{heard:?}");
            heard.iter().map(|(_, restored)| restored).sum::<u64>()
        })
        .sum();
    assert_eq!(restored, 50);
}

/// The guide's tables: Kafka Streams' names, which follow the rule, and ours.
fn told_metrics() -> (BTreeSet<String>, BTreeSet<String>) {
    let guide = include_str!("../../docs/guide/src/operations.md");
    let chapter = guide.split("## Metrics").nth(1).unwrap().split("\n## ").next().unwrap();
    let rows = chapter.lines().filter(|line| line.starts_with("| `")).map(|line| line.split('`').skip(1).step_by(2).collect::<Vec<_>>());
    let (ours, theirs): (Vec<_>, Vec<_>) = rows.partition(|row| row[0].starts_with("kafka_streams_"));
    let snake = |row: Vec<&str>| format!("kafka_streams_{}_{}", row[0], row[1]).replace('-', "_");
    (theirs.into_iter().map(snake).collect(), ours.into_iter().map(|row| row[0].to_owned()).collect())
}
/// The samples of a metric, added up.
fn sum_of(text: &str, metric: &str) -> f64 {
    let samples: Vec<f64> = text
        .lines()
        .filter(|line| line.starts_with(&format!("{metric}{{")) || line.starts_with(&format!("{metric} ")))
        .map(|line| line.rsplit(' ').next().unwrap().parse().unwrap())
        .collect();
    assert!(!samples.is_empty(), "{metric} is not exposed");
    samples.iter().sum()
}

#[test]
fn metrics_have_the_names_of_kafka_streams_and_grow_by_what_was_done() {
    let commits = Arc::new(Mutex::new((0, 0)));
    let heard = commits.clone();
    let app = Process::start(&EmbeddedLog::new(), Config::new().bad_records(BadRecords::Skip), |app| {
        app.on_event(move |event| {
            if let Event::Committed { records, .. } = event {
                let mut commits = heard.lock().unwrap();
                *commits = (commits.0 + 1, commits.1 + records);
            }
        })
    });
    app.state_where(|state| state["state"] == "RUNNING");
    let click = |value: &[u8], time: i64| _ = app.log.produce("clicks", Some(b"ann"), Some(value), time, &Headers::new()).unwrap();
    let committed = |all: u64| {
        app.state_where(|state| {
            let idle = state["tasks"].as_array().is_some_and(|tasks| tasks.iter().all(|t| t["uncommitted_ms"].is_null() && t["lag"] == 0));
            idle && processed(state) == all && state["threads"][0]["committed_records"] == all
        });
        app.get("/metrics").1
    };
    let metrics = |text: &str, names: &[&str]| names.iter().map(|name| sum_of(text, &format!("kafka_streams_{name}"))).collect::<Vec<_>>();
    let one = 1u64.to_be_bytes();
    let before = committed(0);
    let (theirs, ours) = told_metrics();
    assert!(theirs.len() >= 18 && ours.len() >= 15, "{theirs:?} {ours:?}");
    (0..3).for_each(|time| click(&one, time));
    let text = committed(3);
    let exposed = names(&text.lines().filter(|line| !line.starts_with('#')).collect::<Vec<_>>().join("\n"));
    assert_eq!(theirs.union(&ours).cloned().collect::<BTreeSet<_>>(), exposed, "the guide's tables are what there is");
    let process = ["thread_process_total", "task_process_total"];
    assert_eq!((metrics(&before, &process), metrics(&text, &process)), (vec![0.0; 2], vec![3.0; 2]));
    assert_eq!(sum_of(&text, "kafka_streams_processor_node_process_total"), 9.0, "three nodes were handed three records");
    let lost = ["task_dropped_records_total", "task_bad_records_total"];
    assert_eq!(metrics(&text, &lost), [0.0, 0.0]);
    // A later hour; what comes late then; what cannot be read.
    [(&one[..], 7_200_000), (&one, 3), (b"poison", 7_200_001)].into_iter().for_each(|(value, time)| click(value, time));
    let text = committed(6);
    assert_eq!((metrics(&text, &process), metrics(&text, &lost)), (vec![6.0; 2], vec![1.0; 2]));
    let (count, records) = *commits.lock().unwrap();
    assert_eq!((sum_of(&text, "kafka_streams_thread_commit_total"), records), (f64::from(count), 6));
    let of_workers =
        ["client_alive_stream_threads", "client_failed_stream_threads", "thread_task_created_total", "thread_task_closed_total"];
    assert_eq!(metrics(&text, &of_workers), [1.0, 0.0, 2.0, 0.0]);
    let of_tasks = ["topic_records_lag", "task_active_buffer_count", "task_restore_remaining_records_total", "task_uncommitted_seconds"];
    assert_eq!(metrics(&text, &of_tasks), [0.0; 4]);
    assert!(text.contains("kafka_streams_client_state{state=\"RUNNING\"} 1\n"), "{text}");
    app.stop();
}

/// Names in a text that look like metrics of ours.
fn names(text: &str) -> BTreeSet<String> {
    let word = |c: char| !(c.is_ascii_lowercase() || c == '_');
    text.split(word).filter(|name| name.starts_with("kafka_streams_") && name.len() > 20).map(str::to_owned).collect()
}

#[test]
fn dashboards_and_alerts_name_metrics_that_there_are() {
    let app = Process::start(&EmbeddedLog::new(), Config::new(), |app| app);
    app.click("ann", &1u64.to_be_bytes());
    app.state_where(|state| processed(state) == 1);
    let (_, text) = app.get("/metrics");
    let samples = text.lines().filter(|line| !line.starts_with('#')).collect::<Vec<_>>().join("\n");
    let (described, exposed) = (names(&text), names(&samples));
    assert_eq!(described, exposed, "every metric that is described has a sample");
    assert!(samples.contains("kafka_streams_task_process_total{thread_id=\"0-0\",task_id=\"0_"), "{samples}");
    for file in ["../dashboards/kstreams.json", "../dashboards/alerts.yml"] {
        let used = names(&std::fs::read_to_string(file).unwrap());
        assert!(used.len() > 5, "{file}");
        let unknown: Vec<_> = used.difference(&exposed).collect();
        assert!(unknown.is_empty(), "{file} names what is not exposed: {unknown:?}");
    }
    app.stop();
}
