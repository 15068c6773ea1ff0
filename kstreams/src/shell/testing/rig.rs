//! One worker over the embedded log, turned until nothing is left to do.
use super::captured::Captured;
use crate::{
    Blueprint,
    plan::{Deployment, Plan, solve::TopicOptions},
    shell::{
        CheckpointWriter, Clock, Databases, ManualClock, Parking, Unclaimed,
        embedded::{EmbeddedLog, EmbeddedWorld, Place, deploy},
        turn,
    },
    state::Page,
    worker::{BadRecords, Event, Input, Output, Query, Refusal, Settings, Worker},
};
use std::{cell::RefCell, rc::Rc, sync::Arc};

/// Turns without a pause after which a topology is taken to run in circles.
const TURNS_MAX: usize = 100_000;

/// A worker with all tasks, its world, and what stays when it crashes: log, databases, clock.
pub(super) struct Rig {
    pub(super) log: EmbeddedLog,
    pub(super) deployment: Arc<Deployment>,
    pub(super) clock: ManualClock,
    pub(super) captured: Captured,
    blueprint: Arc<Blueprint>,
    plan: Plan,
    settings: Settings,
    databases: Arc<dyn Databases>,
    events: Rc<RefCell<Vec<Event>>>,
    /// Behind a cell, so that a store can be read through a shared driver.
    running: RefCell<Option<Running>>,
}
struct Running {
    worker: Worker,
    world: EmbeddedWorld<ManualClock>,
    happened: Vec<Input>,
    parking: Parking,
}
impl Rig {
    /// `plan` is the blueprint's, with the counts that its topics shall have.
    pub(super) fn new(log: EmbeddedLog, blueprint: Arc<Blueprint>, plan: Plan, settings: Settings) -> Result<Rig, String> {
        let (clock, captured, events) = (ManualClock::default(), Captured::default(), Rc::default());
        let (deployment, databases) = (Arc::new(deploy(&log, &plan, &options(&settings))?), memory_databases());
        let mut rig = Rig { log, deployment, clock, captured, blueprint, plan, settings, databases, events, running: RefCell::default() };
        rig.start()?;
        Ok(rig)
    }
    /// A worker over what is there now.
    pub(super) fn start(&mut self) -> Result<(), String> {
        self.deployment = Arc::new(deploy(&self.log, &self.plan, &options(&self.settings))?);
        let (events, parking) = (self.events.clone(), Parking::new());
        let place = Place {
            name: "test-0".into(),
            guarantee: self.settings.guarantee,
            databases: self.databases.clone(),
            parking: parking.clone(),
            writer: CheckpointWriter::synchronous(),
            clock: self.clock.clone(),
            events: Box::new(move |event| events.borrow_mut().push(event)),
        };
        let world = EmbeddedWorld::join(self.log.clone(), self.deployment.clone(), place).map_err(|e| e.to_string())?;
        let worker = Worker::new(self.blueprint.clone(), self.deployment.clone(), self.settings.clone());
        self.running = RefCell::new(Some(Running { worker, world, happened: vec![], parking }));
        self.run()
    }
    /// Processes everything, commits, and remembers what was written. Timers that are due fire; none that are not.
    pub(super) fn run(&mut self) -> Result<(), String> {
        if let Some(running) = self.running.get_mut() {
            running.run(&self.clock);
        }
        self.captured.read(&self.log).map_err(|e| e.to_string())
    }
    /// The same, but no more than this many turns.
    pub(super) fn run_steps(&mut self, turns: usize) -> Result<(), String> {
        if let Some(running) = self.running.get_mut() {
            (0..turns).any(|_| running.comes_to_rest(&self.clock));
        }
        self.captured.read(&self.log).map_err(|e| e.to_string())
    }
    /// Lets the worker finish: it commits, checkpoints and leaves.
    pub(super) fn close(&mut self) {
        let Some(mut running) = self.running.take() else { return };
        running.world.stop().ask();
        running.run(&self.clock);
        running.world.leave();
        let (blueprint, deployment, settings) = (self.blueprint.clone(), self.deployment.clone(), self.settings.clone());
        Unclaimed { blueprint, deployment, settings, parking: running.parking, clock: self.clock.clone() }.close_all();
    }
    /// Drops the worker as it stands: nothing is committed; the group finds out.
    pub(super) fn crash(&mut self) {
        if let Some(running) = self.running.take() {
            running.world.leave();
        }
    }
    /// What is started next.
    pub(super) fn upgrade(&mut self, blueprint: Arc<Blueprint>, plan: Plan) {
        (self.blueprint, self.plan) = (blueprint, plan);
    }
    /// Asks a store of a task.
    pub(super) fn ask(&self, query: Query) -> Result<Page, Refusal> {
        let (mut running, task) = (self.running.borrow_mut(), query.task);
        let worker = &mut running.as_mut().ok_or(Refusal::NotHere)?.worker;
        worker.handle(self.clock.now(), Input::Query(query));
        let answered = |output| if let Output::Answer(answer) = output { Some(answer.page) } else { None };
        std::iter::from_fn(|| worker.poll_output())
            .find_map(answered)
            .unwrap_or_else(|| Err(Refusal::Unreadable(format!("task {task} says nothing"))))
    }
    /// What people see of the worker.
    #[cfg(test)]
    pub(super) fn look(&mut self) -> Option<Box<crate::worker::View>> {
        let (running, now) = (self.running.get_mut().as_mut()?, self.clock.now());
        running.worker.handle(now, Input::Look);
        std::iter::from_fn(|| running.worker.poll_output()).find_map(|output| match output {
            Output::Seen(view) => Some(view),
            _ => None,
        })
    }
    /// What stood on disk is gone.
    pub(super) fn forget_databases(&mut self) {
        self.databases = memory_databases();
    }
    /// Why a task failed, if one did.
    pub(super) fn failure(&self) -> Option<String> {
        let failed =
            |e: &Event| if let Event::TaskFailed { task, reason, .. } = e { Some(format!("task {task} failed: {reason}")) } else { None };
        self.events.borrow().iter().find_map(failed)
    }
    /// What the worker told since the last call.
    pub(super) fn take_events(&mut self) -> Vec<Event> {
        self.events.take()
    }
}
impl Running {
    fn run(&mut self, clock: &ManualClock) {
        let rests = (0..TURNS_MAX).any(|_| self.comes_to_rest(clock));
        assert!(rests, "the topology does not come to rest: after {TURNS_MAX} turns records still go round");
    }
    /// A turn, and whether nothing is left to do after it.
    fn comes_to_rest(&mut self, clock: &ManualClock) -> bool {
        turn(&mut self.worker, &mut self.world, &mut self.happened) || self.is_at_rest(clock)
    }
    fn is_at_rest(&self, clock: &ManualClock) -> bool {
        let now = clock.now();
        self.happened.is_empty() && self.world.is_idle() && self.worker.next_wake(now) > now.monotonic
    }
}

fn options(settings: &Settings) -> TopicOptions {
    let dead_letter = if let BadRecords::DeadLetter(topic) = &settings.bad_records { Some(topic.to_string()) } else { None };
    TopicOptions { dead_letter, ..TopicOptions::default() }
}

/// Databases that live as long as the driver.
fn memory_databases() -> Arc<dyn Databases> {
    Arc::new(crate::shell::MemoryDatabases::new(|| Arc::new(kstreams_store::MemoryBackend::new())))
}
