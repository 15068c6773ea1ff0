//! The cluster and its scheduler: processes with disks, workers that come and go, a log, and one pair of dice.
use super::{
    faults::{Faulty, Rates, Shared},
    planted::Planted,
    trace::Trace,
};
use crate::{
    dice::Dice,
    disk::Disks,
    oracle,
    pipeline::{self, ByKey, Ending, Expected, Fed, Feed, KEYS, Pipeline, What},
};
use kstreams::{
    Blueprint, Headers,
    plan::{Deployment, Origin},
    shell::{
        CheckpointWriter, Clock, Databases, ManualClock, Parking,
        embedded::{EmbeddedLog, EmbeddedWorld, Place, Stop, create_topics},
        turn,
    },
    worker::{BadRecords, Guarantee, Input, Settings, Worker},
};
use std::{cell::RefCell, rc::Rc, sync::Arc};

const ID: &str = "simulated";

/// One run.
#[derive(Clone, Copy, Debug)]
pub struct Plan {
    /// Decides everything.
    pub seed: u64,
    /// A bug put in on purpose.
    pub planted: Option<Planted>,
    /// Prints what happens.
    pub spoken: bool,
}
/// How a run went.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// A hash over everything that happened.
    pub trace: u64,
    /// Faults that struck, crashes and the like included.
    pub faults: u32,
    /// Records of input.
    pub records: usize,
    /// The pipeline that ran.
    pub pipeline: &'static str,
}

/// Plays one seed.
///
/// # Errors
/// What the oracle found wrong, or that the cluster does not come to rest.
pub fn run(plan: Plan) -> Result<Report, String> {
    let mut cluster = Cluster::new(plan);
    let name = cluster.pipeline.name;
    let mut played = || {
        cluster.play();
        cluster.come_to_rest()?;
        cluster.check()?;
        cluster.start_afresh()?;
        cluster.check()
    };
    played().map_err(|e: String| format!("{name}: {e}"))?;
    Ok(cluster.report())
}

const PROCESSES: usize = 3;
const WORKERS_EACH: usize = 2;
/// Turns within which a cluster without faults must be done.
const TURNS_TO_REST: usize = 2_000;
/// Kafka Streams' `transaction.timeout.ms`.
const TRANSACTION_TIMEOUT_MS: i64 = 10_000;
const HOUR_MS: i64 = 3_600_000;
const DEAD_LETTERS: &str = "dead-letters";

struct Cluster {
    log: EmbeddedLog,
    blueprint: Arc<Blueprint>,
    deployment: Arc<Deployment>,
    settings: Settings,
    pipeline: &'static Pipeline,
    disks: Disks,
    clock: ManualClock,
    shared: Rc<RefCell<Shared>>,
    processes: Vec<Process>,
    to_feed: Vec<Feed>,
    fed: Vec<Fed>,
    /// Records that nobody can read: the policy lets them pass.
    bad: ByKey,
}
struct Process {
    disk: Arc<dyn Databases>,
    parking: Parking,
    workers: Vec<Option<Running>>,
}
struct Running {
    worker: Worker,
    world: Faulty,
    happened: Vec<Input>,
    stop: Stop,
}

impl Cluster {
    fn new(plan: Plan) -> Cluster {
        let mut dice = Dice::new(plan.seed);
        let log = EmbeddedLog::new();
        let pipeline = pipeline::ALL[(plan.seed % pipeline::ALL.len() as u64) as usize];
        let topology = (pipeline.topology)(ID);
        let (blueprint, mut deployment) = (topology.blueprint().clone(), topology.plan().declared_deployment());
        deployment.add_dead_letters(DEAD_LETTERS, 2, vec![]);
        if let Err(error) = create_topics(&log, &deployment) {
            unreachable!("an empty log takes every topic: {error}");
        }
        log.delay_ends(true);
        let settings = settings(&mut dice, pipeline);
        let rates = rates(&mut dice);
        let to_feed = input(&mut dice, pipeline);
        let disks = if plan.seed % 16 / 4 == 3 { Disks::redb() } else { Disks::Memory };
        let shared =
            Shared { log: log.clone(), dice, trace: Trace::new(plan.spoken), rates, planted: plan.planted, late: vec![], faults: 0 };
        let mut cluster = Cluster {
            log,
            blueprint,
            deployment: Arc::new(deployment),
            settings,
            clock: ManualClock::at(1_700_000_000_000),
            shared: Rc::new(RefCell::new(shared)),
            processes: (0..PROCESSES).map(|p| Process::new(&disks, &p.to_string())).collect(),
            pipeline,
            disks,
            to_feed,
            fed: vec![],
            bad: ByKey::new(),
        };
        (pipeline.preload)().into_iter().for_each(|feed| cluster.send(feed));
        cluster.start(0, 0);
        cluster
    }

    // ---- the time of faults
    fn play(&mut self) {
        while !self.to_feed.is_empty() {
            self.something_happens();
        }
    }
    fn something_happens(&mut self) {
        match self.below(1000) {
            0..700 => self.turn_one(),
            700..780 => self.advance(),
            780..860 => self.feed(),
            860..930 => self.write_marker(),
            930..950 => self.late_end(),
            950..970 => self.start_one(),
            970..976 => self.crash_one(),
            976..982 => self.evict_one(),
            982..988 => self.stop_one(),
            988..990 => self.compact(),
            990..994 => self.time_out(),
            _ => self.turn_one(),
        }
    }
    fn turn_one(&mut self) {
        if let Some((p, w)) = self.pick_running() {
            self.turn(p, w);
        }
    }
    fn turn(&mut self, p: usize, w: usize) {
        let Some(running) = &mut self.processes[p].workers[w] else { return };
        let closed = turn(&mut running.worker, &mut running.world, &mut running.happened);
        if running.world.dead {
            return self.crash(p);
        }
        if closed && let Some(running) = self.processes[p].workers[w].take() {
            running.world.leave();
        }
    }
    fn advance(&mut self) {
        let by = 1 + self.below(150) as i64;
        self.clock.advance(by * self.pipeline.pace);
        self.expire_transactions();
    }
    /// Nothing happens for so long that open transactions time out.
    fn time_out(&mut self) {
        self.clock.advance((TRANSACTION_TIMEOUT_MS + 1) * self.pipeline.pace);
        self.expire_transactions();
    }
    fn expire_transactions(&self) {
        let now = self.clock.now().wall;
        self.log.abort_begun_before(now - TRANSACTION_TIMEOUT_MS * self.pipeline.pace, now);
    }
    fn feed(&mut self) {
        for _ in 0..1 + self.below(4) {
            let Some(feed) = self.to_feed.pop() else { return };
            if self.shared.borrow_mut().dice.per_mille(30) {
                self.send_bad(&feed);
            }
            self.send(feed);
        }
    }
    fn write_marker(&self) {
        let pick = self.below(64);
        self.log.write_marker(pick, self.clock.now().wall);
    }
    /// The end of a transaction arrives that somebody has given up on.
    fn late_end(&mut self) {
        let late = {
            let mut s = self.shared.borrow_mut();
            let pick = s.late.len().checked_sub(1).map(|last| s.dice.below(last + 1));
            pick.map(|i| s.late.swap_remove(i))
        };
        if let Some(producer) = late {
            // Fenced by now, as it should be, or not.
            _ = self.log.end_transaction(producer, true, self.clock.now().wall);
        }
    }
    fn start_one(&mut self) {
        let (p, w) = (self.below(PROCESSES), self.below(WORKERS_EACH));
        if self.processes[p].workers[w].is_none() {
            self.start(p, w);
        }
    }
    fn crash_one(&mut self) {
        if let Some((p, _)) = self.pick_running() {
            self.shared.borrow_mut().faults += 1;
            self.crash(p);
        }
    }
    /// The process is gone: its workers, what they held in memory, what was parked. Its disk stays; the group finds out at some later time.
    fn crash(&mut self, p: usize) {
        self.note(&format!("{p}"), "crash");
        for worker in &mut self.processes[p].workers {
            if let Some(running) = worker.take() {
                self.log.leave(&running.world.membership());
            }
        }
        self.processes[p].parking = Parking::new();
    }
    /// A session times out while its member is alive.
    fn evict_one(&mut self) {
        // At least once nothing keeps a worker that does not know of it from writing old state over new: Kafka Streams' too.
        if self.settings.guarantee == Guarantee::AtLeastOnce {
            return;
        }
        if let Some((p, w)) = self.pick_running()
            && let Some(running) = &self.processes[p].workers[w]
        {
            self.shared.borrow_mut().faults += 1;
            self.log.leave(&running.world.membership());
        }
    }
    fn stop_one(&mut self) {
        if let Some((p, w)) = self.pick_running()
            && let Some(running) = &self.processes[p].workers[w]
        {
            running.stop.ask();
        }
    }
    fn compact(&mut self) {
        let now = self.clock.now().wall;
        for topic in self.deployment.topics.iter().filter(|t| t.origin == Origin::Changelog) {
            _ = self.log.compact(&topic.name, now);
        }
        // What waits to be processed may need what its retention would take.
        if self.is_drained() {
            self.log.expire(now);
        }
    }
    fn start(&mut self, p: usize, w: usize) {
        let name = format!("{p}-{w}");
        self.note(&name, "start");
        let place = Place {
            name: name.clone(),
            guarantee: self.settings.guarantee,
            databases: self.processes[p].disk.clone(),
            parking: self.processes[p].parking.clone(),
            writer: CheckpointWriter::synchronous(),
            clock: self.clock.clone(),
            events: Box::new(|_| ()),
        };
        let Ok(inner) = EmbeddedWorld::join(self.log.clone(), self.deployment.clone(), place) else { return };
        let stop = inner.stop();
        let transactional_id = format!("{ID}-{name}");
        let world = Faulty::new(name, inner, self.shared.clone(), self.settings.guarantee, transactional_id);
        let worker = Worker::new(self.blueprint.clone(), self.deployment.clone(), self.settings.clone());
        self.processes[p].workers[w] = Some(Running { worker, world, happened: vec![], stop });
    }

    // ---- afterwards
    /// No more faults: whatever has happened, the cluster must work through its input now.
    fn come_to_rest(&mut self) -> Result<(), String> {
        self.note("all", "no more faults");
        self.shared.borrow_mut().rates = Rates::default();
        self.shared.borrow_mut().late.clear();
        for _ in 0..TURNS_TO_REST {
            if self.running().is_empty() {
                self.start(0, 0);
            }
            for (p, w) in self.running() {
                self.turn(p, w);
            }
            self.clock.advance(20 * self.pipeline.pace);
            self.expire_transactions();
            self.log.complete_ends(self.clock.now().wall);
            if self.is_drained() {
                return Ok(());
            }
        }
        Err(format!("after {TURNS_TO_REST} turns without faults records are still unread: {}", self.unread()))
    }
    /// Everything is read, and no transaction is open or waits for its marker: what a crash left open ends by its time-out.
    fn is_drained(&self) -> bool {
        let stable = |topic: &str| self.log.ends(topic).is_ok_and(|ends| ends.iter().all(|e| e.last_stable == e.end));
        self.sources().iter().all(|t| self.log.unread(ID, t) == Ok(Some(0))) && self.deployment.topics.iter().all(|t| stable(&t.name))
    }
    fn unread(&self) -> String {
        let of = |t: &String| format!("{t} {:?}, {:?}", self.log.unread(ID, t), self.log.ends(t));
        self.sources().iter().map(of).collect::<Vec<_>>().join("; ")
    }
    fn sources(&self) -> Vec<String> {
        let topics = self.deployment.sub_topologies.iter().flat_map(|s| &s.sources);
        topics.map(|t| self.deployment.topic(*t).name.to_string()).collect()
    }
    /// Everyone goes, and hours later one worker comes, on an old disk or an empty one, and goes on: what it finds must be what the fold says,
    /// although tombstones and windows are gone from the changelogs meanwhile.
    fn start_afresh(&mut self) -> Result<(), String> {
        for p in 0..PROCESSES {
            self.crash(p);
        }
        self.compact();
        self.clock.advance(2 * HOUR_MS);
        self.compact();
        let p = self.below(PROCESSES + 1);
        if p == PROCESSES {
            self.processes[0] = Process::new(&self.disks, "new");
        }
        self.start(p % PROCESSES, 0);
        for i in 0..2 * KEYS as u64 {
            let feed = (self.pipeline.feed)(&mut self.shared.borrow_mut().dice, 900_000 + i);
            self.send(feed);
        }
        self.come_to_rest()
    }
    fn topics(&self) -> oracle::Embedded<'_> {
        oracle::Embedded { log: &self.log, id: ID }
    }
    fn check(&self) -> Result<(), String> {
        let exactly_once = self.settings.guarantee == Guarantee::ExactlyOnce;
        oracle::check(&self.topics(), self.pipeline, (self.pipeline.expected)(&self.fed), exactly_once)?;
        if self.settings.bad_records == BadRecords::Skip {
            return Ok(());
        }
        let dead = Expected { topic: DEAD_LETTERS, what: What::Updates(self.bad.clone(), Ending::Same) };
        oracle::check_topic(&self.topics(), dead, exactly_once)
    }
    fn report(&self) -> Report {
        let s = self.shared.borrow();
        Report { trace: s.trace.hash(), faults: s.faults, records: self.fed.len(), pipeline: self.pipeline.name }
    }

    // ---- small things
    /// A record whose value is too short.
    fn send_bad(&mut self, feed: &Feed) {
        let (key, value) = (feed.key.as_bytes(), &b"bad"[..]);
        if let Err(error) = self.log.produce(feed.topic, Some(key), Some(value), self.clock.now().wall, &Headers::new()) {
            unreachable!("the topic is there: {error}");
        }
        self.bad.entry(key.to_vec()).or_default().push(Some(value.to_vec()));
    }
    /// No two records have the same time, so there is one order to take them in.
    fn send(&mut self, feed: Feed) {
        let time = self.clock.now().wall.max(self.fed.last().map_or(0, |fed| fed.time + 1));
        let value = feed.value.map(u64::to_be_bytes);
        let sent = self.log.produce(feed.topic, Some(feed.key.as_bytes()), value.as_ref().map(|v| &v[..]), time, &Headers::new());
        if let Err(error) = sent {
            unreachable!("the topic is there: {error}");
        }
        self.fed.push(Fed { feed, time });
    }
    fn running(&self) -> Vec<(usize, usize)> {
        let all = (0..PROCESSES).flat_map(|p| (0..WORKERS_EACH).map(move |w| (p, w)));
        all.filter(|(p, w)| self.processes[*p].workers[*w].is_some()).collect()
    }
    fn pick_running(&self) -> Option<(usize, usize)> {
        let running = self.running();
        (!running.is_empty()).then(|| running[self.below(running.len())])
    }
    fn below(&self, n: usize) -> usize {
        self.shared.borrow_mut().dice.below(n)
    }
    fn note(&self, who: &str, what: &str) {
        self.shared.borrow_mut().trace.note(who, what);
    }
}
impl Process {
    fn new(disks: &Disks, name: &str) -> Process {
        Process { disk: disks.disk(name), parking: Parking::new(), workers: (0..WORKERS_EACH).map(|_| None).collect() }
    }
}

/// Settings differ from run to run: small budgets so that checkpoints, early commits and pauses happen within few records.
fn settings(dice: &mut Dice, pipeline: &Pipeline) -> Settings {
    let guarantee = if dice.per_mille(750) || !pipeline.at_least_once { Guarantee::ExactlyOnce } else { Guarantee::AtLeastOnce };
    Settings {
        guarantee,
        commit_interval_ms: [0, 50, 100, 400][dice.below(4)],
        checkpoint_interval_ms: [100, 500, 5_000][dice.below(3)],
        state_bytes: [2_000, 100_000, 10_000_000][dice.below(3)],
        open_state_bytes: [500, 25_000, 2_500_000][dice.below(3)],
        queued_bytes_per_partition: [100, 1_000, 1_000_000][dice.below(3)],
        records_per_step: [1, 3, 1_000][dice.below(3)],
        purge_interval_ms: [200, 30_000][dice.below(2)],
        bad_records: [BadRecords::Skip, BadRecords::DeadLetter(DEAD_LETTERS.into())][dice.below(2)].clone(),
        ..Settings::default()
    }
}
fn rates(dice: &mut Dice) -> Rates {
    let mut rate = |most: usize| if dice.per_mille(400) { 0 } else { dice.below(most) as u32 };
    Rates {
        answer_lost: rate(150),
        request_lost: rate(150),
        request_late: rate(150),
        refused: rate(100),
        fenced: rate(60),
        undelivered: rate(20),
        unwritten: rate(300),
        slow_write: rate(400),
        crash: rate(6),
    }
}
/// From the back to the front.
fn input(dice: &mut Dice, pipeline: &Pipeline) -> Vec<Feed> {
    let records = 40 + dice.below(120);
    (0..records).rev().map(|i| (pipeline.feed)(dice, i as u64)).collect()
}
