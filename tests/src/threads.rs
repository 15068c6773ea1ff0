//! Workers on threads over an embedded log: an application with processes that come and go, on the machine's clock.
use crate::disk::Disks;
use kstreams::{
    Topology,
    plan::Deployment,
    shell::{
        CheckpointWriter, Databases, Parking, SystemClock,
        embedded::{EmbeddedLog, EmbeddedWorld, Place, Stop, create_topics},
        turn,
    },
    worker::{Event, Settings, Worker},
};
use std::{
    sync::{Arc, mpsc},
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

/// An application on one log.
pub struct Application {
    pub log: EmbeddedLog,
    topology: Arc<Topology>,
    deployment: Arc<Deployment>,
    settings: Settings,
    disks: Disks,
    told: (mpsc::Sender<Event>, mpsc::Receiver<Event>),
}
/// What workers of one process share.
#[derive(Clone)]
pub struct Process {
    name: String,
    databases: Arc<dyn Databases>,
    parking: Parking,
}
/// A running worker.
pub struct Running {
    stop: Stop,
    thread: JoinHandle<()>,
}
/// A worker that has not come to its end by then never will.
const PATIENCE: Duration = Duration::from_secs(60);

impl Application {
    pub fn new(topology: Topology, settings: Settings, disks: Disks) -> Result<Application, String> {
        let log = EmbeddedLog::new();
        let deployment = Arc::new(topology.plan().declared_deployment());
        create_topics(&log, &deployment).map_err(|e| e.to_string())?;
        Ok(Application { log, topology: Arc::new(topology), deployment, settings, disks, told: mpsc::channel() })
    }
    pub fn process(&self, name: &str) -> Process {
        Process { name: name.into(), databases: self.disks.disk(name), parking: Parking::new() }
    }
    /// Starts a worker. It is built on its thread: operators never leave it.
    pub fn start(&self, process: &Process, thread: u32) -> Result<Running, String> {
        let (log, topology, deployment, settings) =
            (self.log.clone(), self.topology.clone(), self.deployment.clone(), self.settings.clone());
        let (process, events, (ready, started)) = (process.clone(), self.told.0.clone(), mpsc::channel());
        let name = format!("{}-{thread}", process.name);
        let work = move || {
            let Some(mut world) = join(log, &deployment, &settings, process, name, events) else { return };
            // The other end waits for it.
            let _ = ready.send(world.stop());
            let mut worker = Worker::new(topology.blueprint().clone(), deployment, settings);
            let mut happened = vec![];
            while !turn(&mut worker, &mut world, &mut happened) {}
            world.leave();
        };
        let thread = thread::spawn(work);
        let stop = started.recv().map_err(|_| "the worker did not start".to_owned())?;
        Ok(Running { stop, thread })
    }
    /// Waits until everything that is there is processed and committed.
    pub fn drain(&self) -> Result<(), String> {
        self.wait_until("all input is processed", || self.unread() == Some(0))
    }
    /// Waits until less than so many records are left.
    pub fn drain_to(&self, left: usize) -> Result<(), String> {
        self.wait_until("the input is drained so far", || self.unread().is_some_and(|unread| unread <= left))
    }
    fn wait_until(&self, what: &str, done: impl Fn() -> bool) -> Result<(), String> {
        let since = Instant::now();
        loop {
            let version = self.log.version();
            if done() {
                return Ok(());
            }
            if let Some(failed) = self.failure() {
                return Err(failed);
            }
            if since.elapsed() > PATIENCE {
                return Err(format!("waited {PATIENCE:?} until {what}: {:?} records are left", self.unread()));
            }
            self.log.wait(version, Duration::from_millis(100));
        }
    }
    fn failure(&self) -> Option<String> {
        let failed = |event| if let Event::TaskFailed { task, reason, .. } = event { Some(format!("task {task}: {reason}")) } else { None };
        self.told.1.try_iter().find_map(failed)
    }
    /// Records of sources that are not committed yet; `None` while a transaction is open.
    pub fn unread(&self) -> Option<usize> {
        let sources = self.deployment.sub_topologies.iter().flat_map(|s| &s.sources);
        sources.map(|t| self.log.unread(&self.deployment.application_id, &self.deployment.topic(*t).name).ok().flatten()).sum()
    }
}
fn join(
    log: EmbeddedLog,
    deployment: &Arc<Deployment>,
    settings: &Settings,
    process: Process,
    name: String,
    events: mpsc::Sender<Event>,
) -> Option<EmbeddedWorld<SystemClock>> {
    let wakes = log.clone();
    let place = Place {
        guarantee: settings.guarantee,
        databases: process.databases,
        parking: process.parking,
        writer: CheckpointWriter::threaded(&name, move || wakes.wake()).ok()?,
        clock: SystemClock::new(),
        // Nobody listens when the test is over.
        events: Box::new(move |event| drop(events.send(event))),
        name,
    };
    EmbeddedWorld::join(log, deployment.clone(), place).ok()
}
impl Running {
    /// Lets the worker finish: it commits, gives its tasks back and leaves.
    pub fn stop(self) -> Result<(), String> {
        self.stop.ask();
        self.thread.join().map_err(|_| "the worker panicked".to_owned())
    }
}
