//! The same work as kstreams applications.
use super::{
    measure::{Measured, Meter},
    plan::{Kind, Run},
};
use kstreams::{App, Config, Event, Space, TopicRef, Topology, named, stored};
use std::{
    env, fs, io,
    path::PathBuf,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

const PARTITIONS: u32 = super::plan::PARTITIONS as u32;
type ByKey = Space<u64, PARTITIONS>;

fn topic<V: kstreams::Record>(name: &str) -> impl TopicRef<Key = u64, Value = V, Space = ByKey> {
    named::<ByKey, V>(name)
}
pub(super) fn topology(run: &Run) -> Topology {
    let b = Topology::builder(&run.id);
    let records = b.stream(topic::<Vec<u8>>(&run.input));
    match run.kind {
        Kind::KeyedCount | Kind::Restore => records.count("counts").to(topic::<u64>(&run.output())),
        Kind::KeyedCountCoalesced => records.count(stored("counts").emit_on_commit()).to(topic::<u64>(&run.output())),
        _ => records.to(topic::<Vec<u8>>(&run.output())),
    }
    b.build(())
}

/// A folder for state; what a run that was killed has left there goes.
pub(super) fn empty_disk(name: &str) -> io::Result<PathBuf> {
    let disk = env::temp_dir().join(name);
    fs::remove_dir_all(&disk).or_else(|e| if e.kind() == io::ErrorKind::NotFound { Ok(()) } else { Err(e) })?;
    Ok(disk)
}
pub(super) fn run(run: &Run) -> kstreams::Result<Measured> {
    let disk = empty_disk(&run.id)?;
    let config = Config::new().bootstrap_servers(&run.brokers).state_dir(&disk);
    let config = if run.exactly_once { config.exactly_once() } else { config.commit_interval(Duration::from_secs(1)) };
    let meter = Arc::new(Mutex::new(Meter::new(&run.kind)));
    let (records, commits) = (Arc::new(AtomicU64::new(0)), Arc::new(AtomicU64::new(0)));
    let app = App::new(topology(run), config);
    let app = if let Some(port) = run.ops_port { app.serve_ops(port) } else { app };
    let token = app.shutdown_token();
    let (all, (seen, committed, begun)) = (run.records, (records.clone(), commits.clone(), meter.clone()));
    let app = app.on_event(move |event| match event {
        Event::Task { state: kstreams::worker::TaskState::Running, .. } => begun.lock().unwrap_or_else(PoisonError::into_inner).begin(),
        Event::Committed { records, .. } => {
            committed.fetch_add(1, Ordering::Relaxed);
            if seen.fetch_add(*records, Ordering::Relaxed) + records >= all {
                token.cancel();
            }
        }
        _ => {}
    });
    let runtime = tokio::runtime::Builder::new_current_thread().build()?;
    runtime.block_on(app.run_until(std::future::pending::<()>()))?;
    fs::remove_dir_all(disk)?;
    let meter = meter.lock().unwrap_or_else(PoisonError::into_inner);
    Ok(meter.end(records.load(Ordering::Relaxed), commits.load(Ordering::Relaxed)))
}
