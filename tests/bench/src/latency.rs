//! From a record to its result: a writer keeps a rate, a reader takes each result's time against the clock; both live in the process that starts the
//! program under test. Records carry the time at which they were due, so that a writer that falls behind counts against the result.
use super::{
    Args,
    measure::Measured,
    plan::{PARTITIONS, Run, VALUE_BYTES, key, median},
};
use hdrhistogram::Histogram;
use kstreams_tests::kafka::Client;
use rdkafka::{
    ClientConfig, Message, Offset, TopicPartitionList,
    consumer::{BaseConsumer, Consumer},
};
use serde_json::{Value, json};
use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

/// Not counted: everything starts, groups form, files are made.
const WARM_UP_MS: i64 = 5_000;
/// How long a record may be on its way before it counts as lost.
const PATIENCE: Duration = Duration::from_secs(30);

/// Milliseconds.
struct Latency {
    p50: f64,
    p99: f64,
}

/// Runs pipe, ours, ours, pipe as often as wanted, `args.records` each; a line a run.
pub(crate) fn alternate(args: &Args, rate: u64, brokers: &str) -> kstreams::Result<Value> {
    let client = Client::new(brokers.to_owned());
    let (pipe, ours) = args.workload.kinds();
    let (mut pipes, mut own) = (vec![], vec![]);
    for block in 0..args.blocks {
        for (number, kind) in [pipe, ours, ours, pipe].into_iter().enumerate() {
            let id = format!("latency-{block}-{number}");
            let (records, exactly_once, brokers) = (args.records, args.exactly_once, brokers.to_owned());
            let run = Run { kind, brokers, records, exactly_once, input: format!("{id}-in"), id, ops_port: None };
            let (measured, latency) = watched(&client, &run, rate, args.keys)?;
            println!("{}", json!({"run": measured, "latency_ms": {"p50": latency.p50, "p99": latency.p99}}));
            if kind == pipe { pipes.push(latency) } else { own.push(latency) }
        }
    }
    Ok(summary(args, rate, &pipes, &own))
}
fn summary(args: &Args, rate: u64, pipes: &[Latency], ours: &[Latency]) -> Value {
    let p50 = |all: &[Latency]| median(all.iter().map(|l| l.p50).collect());
    let p99 = |all: &[Latency]| median(all.iter().map(|l| l.p99).collect());
    json!({
        "workload": format!("{:?}", args.workload),
        "exactly_once": args.exactly_once,
        "rate": rate,
        "p50_ms": {"pipe": p50(pipes), "ours": p50(ours)},
        "p99_ms": {"pipe": p99(pipes), "ours": p99(ours)},
        "p99_over_pipe": p99(ours) / p99(pipes),
    })
}
/// One run with its writer and its reader.
fn watched(client: &Client, run: &Run, rate: u64, keys: u64) -> kstreams::Result<(Measured, Latency)> {
    client.create(&run.input, PARTITIONS);
    run.create_outputs(client);
    let child = run.started()?;
    let done = Arc::new(AtomicBool::new(false));
    let reader = {
        let (done, run) = (done.clone(), run.clone());
        thread::spawn(move || read(&run, &done).map_err(|e| e.to_string()))
    };
    write(client, run, rate, keys);
    let measured = run.finished(child)?;
    done.store(true, Ordering::Relaxed);
    let histogram = reader.join().map_err(|_| "the reader panicked")??;
    let at = |quantile: f64| histogram.value_at_quantile(quantile) as f64;
    Ok((measured, Latency { p50: at(0.5), p99: at(0.99) }))
}
/// Writes the run's records at a rate, evenly spread keys, each with the time at which it was due.
pub(crate) fn write(client: &Client, run: &Run, rate: u64, keys: u64) {
    let (writer, value) = (client.writer(), vec![b'x'; VALUE_BYTES]);
    let (began, began_ms) = (Instant::now(), now_ms());
    for n in 0..run.records {
        let due = Duration::from_nanos(n * 1_000_000_000 / rate);
        if let Some(early) = due.checked_sub(began.elapsed()).filter(|early| *early > Duration::from_millis(1)) {
            thread::sleep(early);
        }
        writer.write(&run.input, Some(&key(n, keys)), Some(&value), began_ms + due.as_millis() as i64);
    }
    writer.flush();
}
/// Takes results until the program has ended and nothing more comes. Results coalesce: what counts is each one's own time.
fn read(run: &Run, done: &AtomicBool) -> kstreams::Result<Histogram<u64>> {
    let consumer = consumer(run)?;
    let mut histogram = Histogram::<u64>::new(3)?;
    let (mut counted_from, mut last) = (None, Instant::now());
    while !done.load(Ordering::Relaxed) || last.elapsed() < Duration::from_millis(500) {
        if let Some(result) = consumer.poll(Duration::from_millis(50)) {
            let time = result?.timestamp().to_millis().unwrap_or(0);
            last = Instant::now();
            if time >= *counted_from.get_or_insert(time + WARM_UP_MS) {
                histogram.record(u64::try_from(now_ms() - time).unwrap_or(0))?;
            }
        }
        if last.elapsed() > PATIENCE {
            return Err(format!("no result for {PATIENCE:?}").into());
        }
    }
    Ok(histogram)
}
fn consumer(run: &Run) -> kstreams::Result<BaseConsumer> {
    let mut config = ClientConfig::new();
    config.set("bootstrap.servers", &run.brokers).set("group.id", "latency-reader").set("enable.auto.commit", "false");
    config.set("isolation.level", if run.exactly_once { "read_committed" } else { "read_uncommitted" });
    config.set("fetch.wait.max.ms", "5").set("socket.nagle.disable", "true");
    let consumer: BaseConsumer = config.create()?;
    let mut list = TopicPartitionList::new();
    (0..PARTITIONS).try_for_each(|p| list.add_partition_offset(&run.output(), p, Offset::Beginning))?;
    consumer.assign(&list)?;
    Ok(consumer)
}
fn now_ms() -> i64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_millis() as i64)
}
