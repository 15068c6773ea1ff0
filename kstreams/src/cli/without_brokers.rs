//! `run` without brokers: what is written in a folder goes into the embedded log, the application runs to its end, and the results are printed.
use super::{
    args, run,
    said::{Failed, Said, table, when},
    written::{bytes_of, shown},
};
use crate::{
    Config, Headers, Topology,
    partition::{Crc32, Partitioner},
    plan::{DeployedTopic, Deployment, Named, NodeKind, Origin, Plan, Topic, TopicIndex},
    shell::embedded::{EmbeddedLog, LogRecord, deploy},
};
use serde::Deserialize;
use serde_json::{Value, json};
use std::{
    fs,
    path::{Path, PathBuf},
    time::Duration,
};

/// Looked into if no folder is named.
const FIXTURES: &str = "fixtures";
/// Results of a topic that are printed; JSON has all of them.
const ROWS_MAX: usize = 20;

/// A line of `TOPIC.jsonl`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    #[serde(default)]
    key: Value,
    value: Value,
    /// Epoch milliseconds; default: now.
    time: Option<i64>,
}
/// A topic that was loaded, and from where.
struct Loaded {
    topic: String,
    file: PathBuf,
    records: usize,
}

pub(super) async fn run(topology: Topology, config: Config, asked: &args::Run, json: bool) -> Result<Said, Failed> {
    let log = config.embedded_log.clone().unwrap_or_default();
    let (plan, config) = (topology.plan().clone(), config.embedded_log(log.clone()));
    let deployment = deploy(&log, &plan, &config.topic_options())?;
    let loaded = load(&log, &plan, &deployment, asked.folder())?;
    let ends = !loaded.is_empty() && !asked.serves();
    if !ends {
        run::say(json, &format!("no brokers, so {} runs on the embedded log until Ctrl-C. {}", topology.id(), input(&plan, &loaded)));
    }
    let config = soon_committed(config);
    let app = run::application(topology, config, asked, json)?;
    let closed = if ends { app.run_to_end().await } else { app.run_until(run::signal()).await };
    let closed = run::said(&closed.map_err(|e| Failed::new(e.to_string()))?);
    let results = results(&log, &plan, &deployment)?;
    Ok(Said::new(text(&loaded, &results) + &closed.text, with_results(closed.json, &loaded, &results)))
}
fn input(plan: &Plan, loaded: &[Loaded]) -> String {
    if !loaded.is_empty() {
        return loaded.iter().map(|l| format!("Its input: {}", l.file.display())).collect::<Vec<_>>().join(". ");
    }
    let topic = inputs(plan).next().map_or("TOPIC", |(_, topic)| &topic.name);
    format!(
        "Its input: {FIXTURES}/{topic}.jsonl, a line a record, {{\"key\": .., \"value\": ..}}; or brokers: --bootstrap-servers HOST:PORT"
    )
}
/// Stores and results show what is committed, and somebody looks.
fn soon_committed(config: Config) -> Config {
    let interval = Duration::from_millis(config.settings().commit_interval_ms.unsigned_abs());
    config.commit_interval(interval.min(Duration::from_millis(100)))
}

/// The user's topics that are not written by the topology alone.
fn inputs(plan: &Plan) -> impl Iterator<Item = (TopicIndex, &Topic)> {
    let all = (0..).map(TopicIndex).zip(&plan.topics);
    let users = all.filter(|(_, topic)| topic.origin == Origin::User && matches!(topic.named, Named::Exactly));
    users.filter(|(index, _)| is_read(plan, *index) || !is_written(plan, *index))
}
fn is_read(plan: &Plan, topic: TopicIndex) -> bool {
    plan.nodes.iter().any(|node| matches!(&node.kind, NodeKind::Source(from) if from.contains(&topic)))
}
fn is_written(plan: &Plan, topic: TopicIndex) -> bool {
    plan.nodes.iter().any(|node| matches!(node.kind, NodeKind::Sink(to) if to == topic))
}
fn load(log: &EmbeddedLog, plan: &Plan, deployment: &Deployment, folder: Option<&Path>) -> Result<Vec<Loaded>, Failed> {
    let from = folder.unwrap_or(Path::new(FIXTURES));
    let mut loaded = vec![];
    for (index, topic) in inputs(plan) {
        let file = from.join(format!("{}.jsonl", topic.name));
        if file.is_file() {
            let deployed = deployment.planned(index).into_iter().map(|id| deployment.topic(id));
            let records = deployed.map(|to| load_file(log, topic, to, &file)).sum::<Result<usize, String>>()?;
            loaded.push(Loaded { topic: topic.name.clone(), file, records });
        }
    }
    if loaded.is_empty() && folder.is_some() {
        let files: Vec<String> = inputs(plan).map(|(_, topic)| format!("{}.jsonl", topic.name)).collect();
        return Err(Failed::usage(format!("{} holds no input; what the topology reads is: {}", from.display(), files.join(", "))));
    }
    Ok(loaded)
}
fn load_file(log: &EmbeddedLog, topic: &Topic, to: &DeployedTopic, file: &Path) -> Result<usize, String> {
    let text = fs::read_to_string(file).map_err(|e| format!("{} cannot be read: {e}", file.display()))?;
    let lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    let loaded = lines.map(|(at, line)| load_line(log, topic, to, line).map_err(|e| format!("{}:{}: {e}", file.display(), at + 1)));
    loaded.collect::<Result<Vec<()>, _>>().map(|lines| lines.len())
}
fn load_line(log: &EmbeddedLog, topic: &Topic, to: &DeployedTopic, line: &str) -> Result<(), String> {
    let line: Line =
        serde_json::from_str(line).map_err(|e| format!("{e}; a line is {{\"key\": .., \"value\": .., \"time\": epoch ms}}"))?;
    let key = bytes_of(topic.shapes.0, &line.key).map_err(|e| format!("key: {e}"))?;
    let value = bytes_of(topic.shapes.1, &line.value).map_err(|e| format!("value: {e}"))?;
    let time = line.time.unwrap_or_else(|| jiff::Timestamp::now().as_millisecond());
    let (key, value, none) = (key.as_deref(), value.as_deref(), Headers::new());
    let placed = match (key, topic.partitioner == Crc32::NAME) {
        (Some(key), true) => log.produce_to(&to.name, Crc32::partition(key, to.partitions), Some(key), value, time, &none).map(drop),
        _ => log.produce(&to.name, key, value, time, &none).map(drop),
    };
    placed.map_err(|e| e.to_string())
}

/// A topic's records as people read them.
struct Results {
    topic: String,
    records: Vec<Shown>,
}
struct Shown {
    key: Value,
    value: Value,
    time: i64,
}
/// What is in topics that are neither read only nor internal, in the order of time.
fn results(log: &EmbeddedLog, plan: &Plan, deployment: &Deployment) -> Result<Vec<Results>, Failed> {
    let mut results = vec![];
    for there in log.topics() {
        let id = deployment.topic_named(&there.name);
        let index = id.map(|id| TopicIndex(id.0)).filter(|index| (index.0 as usize) < plan.topics.len());
        let internal = id.is_some_and(|id| deployment.topic(id).origin != Origin::User);
        let found = deployment.found.values().flatten().any(|found| Some(*found) == id);
        let read_only = found || index.is_some_and(|index| !is_written(plan, index));
        if !internal && !read_only {
            let records = log.read(&there.name).map_err(|e| Failed::new(e.to_string()))?;
            results.push(Results { topic: there.name.to_string(), records: in_time(index.map(|index| plan.topic(index)), records) });
        }
    }
    results.retain(|of| !of.records.is_empty());
    Ok(results)
}
fn in_time(topic: Option<&Topic>, records: Vec<LogRecord>) -> Vec<Shown> {
    let opaque = (&crate::codec::Shape::Opaque, &crate::codec::Shape::Opaque);
    let (key, value) = topic.map_or(opaque, |topic| topic.shapes);
    let of = |r: LogRecord| Shown { key: shown(key, r.key.as_deref()), value: shown(value, r.value.as_deref()), time: r.time };
    let mut records: Vec<Shown> = records.into_iter().map(of).collect();
    records.sort_by_key(|record| record.time);
    records
}
fn text(loaded: &[Loaded], results: &[Results]) -> String {
    let loaded: String = loaded.iter().map(|l| format!("{}: {} records into the embedded log\n", l.file.display(), l.records)).collect();
    let rows = results.iter().flat_map(|of| of.records.iter().take(ROWS_MAX).map(|r| row(&of.topic, r))).collect::<Vec<_>>();
    let table = if rows.is_empty() { String::new() } else { table(&["topic", "key", "value", "time"], &rows) };
    let more = results.iter().filter(|of| of.records.len() > ROWS_MAX);
    let more: String = more.map(|of| format!("{} more in {}: --json prints all\n", of.records.len() - ROWS_MAX, of.topic)).collect();
    let parts = [loaded, table + &more];
    parts.into_iter().filter(|part| !part.is_empty()).map(|part| part + "\n").collect()
}
fn row(topic: &str, record: &Shown) -> Vec<String> {
    let plain = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    vec![topic.to_owned(), plain(&record.key), plain(&record.value), when(record.time)]
}
fn with_results(mut closed: Value, loaded: &[Loaded], results: &[Results]) -> Value {
    let shown = |r: &Shown| json!({ "key": r.key, "value": r.value, "time": r.time });
    let of = |of: &Results| (of.topic.clone(), of.records.iter().map(shown).collect::<Value>());
    closed["loaded"] = loaded.iter().map(|l| (l.topic.clone(), json!(l.records))).collect::<serde_json::Map<_, _>>().into();
    closed["results"] = results.iter().map(of).collect::<serde_json::Map<_, _>>().into();
    closed
}
