//! What it costs to be looked at: kstreams as it is against kstreams whose `/metrics` are scraped each second while its page is open in a browser,
//! that is, while `/state` is asked for each second.
use super::{
    Args,
    measure::Measured,
    plan::{INPUT, Run, fill, median},
};
use kstreams_tests::kafka::Client;
use serde_json::{Value, json};
use std::{
    net::TcpListener,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    thread,
    time::Duration,
};

/// Fills the input, then runs alone, watched, watched, alone as often as wanted; a line a run.
pub(crate) fn alternate(args: &Args, brokers: &str) -> kstreams::Result<Value> {
    let client = Client::new(brokers.to_owned());
    fill(&client, args);
    let (_, kind) = args.workload.kinds();
    let (mut alone, mut watched) = (vec![], vec![]);
    for block in 0..args.blocks {
        for (number, is_watched) in [false, true, true, false].into_iter().enumerate() {
            let (id, brokers) = (format!("watched-{block}-{number}"), brokers.to_owned());
            let ops_port = if is_watched { Some(free_port()?) } else { None };
            let run = Run { kind, brokers, records: args.records, exactly_once: args.exactly_once, id, input: INPUT.into(), ops_port };
            run.create_outputs(&client);
            let (measured, looks) = watch(&run, Duration::from_secs(1) / args.looks.max(1))?;
            println!("{}", json!({"run": measured, "watched": is_watched, "looks": looks}));
            if is_watched { watched.push((measured, looks)) } else { alone.push((measured, looks)) }
        }
    }
    Ok(summary(args, &alone, &watched))
}
fn summary(args: &Args, alone: &[(Measured, u64)], watched: &[(Measured, u64)]) -> Value {
    let cpu = |all: &[(Measured, u64)]| median(all.iter().map(|(m, _)| m.cpu_s_per_million).collect());
    json!({
        "workload": format!("{:?}", args.workload),
        "exactly_once": args.exactly_once,
        "cpu_s_per_million": {"alone": cpu(alone), "watched": cpu(watched)},
        "watched_over_alone": cpu(watched) / cpu(alone),
        "looks": watched.iter().map(|(_, looks)| looks).sum::<u64>(),
        "cpu_ms_a_look": cost(alone, watched),
    })
}
/// Milliseconds of CPU time that one answer costs, `/metrics` or `/state`.
fn cost(alone: &[(Measured, u64)], watched: &[(Measured, u64)]) -> f64 {
    let seconds = |all: &[(Measured, u64)]| all.iter().map(|(m, _)| m.cpu_s_per_million * m.records as f64 / 1e6).sum::<f64>();
    (seconds(watched) - seconds(alone)) * 1e3 / watched.iter().map(|(_, looks)| *looks as f64).sum::<f64>()
}
/// One run, and how many answers those who watch it got.
fn watch(run: &Run, every: Duration) -> kstreams::Result<(Measured, u64)> {
    let (child, done, looks) = (run.started()?, Arc::new(AtomicBool::new(false)), Arc::new(AtomicU64::new(0)));
    let eyes = run.ops_port.map(|port| {
        let (done, looks) = (done.clone(), looks.clone());
        thread::spawn(move || look_until(port, every, &done, &looks))
    });
    let measured = run.finished(child)?;
    done.store(true, Ordering::Relaxed);
    if let Some(eyes) = eyes {
        eyes.join().map_err(|_| "whoever watches panicked")?;
    }
    Ok((measured, looks.load(Ordering::Relaxed)))
}
fn look_until(port: u16, every: Duration, done: &AtomicBool, looks: &AtomicU64) {
    while !done.load(Ordering::Relaxed) {
        looks.fetch_add(look(port), Ordering::Relaxed);
        thread::sleep(every);
    }
}
/// Asks once for what a scraper and the page ask for; how much of it was answered.
pub(crate) fn look(port: u16) -> u64 {
    let answered = |path: &&&str| {
        let answer = ureq::get(format!("http://127.0.0.1:{port}/{path}")).call();
        // It is not there yet, or not any more.
        answer.and_then(|mut answer| answer.body_mut().read_to_vec()).is_ok()
    };
    ["metrics", "state"].iter().filter(answered).count() as u64
}
pub(crate) fn free_port() -> kstreams::Result<u16> {
    Ok(TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port())
}
