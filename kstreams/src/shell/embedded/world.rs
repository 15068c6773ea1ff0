//! The embedded log as a worker's world: it does what the worker wants, at once, and tells it what happened.
use super::{
    globals::EmbeddedGlobals,
    log::{CommitOffset, EmbeddedLog, Ends, LogError, Membership, ProducerHandle, TopicPartition},
    membership::Member,
    named::Named,
    outgoing::Gathered,
    reads::Reads,
    restores::Restores,
    topics::Numbers,
};
use crate::{
    plan::{Deployment, TaskId, TopicId},
    shell::{CheckpointJob, CheckpointWriter, Claim, Clock, Databases, Desk, KnownGlobals, Parking, Seat, World, member},
    task::Outgoing,
    worker::{Commit, CommitDone, CommitFailure, Event, Guarantee, Input, Now, OpenedState, Output, TaskView},
};
use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

/// A worker's place in its process: what it shares with its neighbours, and what is its own.
pub struct Place<C> {
    /// Its name among the application's workers, over all processes and restarts: `<instance>-<thread>`.
    pub name: String,
    /// At least once or exactly once.
    pub guarantee: Guarantee,
    /// Where its tasks' databases are.
    pub databases: Arc<dyn Databases>,
    /// The process's parked tasks.
    pub parking: Parking,
    /// Writes its checkpoints.
    pub writer: CheckpointWriter,
    /// Tells the time.
    pub clock: C,
    /// Takes what people want to know.
    pub events: Box<dyn FnMut(Event)>,
}

/// Asks a worker to finish; works from any thread.
#[derive(Clone, Debug)]
pub struct Stop {
    asked: Arc<AtomicBool>,
    log: EmbeddedLog,
}
impl Stop {
    /// Asks.
    pub fn ask(&self) {
        self.asked.store(true, Ordering::Release);
        self.log.wake();
    }
}

/// An [`EmbeddedLog`] as one worker sees it. Dropping it is a crash: nothing is committed and the group is not left; see [`EmbeddedWorld::leave`].
pub struct EmbeddedWorld<C> {
    log: EmbeddedLog,
    deployment: Arc<Deployment>,
    numbers: Numbers,
    place: Place<C>,
    producer: ProducerHandle,
    member: Member,
    gathered: Gathered,
    named: Named,
    reads: Reads,
    globals: EmbeddedGlobals,
    /// What the worker knows of the global tables.
    known: KnownGlobals,
    restores: Restores,
    /// Tasks whose committed offsets are not stable yet.
    offsets_wanted: Vec<TaskId>,
    /// Tasks whose database is being closed by a neighbour.
    state_wanted: Vec<TaskId>,
    waiting_for: Option<String>,
    /// The group has answered.
    joined: bool,
    /// Where the group has committed nothing and the topic does not say where to begin: at the end.
    latest: bool,
    seat: Seat,
    stop: Stop,
    stopped: bool,
    idle: bool,
}

/// The longest sleep: a limit in case a wake-up was missed.
const WAIT_MS: i64 = 1_000;

impl<C: Clock> EmbeddedWorld<C> {
    /// Joins the application's group. The deployment's topics must exist, see [`super::create_topics`].
    ///
    /// # Errors
    /// A topic is missing.
    pub fn join(log: EmbeddedLog, deployment: Arc<Deployment>, place: Place<C>) -> Result<EmbeddedWorld<C>, LogError> {
        EmbeddedWorld::join_at(log, deployment, place, Desk::default(), None)
    }
    /// As [`EmbeddedWorld::join`], with a desk for queries. The group's members see `endpoint`, where others can ask this process.
    ///
    /// # Errors
    /// A topic is missing.
    pub fn join_at(
        log: EmbeddedLog,
        deployment: Arc<Deployment>,
        place: Place<C>,
        desk: Desk,
        endpoint: Option<&str>,
    ) -> Result<EmbeddedWorld<C>, LogError> {
        let numbers = Numbers::find(&log, &deployment)?;
        let member = Member::join(&log, &deployment, &numbers, &member::with_endpoint(&place.name, endpoint))?;
        let wakes = log.clone();
        let seat = Seat::at(desk, &place.name, move || wakes.wake());
        let producer = new_producer(&log, &deployment, &place);
        let stop = Stop { asked: Arc::default(), log: log.clone() };
        Ok(EmbeddedWorld {
            gathered: Gathered::new(&deployment),
            named: Named::default(),
            globals: EmbeddedGlobals::new(&deployment),
            known: KnownGlobals::default(),
            log,
            deployment,
            numbers,
            place,
            producer,
            member,
            reads: Reads::default(),
            restores: Restores::default(),
            offsets_wanted: vec![],
            state_wanted: vec![],
            waiting_for: None,
            joined: false,
            latest: false,
            seat,
            stop,
            stopped: false,
            idle: false,
        })
    }
    /// Shares its global tables with other workers of the process.
    pub fn sharing(mut self, globals: &EmbeddedGlobals) -> EmbeddedWorld<C> {
        self.globals = globals.clone();
        self
    }
    /// Where the group has committed nothing: `true` begins with what comes from now on, else with the first record there is.
    pub fn from_latest(mut self, latest: bool) -> EmbeddedWorld<C> {
        self.latest = latest;
        self
    }
    /// Asks this worker to finish.
    pub fn stop(&self) -> Stop {
        self.stop.clone()
    }
    /// Whether the last poll found nothing new and nothing was begun since: then nothing will happen until the log changes or time passes.
    pub fn is_idle(&self) -> bool {
        self.idle && self.gathered.is_empty()
    }
    /// This worker in its group.
    pub fn membership(&self) -> Membership {
        self.member.membership
    }
    /// The first half of a commit: everything is in the log and the offsets are in the transaction, which is still open. For simulations, which
    /// let the second half arrive late or never.
    ///
    /// # Errors
    /// As a commit's.
    pub fn prepare_commit(&mut self, commit: &Commit, happened: &mut Vec<Input>) -> Result<ProducerHandle, CommitFailure> {
        self.flush(happened);
        if let Some(error) = &self.gathered.failure {
            return Err(failure(error));
        }
        let offsets = self.numbered(commit);
        let now = self.place.clock.now().wall;
        self.log.send_offsets(self.producer, &self.member.membership, &offsets, now).map_err(|e| failure(&e))?;
        Ok(self.producer)
    }
    /// Leaves the group, after the worker closed.
    pub fn leave(self) {
        self.log.leave(&self.member.membership);
    }

    fn gather(&mut self, happened: &mut Vec<Input>) {
        let before = happened.len();
        // Records come first: an answer in the same list may rewind a task, and what was read before that must not follow it.
        let mut records = vec![];
        self.reads.poll(&self.log, &mut records);
        self.idle = records.is_empty();
        happened.splice(0..0, records);
        // Before the records: a row that is in the log when they are handed in is seen by them.
        self.globals.poll(&self.log, &self.numbers);
        happened.splice(0..0, self.globals.tables.news(&mut self.known));
        self.poll_group(happened);
        self.restores.poll(&self.log, happened);
        std::mem::take(&mut self.offsets_wanted).into_iter().for_each(|t| self.fetch_committed(t, happened));
        std::mem::take(&mut self.state_wanted).into_iter().for_each(|t| self.open(t, happened));
        self.poll_writer(happened);
        self.seat.take(happened);
        self.poll_stop(happened);
        self.idle &= happened.len() == before;
    }
    fn flush(&mut self, happened: &mut Vec<Input>) {
        self.gathered.flush(&self.log, &self.numbers, self.producer, self.place.clock.now().wall, happened);
    }
    fn poll_group(&mut self, happened: &mut Vec<Input>) {
        let from = happened.len();
        match self.member.poll(&self.log, happened) {
            Ok(tasks) if tasks > 0 || !self.joined => {
                self.joined = true;
                (self.place.events)(Event::Assigned { tasks });
            }
            Ok(_) => {}
            Err(error) => tracing::error!(%error, "the group cannot be polled"),
        }
        let lost: Vec<TaskId> = happened[from..].iter().flat_map(|i| if let Input::Lost(t) = i { t.clone() } else { vec![] }).collect();
        self.stop_reading(&lost);
        self.tell_whom_we_wait_for();
    }
    fn tell_whom_we_wait_for(&mut self) {
        let waiting_for = self.member.waiting_for(&self.log);
        if waiting_for != self.waiting_for
            && let Some(waiting_for) = waiting_for.clone()
        {
            (self.place.events)(Event::Held { waiting_for });
        }
        self.waiting_for = waiting_for;
    }
    fn poll_writer(&mut self, happened: &mut Vec<Input>) {
        while let Some(w) = self.place.writer.poll() {
            happened.push(Input::Checkpointed { task: w.task, generation: w.generation, snapshot: w.snapshot });
        }
    }
    fn poll_stop(&mut self, happened: &mut Vec<Input>) {
        if !self.stopped && self.stop.asked.load(Ordering::Acquire) {
            self.stopped = true;
            happened.push(Input::Close);
        }
    }
    fn open(&mut self, task: TaskId, happened: &mut Vec<Input>) {
        let state = match self.place.parking.claim(task) {
            Claim::Parked(parked) => Ok(OpenedState { backend: parked.backend.clone(), parked: Some(parked) }),
            Claim::Absent => self.place.databases.open(task).map(|backend| OpenedState { backend, parked: None }),
            Claim::Closing => return self.state_wanted.push(task),
        };
        happened.push(Input::Opened { task, state });
    }
    fn fetch_committed(&mut self, task: TaskId, happened: &mut Vec<Input>) {
        let sources: Vec<(TopicId, u32)> = self.deployment.partitions_of(task).collect();
        let partitions: Vec<TopicPartition> = sources.iter().map(|(t, p)| self.numbers.at(*t, *p)).collect();
        let Some(offsets) = self.log.committed(&self.deployment.application_id, &partitions) else {
            return self.offsets_wanted.push(task);
        };
        let notes = self.log.notes(&self.deployment.application_id, &partitions);
        let offsets = sources.into_iter().map(|(t, _)| t).zip(offsets).collect();
        happened.push(Input::CommittedOffsets { task, offsets: Ok(offsets), notes: notes.iter().map(|note| note.to_string()).collect() });
    }
    /// First and end offset. The end is that of everything written, not the last stable one: a commit whose offsets are seen already may
    /// still lack its marker here (KAFKA-10167). What is read back is committed all the same, and waits for the marker.
    fn fetch_ends(&self, task: TaskId, topics: &[TopicId]) -> Input {
        let of =
            |topic: &TopicId| self.log.ends_of(self.numbers.at(*topic, task.partition)).map(|Ends { first, end, .. }| (*topic, first, end));
        let ends = topics.iter().map(of).collect::<Result<Vec<_>, LogError>>().map_err(|e| e.to_string());
        Input::ChangelogEnds { task, ends }
    }
    fn commit(&mut self, commit: &Commit, happened: &mut Vec<Input>) -> Result<CommitDone, CommitFailure> {
        if self.place.guarantee == Guarantee::ExactlyOnce && commit.produced {
            let producer = self.prepare_commit(commit, happened)?;
            self.log.end_transaction(producer, true, self.place.clock.now().wall).map_err(|e| failure(&e))?;
        } else {
            self.commit_plainly(commit, happened)?;
        }
        let end = |(t, p): &(TopicId, u32)| self.log.ends_of(self.numbers.at(*t, *p)).map(|e| e.end);
        let positions = commit.positions_of.iter().map(end).collect::<Result<_, _>>().map_err(|e| failure(&e))?;
        Ok(CommitDone { positions })
    }
    /// At least once: what was produced is in the log before the offsets are.
    fn commit_plainly(&mut self, commit: &Commit, happened: &mut Vec<Input>) -> Result<(), CommitFailure> {
        self.flush(happened);
        if let Some(error) = &self.gathered.failure {
            return Err(failure(error));
        }
        let offsets = self.numbered(commit);
        match self.log.commit_offsets(&self.member.membership, &offsets) {
            // Somebody came or went. What this member has it keeps until it releases it, so it may commit as soon as it has heard of that; to
            // rewind would double what is in the log already.
            Err(error @ LogError::IllegalGeneration { .. }) => {
                let from = happened.len();
                self.poll_group(happened);
                if happened[from..].iter().any(|input| matches!(input, Input::Lost(_))) {
                    return Err(failure(&error));
                }
                self.log.commit_offsets(&self.member.membership, &offsets).map_err(|e| failure(&e))
            }
            answer => answer.map_err(|e| failure(&e)),
        }
    }
    fn numbered(&self, commit: &Commit) -> Vec<CommitOffset> {
        let numbered = |(t, p, offset): &(TopicId, u32, i64)| CommitOffset {
            at: self.numbers.at(*t, *p),
            offset: *offset,
            note: commit.note_of(*t, *p).into(),
        };
        commit.offsets.iter().map(numbered).collect()
    }
    fn abort(&mut self, replace_producer: bool) -> Result<(), String> {
        self.gathered.forget();
        if replace_producer {
            self.producer = new_producer(&self.log, &self.deployment, &self.place);
            return Ok(());
        }
        match self.place.guarantee {
            Guarantee::AtLeastOnce => Ok(()),
            Guarantee::ExactlyOnce => {
                self.log.end_transaction(self.producer, false, self.place.clock.now().wall).map_err(|e| e.to_string())
            }
        }
    }
    fn stop_reading(&mut self, tasks: &[TaskId]) {
        for task in tasks {
            self.restores.stop(*task);
            self.deployment.partitions_of(*task).for_each(|(t, p)| self.reads.stop(t, p));
        }
    }
    fn release(&mut self, tasks: &[TaskId]) {
        self.stop_reading(tasks);
        self.member.release(&self.log, tasks);
    }
    fn read(&mut self, topic: TopicId, partition: u32, from: Option<i64>) {
        let latest = self.deployment.topic(topic).begins_at_its_end(self.latest);
        if let Err(error) = self.reads.start(&self.log, topic, self.numbers.at(topic, partition), from, latest) {
            tracing::error!(%error, "a source partition cannot be read");
        }
    }
    fn note_ends(&self, task: &mut TaskView) {
        for source in &mut task.sources {
            let ends = self.log.ends_of(self.numbers.at(source.topic, task.task.partition));
            source.end = ends.ok().map(|ends| ends.last_stable);
        }
    }
    fn purge(&self, topic: TopicId, partition: u32, before: i64) {
        if let Err(error) = self.log.delete_records(&self.deployment.topic(topic).name, partition, before) {
            tracing::warn!(%error, "a repartition topic was not purged");
        }
    }
}

impl<C: Clock> World for EmbeddedWorld<C> {
    fn now(&self) -> Now {
        self.place.clock.now()
    }
    fn poll(&mut self, until: i64, happened: &mut Vec<Input>) {
        self.flush(happened);
        let version = self.log.version();
        self.gather(happened);
        let left = until.saturating_sub(self.now().monotonic);
        if happened.is_empty() && left > 0 && self.place.clock.passes() {
            self.log.wait(version, Duration::from_millis(left.min(WAIT_MS) as u64));
            self.gather(happened);
        }
    }
    fn produce(&mut self, record: Outgoing<'_>) {
        let there = (&mut self.numbers, &mut self.gathered);
        let record = match self.named.resolve(&self.log, &self.deployment, there, record) {
            Ok(record) => record,
            // It must not be committed over.
            Err(error) => {
                self.gathered.failure.get_or_insert(error);
                return;
            }
        };
        if self.gathered.add(record) {
            // What is refused here is remembered, and told with the next poll.
            self.flush(&mut vec![]);
        }
    }
    fn perform(&mut self, output: Output, happened: &mut Vec<Input>) {
        // What was begun, a read, a restore, a checkpoint, answers with a poll.
        self.idle = false;
        match output {
            Output::OpenState(task) => self.open(task, happened),
            Output::FetchCommitted(task) => self.fetch_committed(task, happened),
            Output::FetchEnds { task, topics } => happened.push(self.fetch_ends(task, &topics)),
            Output::Restore { task, topic, from, to } => self.restores.start(task, topic, self.numbers.at(topic, task.partition), from, to),
            Output::StopRestore(task) => self.restores.stop(task),
            Output::Read { topic, partition, from } => self.read(topic, partition, from),
            Output::Pause(topic, partition) => self.reads.pause(topic, partition, true),
            Output::Resume(topic, partition) => self.reads.pause(topic, partition, false),
            Output::Commit(commit) => {
                let answer = self.commit(&commit, happened);
                happened.push(Input::Committed(answer));
            }
            Output::Abort { replace_producer } => happened.push(Input::Aborted(self.abort(replace_producer))),
            Output::Checkpoint { task, generation, backend, rows } => {
                self.place.writer.write(CheckpointJob { task, generation, backend, rows });
            }
            Output::Release(tasks) => self.release(&tasks),
            Output::Park { task, state } => self.place.parking.park(task, state, self.place.clock.now().monotonic),
            Output::Purge { topic, partition, before } => self.purge(topic, partition, before),
            Output::Seen(mut view) => {
                view.tasks.iter_mut().for_each(|task| self.note_ends(task));
                self.seat.show(&view);
            }
            Output::Answer(answer) => self.seat.answer(answer),
            Output::Event(event) => {
                self.seat.note(&event);
                (self.place.events)(event);
            }
            // `turn` ends before it hands this one in.
            Output::Closed => {}
        }
    }
}

fn new_producer<C: Clock>(log: &EmbeddedLog, deployment: &Deployment, place: &Place<C>) -> ProducerHandle {
    match place.guarantee {
        Guarantee::AtLeastOnce => log.producer(),
        Guarantee::ExactlyOnce => log.init_producer(&format!("{}-{}", deployment.application_id, place.name), place.clock.now().wall),
    }
}
/// What a refusal means for a commit.
fn failure(error: &LogError) -> CommitFailure {
    let text = error.to_string();
    match error {
        LogError::Fenced(_) => CommitFailure::Fenced(text),
        LogError::IllegalGeneration { .. } | LogError::UnknownMember | LogError::TooLarge { .. } | LogError::KeyMissing(_) => {
            CommitFailure::Refused(text)
        }
        _ => CommitFailure::Fatal(text),
    }
}

#[cfg(test)]
mod tests;
