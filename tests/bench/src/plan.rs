//! What is run, in which order, and what comes of it.
use super::{Args, measure::Measured, ours, pipe, restore};
use kstreams_tests::kafka::Client;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::{
    env,
    process::{Child, Command, Stdio},
};

/// Programs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Kind {
    /// librdkafka: consume, produce.
    Pipe,
    /// librdkafka and a hash map: consume, count, produce changelog and output for every record.
    StatefulPipe,
    /// The same, once a key and commit.
    StatefulPipeCoalesced,
    /// kstreams: source, sink.
    Passthrough,
    /// kstreams: source, count, sink.
    KeyedCount,
    /// The same with `emit_on_commit`.
    KeyedCountCoalesced,
    /// librdkafka and a hash map: a changelog read into memory.
    RestorePipe,
    /// kstreams: a task that restores its store.
    Restore,
}
/// One run of one program.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Run {
    pub(crate) kind: Kind,
    pub(crate) brokers: String,
    pub(crate) records: u64,
    pub(crate) exactly_once: bool,
    /// Group, transactional ids and output topics carry it.
    pub(crate) id: String,
    /// What is read.
    pub(crate) input: String,
    /// Where kstreams answers `/metrics` and `/state`.
    pub(crate) ops_port: Option<u16>,
}
pub(crate) const INPUT: &str = "bench-in";
pub(crate) const PARTITIONS: i32 = 4;
pub(crate) const VALUE_BYTES: usize = 100;
/// 2026-01-05.
pub(crate) const START_MS: i64 = 1_767_571_200_000;

impl Run {
    pub(crate) fn measured(&self) -> kstreams::Result<Measured> {
        match self.kind {
            Kind::Pipe | Kind::StatefulPipe | Kind::StatefulPipeCoalesced => pipe::run(self),
            Kind::Passthrough | Kind::KeyedCount | Kind::KeyedCountCoalesced => ours::run(self),
            Kind::RestorePipe => restore::run_pipe(self),
            Kind::Restore => restore::run_ours(self),
        }
    }
    /// The output topic.
    pub(crate) fn output(&self) -> String {
        format!("{}-out", self.id)
    }
    /// The changelog that the stateful pipe writes.
    pub(crate) fn changelog(&self) -> String {
        format!("{}-pipe-changelog", self.id)
    }
    pub(crate) fn create_outputs(&self, client: &Client) {
        client.create(&self.output(), PARTITIONS);
        if self.kind == Kind::StatefulPipe || self.kind == Kind::StatefulPipeCoalesced {
            client.create(&self.changelog(), PARTITIONS);
        }
    }
    /// In a process of its own.
    pub(crate) fn spawned(&self) -> kstreams::Result<Measured> {
        self.finished(self.started()?)
    }
    /// Starts it in a process of its own.
    pub(crate) fn started(&self) -> kstreams::Result<Child> {
        let mut command = Command::new(env::current_exe()?);
        command.arg("passthrough").arg("--run").arg(serde_json::to_string(self)?);
        Ok(command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn()?)
    }
    /// Waits for its end.
    pub(crate) fn finished(&self, child: Child) -> kstreams::Result<Measured> {
        let ran = child.wait_with_output()?;
        let said = String::from_utf8(ran.stdout)?;
        let last = said.lines().last().ok_or_else(|| format!("{self:?}: {}", String::from_utf8_lossy(&ran.stderr)))?;
        Ok(serde_json::from_str(last)?)
    }
}

/// Fills the input, then runs pipe, ours, ours, pipe as often as wanted; a line a run.
pub(crate) fn alternate(args: &Args, brokers: &str) -> kstreams::Result<Value> {
    let client = Client::new(brokers.to_owned());
    fill(&client, args);
    let (pipe, ours) = args.workload.kinds();
    let (mut pipes, mut own) = (vec![], vec![]);
    for block in 0..args.blocks {
        for (number, kind) in [pipe, ours, ours, pipe].into_iter().enumerate() {
            let (id, brokers) = (format!("bench-{block}-{number}"), brokers.to_owned());
            let run =
                Run { kind, brokers, records: args.records, exactly_once: args.exactly_once, id, input: INPUT.into(), ops_port: None };
            run.create_outputs(&client);
            let measured = run.spawned()?;
            println!("{}", serde_json::to_string(&measured)?);
            if kind == pipe { pipes.push(measured) } else { own.push(measured) }
        }
    }
    Ok(summary(args, &pipes, &own))
}
pub(crate) fn fill(client: &Client, args: &Args) {
    client.create(INPUT, PARTITIONS);
    let (writer, value) = (client.writer(), vec![b'x'; VALUE_BYTES]);
    for n in 0..args.records {
        writer.write(INPUT, Some(&key(n, args.keys)), Some(&value), START_MS + n as i64);
    }
    writer.flush();
}
/// Steps of a large prime: all keys come evenly, and none twice in a row.
pub(crate) fn key(n: u64, keys: u64) -> [u8; 8] {
    (n.wrapping_mul(2_654_435_761) % keys).to_be_bytes()
}
fn summary(args: &Args, pipes: &[Measured], ours: &[Measured]) -> Value {
    let cpu = |all: &[Measured]| median(all.iter().map(|m| m.cpu_s_per_million).collect());
    let rate = |all: &[Measured]| median(all.iter().map(|m| m.records_per_s).collect());
    let rss = |all: &[Measured]| median(all.iter().map(|m| m.peak_rss_mb).collect());
    json!({
        "workload": format!("{:?}", args.workload),
        "exactly_once": args.exactly_once,
        "cpu_s_per_million": {"pipe": cpu(pipes), "ours": cpu(ours)},
        "cpu_of_pipe": cpu(pipes) / cpu(ours),
        "cpu_over_pipe": cpu(ours) / cpu(pipes),
        "records_per_s": {"pipe": rate(pipes), "ours": rate(ours)},
        "speed_of_pipe": rate(ours) / rate(pipes),
        "peak_rss_mb": {"pipe": rss(pipes), "ours": rss(ours)},
    })
}
/// Of an even number the mean of the two in the middle.
pub(crate) fn median(mut all: Vec<f64>) -> f64 {
    all.sort_by(f64::total_cmp);
    let at = |i: usize| all.get(i).copied().unwrap_or(f64::NAN);
    if all.len() % 2 == 1 { at(all.len() / 2) } else { f64::midpoint(at(all.len() / 2 - 1), at(all.len() / 2)) }
}
