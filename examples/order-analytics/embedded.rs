//! On the embedded log: loaded, run to the end, read.
use super::{args::Args, config, lines, progress::Progress, report::Report};
use kstreams::{
    App, Headers,
    shell::embedded::{EmbeddedLog, create_topics},
};
use kstreams_examples::order_analytics::{
    input::{Line, TOPICS},
    order_analytics,
};
use std::time::Duration;

pub(crate) async fn run(args: &Args) -> kstreams::Result<()> {
    let (topology, log) = (order_analytics::topology(), EmbeddedLog::new());
    create_topics(&log, &topology.plan().declared_deployment())?;
    let lines = lines(args)?;
    load(&log, &lines)?;
    let mut report = Report::new(topology.describe(), lines.len());
    let (bad, id) = (report.bad_records(), topology.id().to_owned());
    let progress = Progress::of(lines.len(), !args.json);
    let app = App::new(topology, config(args)?.embedded_log(log.clone())).on_event(move |event| bad.note(event));
    let closed = tokio::select! {
        closed = app.run_to_end() => closed?,
        // It ends with the application.
        () = follow(&log, &id, &progress) => return Ok(()),
    };
    progress.finish();
    report.closed(&closed);
    for record in log.read("local-buyers-per-hour")? {
        report.count(record.key.as_deref(), record.value.as_deref())?;
    }
    report.print(args.json)
}
fn load(log: &EmbeddedLog, lines: &[Line]) -> kstreams::Result<()> {
    for Line { topic, key, value, time } in lines {
        log.produce(topic, Some(key.as_bytes()), Some(value.as_bytes()), *time, &Headers::new())?;
    }
    Ok(())
}
/// Shows how much of the input is processed; never ends.
async fn follow(log: &EmbeddedLog, id: &str, progress: &Progress) {
    loop {
        let unread: Option<usize> = TOPICS.iter().map(|topic| log.unread(id, topic).ok().flatten()).sum();
        unread.into_iter().for_each(|unread| progress.left(unread));
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}
