//! A process that counts until it is told to finish or killed: `counter <application id>` words, `counter <application id> <version> <rest>` what
//! buyers spend, resting so many milliseconds behind each commit; everything else by `KSTREAMS_*`. What its tasks do is told on standard output, a line each; it finishes on SIGTERM, and when its standard
//! input ends, so that it does not outlive its test.
use kstreams::{App, Config, Event, Topology, worker::TaskState};
use kstreams_tests::{spending, words};
use std::{
    io::{Read, Write},
    process::ExitCode,
    thread,
    time::Duration,
};
use tokio::signal::unix::{SignalKind, signal};

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    tracing_subscriber::fmt().with_max_level(tracing_subscriber::filter::LevelFilter::WARN).with_writer(std::io::stderr).init();
    match run().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            say(&format!("error {error}"));
            ExitCode::FAILURE
        }
    }
}
async fn run() -> kstreams::Result<()> {
    let mut terminated = signal(SignalKind::terminate())?;
    let mut arguments = std::env::args().skip(1);
    let topology = topology(&mut arguments)?;
    let rest = Duration::from_millis(arguments.next().map_or(Ok(0), |rest| rest.parse())?);
    let told = move |event: &Event| tell(event, rest);
    let app = App::new(topology, Config::new().overlay_env()?).on_event(told);
    let token = app.shutdown_token();
    thread::spawn(move || {
        // An error is an end, too.
        let _ = std::io::stdin().read(&mut [0]);
        token.cancel();
    });
    let closed = app.run_until(terminated.recv()).await?;
    say(&format!("closed {closed:?}"));
    Ok(())
}
fn topology(arguments: &mut impl Iterator<Item = String>) -> kstreams::Result<Topology> {
    let id = arguments.next().ok_or("which application?")?;
    let version = arguments.next().map(|version| version.parse()).transpose()?;
    Ok(version.map_or_else(|| words::topology(&id), |version| spending::topology(&id, version)))
}
fn tell(event: &Event, rest: Duration) {
    match event {
        // The worker waits for whoever listens.
        Event::Committed { .. } => thread::sleep(rest),
        Event::Task { task, state: TaskState::Running } => say(&format!("running {task}")),
        Event::Task { task, state: TaskState::Closed } => say(&format!("left {task}")),
        Event::RestoreProgress { task, restored, remaining: 0, .. } => say(&format!("restored {task} {restored}")),
        Event::TaskFailed { task, reason, .. } => say(&format!("failed {task} {reason}")),
        Event::Aborted { reason } => say(&format!("aborted {reason}")),
        Event::TopicFound { topic, .. } => say(&format!("found {topic}")),
        Event::Held { waiting_for } => say(&format!("held {waiting_for}")),
        _ => {}
    }
}
/// Whole lines, at once: the process may be killed behind the next instruction.
fn say(line: &str) {
    let mut out = std::io::stdout().lock();
    // Nobody listens any more when the test is over.
    let _ = writeln!(out, "{line}").and_then(|()| out.flush());
}
