//! Restoring: a task's store read back from its changelog onto an empty disk, against a loop that reads the changelog into a hash map.
use super::{
    Args,
    measure::{Measured, Meter},
    ours, pipe,
    plan::{Kind, PARTITIONS, Run, START_MS, key, median},
    raw::Records,
};
use kstreams::{App, Config, Event, worker::TaskState};
use kstreams_tests::kafka::Client;
use rdkafka::{Offset, TopicPartitionList, consumer::Consumer};
use serde_json::{Value, json};
use std::{
    collections::HashMap,
    fs,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
};

const ID: &str = "bench-restore";

/// Fills the changelog, then runs pipe, ours, ours, pipe as often as wanted; a line a run.
pub(crate) fn alternate(args: &Args, brokers: &str) -> kstreams::Result<Value> {
    let client = Client::new(brokers.to_owned());
    fill(&client, args);
    let (mut pipes, mut own) = (vec![], vec![]);
    for _ in 0..args.blocks {
        for kind in [Kind::RestorePipe, Kind::Restore, Kind::Restore, Kind::RestorePipe] {
            let (id, input, brokers) = (ID.to_owned(), format!("{ID}-in"), brokers.to_owned());
            let measured =
                Run { kind, brokers, records: args.records, exactly_once: args.exactly_once, id, input, ops_port: None }.spawned()?;
            println!("{}", serde_json::to_string(&measured)?);
            if kind == Kind::RestorePipe { pipes.push(measured) } else { own.push(measured) }
        }
    }
    let cpu = |all: &[Measured]| median(all.iter().map(|m| m.cpu_s_per_million).collect());
    let rate = |all: &[Measured]| median(all.iter().map(|m| m.records_per_s).collect());
    let rss = |all: &[Measured]| median(all.iter().map(|m| m.peak_rss_mb).collect());
    Ok(json!({
        "workload": "Restore",
        "keys": args.keys,
        "cpu_s_per_million": {"pipe": cpu(&pipes), "ours": cpu(&own)},
        "records_per_s": {"pipe": rate(&pipes), "ours": rate(&own)},
        "peak_rss_mb": {"pipe": rss(&pipes), "ours": rss(&own)},
    }))
}
fn changelog() -> String {
    format!("{ID}-counts-changelog")
}
fn fill(client: &Client, args: &Args) {
    client.create(&format!("{ID}-in"), PARTITIONS);
    client.create(&format!("{ID}-out"), PARTITIONS);
    client.create_with(
        &changelog(),
        PARTITIONS,
        &[("cleanup.policy", "compact"), ("message.timestamp.after.max.ms", "9223372036854775807")],
    );
    let writer = client.writer();
    for n in 0..args.records {
        writer.write(&changelog(), Some(&key(n, args.keys)), Some(&n.to_be_bytes()), START_MS + n as i64);
    }
    writer.flush();
}
/// librdkafka and a hash map.
pub(super) fn run_pipe(run: &Run) -> kstreams::Result<Measured> {
    let (mut meter, consumer) = (Meter::new(&run.kind), pipe::consumer(run)?);
    let mut list = TopicPartitionList::new();
    (0..PARTITIONS).try_for_each(|p| list.add_partition_offset(&changelog(), p, Offset::Beginning))?;
    meter.begin();
    consumer.assign(&list)?;
    let (mut input, mut records) = (Records::of(&consumer), 0);
    let mut counts: HashMap<Vec<u8>, (i64, Vec<u8>)> = HashMap::new();
    while records < run.records {
        records += input.take(|_, _, time, key, value| drop(counts.insert(key.to_vec(), (time, value.to_vec())))) as u64;
    }
    Ok(meter.end(records, 0))
}
/// An application that ends when all its tasks run.
pub(super) fn run_ours(run: &Run) -> kstreams::Result<Measured> {
    let disk = ours::empty_disk(ID)?;
    let meter = Arc::new(Mutex::new(Meter::new(&run.kind)));
    let app = App::new(ours::topology(run), Config::new().bootstrap_servers(&run.brokers).state_dir(&disk).exactly_once());
    let token = app.shutdown_token();
    let (running, begun, ended) = (AtomicUsize::new(0), meter.clone(), Arc::new(Mutex::new(None)));
    let (end, records) = (ended.clone(), run.records);
    let app = app.on_event(move |event| match event {
        Event::Task { state: TaskState::Restoring, .. } => begun.lock().unwrap_or_else(PoisonError::into_inner).begin(),
        Event::Task { state: TaskState::Running, .. } if running.fetch_add(1, Ordering::Relaxed) + 1 == PARTITIONS as usize => {
            let measured = begun.lock().unwrap_or_else(PoisonError::into_inner).end(records, 0);
            *end.lock().unwrap_or_else(PoisonError::into_inner) = Some(measured);
            token.cancel();
        }
        _ => {}
    });
    let runtime = tokio::runtime::Builder::new_current_thread().build()?;
    runtime.block_on(app.run_until(std::future::pending::<()>()))?;
    fs::remove_dir_all(&disk)?;
    let measured = ended.lock().unwrap_or_else(PoisonError::into_inner).take();
    Ok(measured.ok_or("not all tasks came to run")?)
}
