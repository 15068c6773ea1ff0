//! A process that counts words until it is told to finish or killed: `counter <application id>`, everything else by `KSTREAMS_*`. What its tasks do
//! is told on standard output, a line each; it finishes on SIGTERM, and when its standard input ends, so that it does not outlive its test.
use kstreams::{App, Config, Event, worker::TaskState};
use std::{
    io::{Read, Write},
    process::ExitCode,
    thread,
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
    let id = std::env::args().nth(1).ok_or("which application?")?;
    let mut terminated = signal(SignalKind::terminate())?;
    let app = App::new(kstreams_tests::words::topology(&id), Config::new().overlay_env()?).on_event(tell);
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
fn tell(event: &Event) {
    match event {
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
