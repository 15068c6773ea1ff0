//! What it costs to be looked at, at a steady rate: one run, in which spans of time with somebody looking and spans without take turns. Whole runs
//! differ by more than what is looked for; neighbouring spans of one run do not.
use super::{
    Args, latency,
    measure::cpu_ms,
    plan::{PARTITIONS, Run},
    watched,
};
use kstreams_tests::kafka::Client;
use serde_json::{Value, json};
use std::{
    sync::atomic::{AtomicBool, Ordering},
    thread,
    time::{Duration, Instant},
};

const SPAN: Duration = Duration::from_secs(4);
/// Not counted: everything starts, groups form, files are made.
const WARM_UP: usize = 4;

/// CPU time of one span.
struct Span {
    is_watched: bool,
    cpu_ms: f64,
    looks: u64,
}

/// A run a block; a line a run.
pub(crate) fn alternate(args: &Args, rate: u64, brokers: &str) -> kstreams::Result<Value> {
    let client = Client::new(brokers.to_owned());
    let mut all = vec![];
    for block in 0..args.blocks {
        let id = format!("steady-{block}");
        let (input, brokers, ops_port) = (format!("{id}-in"), brokers.to_owned(), Some(watched::free_port()?));
        let run =
            Run { kind: args.workload.kinds().1, brokers, records: args.records, exactly_once: args.exactly_once, id, input, ops_port };
        let spans = spans(&client, &run, args, rate)?;
        println!("{}", summary(args, rate, &spans));
        all.extend(spans);
    }
    Ok(summary(args, rate, &all))
}
fn spans(client: &Client, run: &Run, args: &Args, rate: u64) -> kstreams::Result<Vec<Span>> {
    client.create(&run.input, PARTITIONS);
    run.create_outputs(client);
    let (child, done) = (run.started()?, AtomicBool::new(false));
    let (pid, every) = (child.id(), Duration::from_secs(1) / args.looks.max(1));
    let spans = thread::scope(|scope| {
        let measures = scope.spawn(|| measure(pid, run, every, &done));
        latency::write(client, run, rate, args.keys);
        done.store(true, Ordering::Relaxed);
        measures.join()
    });
    run.finished(child)?;
    Ok(counted(spans.map_err(|_| "whoever measures panicked")?))
}
/// Quiet, watched, watched, quiet, until the last record is written.
fn measure(pid: u32, run: &Run, every: Duration, done: &AtomicBool) -> Vec<Span> {
    let mut spans = vec![];
    while !done.load(Ordering::Relaxed) {
        let is_watched = matches!(spans.len() % 4, 1 | 2);
        let (before, end, mut looks) = (cpu_ms(pid), Instant::now() + SPAN, 0);
        while Instant::now() < end {
            if let (true, Some(port)) = (is_watched, run.ops_port) {
                looks += watched::look(port);
            }
            thread::sleep(every.min(end.saturating_duration_since(Instant::now())));
        }
        spans.push(Span { is_watched, cpu_ms: cpu_ms(pid) - before, looks });
    }
    spans
}
/// Without the start, and without what is more than whole turns at the end.
fn counted(mut spans: Vec<Span>) -> Vec<Span> {
    spans.truncate(spans.len() / 4 * 4);
    spans.drain(..WARM_UP.min(spans.len()));
    spans
}
fn summary(args: &Args, rate: u64, spans: &[Span]) -> Value {
    let (alone, watched) = (mean(spans, false), mean(spans, true));
    // Of the difference of two means.
    let error = (alone.error.powi(2) + watched.error.powi(2)).sqrt();
    json!({
        "workload": format!("{:?}", args.workload),
        "exactly_once": args.exactly_once,
        "rate": rate,
        "spans": spans.len(),
        "looks": spans.iter().map(|span| span.looks).sum::<u64>(),
        "cpu_ms_a_second": {"alone": alone.of, "watched": watched.of},
        "more_percent": (watched.of / alone.of - 1.0) * 100.0,
        "standard_error_percent": error / alone.of * 100.0,
    })
}
struct Mean {
    of: f64,
    error: f64,
}
fn mean(spans: &[Span], is_watched: bool) -> Mean {
    let all: Vec<f64> = spans.iter().filter(|span| span.is_watched == is_watched).map(|span| span.cpu_ms / SPAN.as_secs_f64()).collect();
    let count = all.len() as f64;
    let of = all.iter().sum::<f64>() / count;
    let variance = all.iter().map(|one| (one - of).powi(2)).sum::<f64>() / (count - 1.0);
    Mean { of, error: (variance / count).sqrt() }
}
