//! An application's workers on the embedded log: its topics are solved and created, then one thread a worker runs.
use super::{
    AppError,
    reading::{MemberTasks, Serving},
    state::State,
    supervisor::{RunningWorker, Workers},
    telling::Told,
};
use crate::{
    Blueprint, Config,
    plan::Deployment,
    shell::{
        CheckpointWriter, Desk, Parking, Stopwatch, SystemClock, Unclaimed,
        embedded::{EmbeddedGlobals, EmbeddedLog, EmbeddedWorld, Place, Stop, deploy, owners},
        turn_with,
    },
    worker::{Settings, Worker},
};
use std::{
    sync::{Arc, mpsc},
    thread,
};

/// What all workers are made of.
#[derive(Clone)]
struct Process {
    log: EmbeddedLog,
    blueprint: Arc<Blueprint>,
    deployment: Arc<Deployment>,
    settings: Settings,
    state: Arc<State>,
    parking: Parking,
    clock: SystemClock,
    told: Arc<Told>,
    globals: EmbeddedGlobals,
    endpoint: Option<String>,
    latest: bool,
    /// One a worker.
    desks: Vec<Desk>,
}

pub(super) fn start(blueprint: &Arc<Blueprint>, config: &Config, state: State, told: &Arc<Told>) -> Result<Workers, AppError> {
    let log = config.embedded_log.clone().unwrap_or_default();
    let deployment = Arc::new(deploy(&log, blueprint.plan(), &config.topic_options()).map_err(AppError::Start)?);
    let process = Process {
        log: log.clone(),
        blueprint: blueprint.clone(),
        deployment: deployment.clone(),
        settings: config.settings(),
        state: Arc::new(state),
        parking: Parking::new(),
        clock: SystemClock::new(),
        told: told.clone(),
        globals: EmbeddedGlobals::new(&deployment),
        endpoint: config.endpoint.clone(),
        latest: config.latest,
        desks: (0..config.threads).map(|_| Desk::default()).collect(),
    };
    let mut workers = vec![];
    for thread in 0..config.threads {
        match process.clone().start(thread) {
            Ok(worker) => workers.push(worker),
            Err(reason) => {
                // Nobody would ever end those that run already.
                workers.iter().for_each(|worker: &RunningWorker| (worker.ask)());
                workers.into_iter().for_each(|worker| drop(worker.thread.join()));
                return Err(AppError::Start(reason));
            }
        }
    }
    let Process { blueprint, settings, parking, clock, desks, .. } = process;
    let group = (log.clone(), deployment.clone());
    let members = Arc::new(move || members(&group.0, &group.1));
    let serving = Serving { deployment: deployment.clone(), clock, desks, members };
    let unclaimed = Unclaimed { blueprint, deployment: deployment.clone(), settings, parking, clock };
    let (watched, latest) = (log.clone(), config.latest);
    let topics = Box::new(move || Ok(watched.topics().iter().map(|topic| topic.name.to_string()).collect()));
    Ok(Workers { workers, unclaimed, serving, drained: Box::new(move || is_drained(&log, &deployment, latest)), topics })
}

fn members(log: &EmbeddedLog, deployment: &Deployment) -> Result<Vec<MemberTasks>, String> {
    let member = |(client_id, tasks)| MemberTasks { client_id, host: None, tasks };
    Ok(owners(log, deployment).map_err(|e| e.to_string())?.into_iter().map(member).collect())
}
/// Whether all records of source topics are processed and committed; not while a transaction is open.
fn is_drained(log: &EmbeddedLog, deployment: &Deployment, latest: bool) -> bool {
    let mut sources = deployment.sub_topologies.iter().flat_map(|sub| &sub.sources).map(|topic| deployment.topic(*topic));
    sources.all(|topic| log.unread_of(&deployment.application_id, &topic.name, topic.begins_at_its_end(latest)) == Ok(Some(0)))
}

impl Process {
    /// The worker is built on its thread: operators never leave it.
    fn start(self, thread: u32) -> Result<RunningWorker, String> {
        let name = format!("{}-{thread}", self.state.instance);
        let (ready, started) = mpsc::channel();
        let work = {
            let name = name.clone();
            move || {
                let desk = self.desks.get(thread as usize).cloned().unwrap_or_default();
                let world = self.join(name, &desk);
                // The other end waits for it.
                let _ = ready.send(world.as_ref().map(EmbeddedWorld::stop).map_err(String::clone));
                world.map(|world| self.run(&desk, world))
            }
        };
        let thread = thread::Builder::new().name(name).spawn(work).map_err(|e| format!("no thread for a worker: {e}"))?;
        let stop: Stop = started.recv().map_err(|_| "a worker ended before it began".to_owned())??;
        Ok(RunningWorker { ask: Box::new(move || stop.ask()), thread })
    }
    fn join(&self, name: String, desk: &Desk) -> Result<EmbeddedWorld<SystemClock>, String> {
        let (wakes, told) = (self.log.clone(), self.told.clone());
        let writer = CheckpointWriter::threaded(&name, move || wakes.wake()).map_err(|e| format!("no thread for checkpoints: {e}"))?;
        let place = Place {
            guarantee: self.settings.guarantee,
            databases: self.state.databases.clone(),
            parking: self.parking.clone(),
            writer,
            clock: self.clock,
            events: Box::new(move |event| told.tell(&event)),
            name,
        };
        let world = EmbeddedWorld::join_at(self.log.clone(), self.deployment.clone(), place, desk.clone(), self.endpoint.as_deref());
        Ok(world.map_err(|e| e.to_string())?.sharing(&self.globals).from_latest(self.latest))
    }
    fn run(self, desk: &Desk, mut world: EmbeddedWorld<SystemClock>) {
        let mut worker = Worker::new(self.blueprint, self.deployment, self.settings);
        let mut happened = vec![];
        let mut watch = Stopwatch::start(desk.load());
        while !turn_with(&mut worker, &mut world, &mut happened, &mut |part| watch.ended(part)) {}
        drop(worker);
        world.leave();
    }
}
