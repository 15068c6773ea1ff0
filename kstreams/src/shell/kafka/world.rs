//! Kafka as the worker sees it.
use super::{
    ask::Ask,
    commit::Walk,
    ffi::{ClientError, Code, Message, Position, Received},
    globals::KafkaGlobals,
    group::{Change, Group},
    layout,
    producer::Producer,
    properties::Connection,
    questions::{Answer, Question, Questions},
    restore::Restore,
    wake::{Wake, Waker},
};
use crate::{
    plan::{Deployment, TaskId, TopicId},
    shell::{CheckpointJob, CheckpointWriter, Claim, Clock, Databases, Desk, KnownGlobals, Parking, Seat, SystemClock, World, member},
    task::Outgoing,
    worker::{Commit, CommitDone, CommitFailure, Event, Guarantee, Input, Now, OpenedState, Output, TaskView},
};
use std::{
    collections::BTreeSet,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

/// What a worker's world is made of.
pub(crate) struct Surroundings {
    pub(crate) deployment: Arc<Deployment>,
    pub(crate) connection: Connection,
    /// `<application>-<instance>-<thread>`: names the member and its transactions.
    pub(crate) name: String,
    pub(crate) databases: Arc<dyn Databases>,
    pub(crate) parking: Parking,
    /// Who wants to know.
    pub(crate) events: Arc<dyn Fn(Event) + Send + Sync>,
    /// Shared by the workers of the process.
    pub(crate) globals: Arc<KafkaGlobals>,
    pub(crate) clock: SystemClock,
    /// Where the group has committed nothing: `true` begins with what comes from now on, else with the first record there is.
    pub(crate) latest: bool,
    /// The longest that one call to the brokers may take.
    pub(crate) deadline: Duration,
    /// Where queries come in.
    pub(crate) desk: Desk,
    /// Where other members find this process.
    pub(crate) endpoint: Option<String>,
}

/// The world of one worker. All its clients are polled by the worker's thread.
pub(crate) struct KafkaWorld {
    around: Surroundings,
    pub(super) producer: Producer,
    restore: Restore,
    questions: Questions,
    ask: Ask,
    group: Group,
    writer: CheckpointWriter,
    wake: Wake,
    /// Assigned, and not handed to the worker yet: another layout may be in the group.
    held: BTreeSet<TaskId>,
    held_for: String,
    /// Tasks whose database another worker is closing.
    to_open: Vec<TaskId>,
    purges: Vec<Position>,
    /// What the worker knows of the global tables.
    known: KnownGlobals,
    seat: Seat,
    close: CloseFlag,
    close_told: bool,
    failed: Option<String>,
}

/// Asks a worker to finish, from any thread.
#[derive(Clone)]
pub(crate) struct CloseFlag {
    asked: Arc<AtomicBool>,
    waker: Waker,
}
impl CloseFlag {
    pub(crate) fn ask(&self) {
        self.asked.store(true, Ordering::Release);
        self.waker.wake();
    }
}

/// Records taken of one partition at a time.
const BATCH: usize = 1_000;
/// The worker's thread looks up at least so often: the group wants to hear of it.
const LOOK_UP_MS: i64 = 1_000;
/// Between two looks at who is in the group, while tasks are held.
const HELD_MS: i64 = 500;
/// Before a database that another worker is closing is asked for again.
const OPEN_AGAIN_MS: i64 = 20;

impl KafkaWorld {
    pub(crate) fn new(around: Surroundings) -> Result<KafkaWorld, String> {
        let wake = Wake::new().map_err(|e| format!("no socket pair to wait on: {e}"))?;
        let transactional = around.connection.guarantee == Guarantee::ExactlyOnce;
        let client_id =
            layout::client_id(&member::with_endpoint(&around.name, around.endpoint.as_deref()), around.deployment.layout_hash());
        let properties = around.connection.producer(&client_id, transactional.then_some(&around.name));
        // First the producer: it ends the transaction that a crashed predecessor left open, before the group hands out its tasks.
        let producer = Producer::start(properties, transactional, around.deadline, &wake)?;
        let group = Group::join(&around.deployment, &around.connection, &client_id, &wake)?;
        let waker = wake.waker();
        around.globals.add_waker(waker.clone());
        let wakes = waker.clone();
        let seat = Seat::at(around.desk.clone(), &around.name, move || wakes.wake());
        let close = CloseFlag { asked: Arc::default(), waker: waker.clone() };
        let writer =
            CheckpointWriter::threaded(&around.name, move || waker.wake()).map_err(|e| format!("no thread for checkpoints: {e}"))?;
        Ok(KafkaWorld {
            restore: Restore::new(around.deployment.clone(), &around.connection, &client_id),
            questions: Questions::new(&around.deployment, &group.client, &wake)?,
            ask: Ask::new(&group.client)?,
            around,
            producer,
            group,
            writer,
            wake,
            held: BTreeSet::new(),
            held_for: String::new(),
            to_open: vec![],
            purges: vec![],
            known: KnownGlobals::default(),
            seat,
            close,
            close_told: false,
            failed: None,
        })
    }
    pub(crate) fn close_flag(&self) -> CloseFlag {
        self.close.clone()
    }
    /// Why this worker cannot go on, once.
    pub(crate) fn take_failure(&mut self) -> Option<String> {
        self.failed.take()
    }
    /// Leaves the group and ends what is open.
    pub(crate) fn leave(mut self) {
        self.producer.close();
        self.group.leave(Duration::from_secs(5));
    }

    fn note(&mut self, result: Result<(), String>) {
        if let Err(reason) = result {
            self.failed.get_or_insert(reason);
        }
    }
    fn tell(&self, event: Event) {
        self.seat.note(&event);
        (self.around.events)(event);
    }

    /// Everything but records.
    fn serve(&mut self, now: Now, happened: &mut Vec<Input>) {
        self.serve_group(now, happened);
        self.producer.serve(Duration::ZERO);
        self.unwritable(happened);
        self.undelivered(happened);
        for answer in self.questions.answers(now.monotonic) {
            match answer {
                Answer::Input(input) => happened.push(input),
                Answer::Members(Some(members)) => self.compare_layouts(&members, now, happened),
                Answer::Members(None) => self.questions.ask_at(Question::Members, now.monotonic + HELD_MS),
            }
        }
        while let Some(written) = self.writer.poll() {
            happened.push(Input::Checkpointed { task: written.task, generation: written.generation, snapshot: written.snapshot });
        }
        for task in std::mem::take(&mut self.to_open) {
            self.open(task, happened);
        }
        if !self.purges.is_empty() {
            self.questions.delete(&std::mem::take(&mut self.purges));
        }
        self.seat.take(happened);
        if !self.close_told && self.close.asked.load(Ordering::Acquire) {
            self.close_told = true;
            happened.push(Input::Close);
        }
    }

    /// Before a commit is refused for them, the worker knows the topics.
    fn unwritable(&mut self, happened: &mut Vec<Input>) {
        let news = self.producer.take_unwritable().into_iter();
        happened.extend(news.map(|(name, reason)| Input::Unwritable { name: name.into(), reason: reason.into() }));
    }
    fn undelivered(&mut self, happened: &mut Vec<Input>) {
        for (name, reason) in self.producer.take_undelivered() {
            let topic = self.around.deployment.topic_named(&name).unwrap_or(TopicId::NAMED);
            happened.push(Input::DeliveryFailed { topic, reason: format!("{name:?}: {reason}") });
        }
    }

    fn serve_group(&mut self, now: Now, happened: &mut Vec<Input>) {
        match self.group.serve() {
            Ok(changes) => changes.into_iter().for_each(|change| self.changed(change, now, happened)),
            Err(reason) => self.note(Err(reason)),
        }
    }
    fn changed(&mut self, change: Change, now: Now, happened: &mut Vec<Input>) {
        match change {
            Change::Assigned(tasks) => {
                self.tell(Event::Assigned { tasks: tasks.len() });
                if !tasks.is_empty() {
                    self.held.extend(tasks);
                    self.questions.ask(Question::Members, now.monotonic);
                }
            }
            Change::Revoking(mut tasks) => {
                let unknown: Vec<TaskId> = tasks.extract_if(.., |t| self.held.remove(t)).collect();
                let released = self.group.release(&unknown, self.close_told);
                self.note(released);
                if !tasks.is_empty() {
                    happened.push(Input::Revoking(tasks));
                }
            }
            Change::Lost(mut tasks) => {
                tasks.retain(|t| !self.held.remove(t));
                if !tasks.is_empty() {
                    happened.push(Input::Lost(tasks));
                }
            }
        }
    }

    /// Hands the held tasks over, unless members with another layout are still there.
    fn compare_layouts(&mut self, members: &[super::ffi::Member], now: Now, happened: &mut Vec<Input>) {
        if self.held.is_empty() {
            return;
        }
        let strangers = layout::strangers(members, self.around.deployment.layout_hash());
        if strangers.is_empty() {
            self.held_for.clear();
            happened.push(Input::Assigned(std::mem::take(&mut self.held).into_iter().collect()));
            return;
        }
        let waiting_for = strangers.join(", ");
        if self.held_for != waiting_for {
            tracing::warn!(%waiting_for, "tasks are held: members with another topology are in the group");
            self.tell(Event::Held { waiting_for: waiting_for.clone() });
            self.held_for = waiting_for;
        }
        self.questions.ask_at(Question::Members, now.monotonic + HELD_MS);
    }

    fn receive(&mut self, happened: &mut Vec<Input>) {
        let mut failed = None;
        self.group.readings.receive(BATCH, |topic, partition, received| match received {
            Received::Messages(batch) => happened.push(Input::Records { topic, partition, batch: Box::new(batch) }),
            Received::End(offset) => happened.push(Input::EndOfPartition { topic, partition, offset }),
            Received::Error(error) => failed = Some((topic, partition, error)),
        });
        if let Some((topic, partition, error)) = failed {
            self.unreadable(topic, partition, &error);
        }
        if let Err(error) = self.restore.receive(happened) {
            self.note(Err(format!("a changelog cannot be read back: {error}")));
        }
    }
    /// Some errors pass by themselves. That records are gone does not.
    fn unreadable(&mut self, topic: TopicId, partition: u32, error: &ClientError) {
        let name = &self.around.deployment.topic(topic).name;
        if [Code::AUTO_OFFSET_RESET, Code::OFFSET_OUT_OF_RANGE].contains(&error.code) {
            let text = format!(
                "partition {partition} of {name:?} has no record at the committed offset any more: {error}. Records were deleted before \
                 they were read. To go on behind the gap, reset the group's offsets for this partition; to keep more, raise its retention"
            );
            return self.note(Err(text));
        }
        tracing::warn!(topic = %name, partition, %error, "reading fails; trying again");
    }

    fn open(&mut self, task: TaskId, happened: &mut Vec<Input>) {
        let state = match self.around.parking.claim(task) {
            Claim::Closing => return self.to_open.push(task),
            Claim::Parked(parked) => Ok(OpenedState { backend: parked.backend.clone(), parked: Some(parked) }),
            Claim::Absent => self.around.databases.open(task).map(|backend| OpenedState { backend, parked: None }),
        };
        happened.push(Input::Opened { task, state });
    }

    fn read(&mut self, topic: TopicId, partition: u32, from: Option<i64>) -> Result<(), String> {
        let latest = self.around.deployment.topic(topic).begins_at_its_end(self.around.latest);
        let from = from.or(latest.then_some(super::ffi::END));
        self.group.read(topic, partition, from, &self.wake)
    }

    /// As the last fetch told them: nobody is asked.
    fn note_ends(&self, task: &mut TaskView) {
        for source in &mut task.sources {
            source.end = self.group.client.known_end(&self.around.deployment.topic(source.topic).name, task.task.partition);
        }
    }
    fn commit(&mut self, commit: &Commit) -> Result<CommitDone, CommitFailure> {
        let walk = Walk {
            deployment: &self.around.deployment,
            guarantee: self.around.connection.guarantee,
            producer: &mut self.producer,
            consumer: &self.group.client,
            ask: &self.ask,
            deadline: self.around.deadline,
        };
        walk.commit(commit)
    }
}

impl World for KafkaWorld {
    fn now(&self) -> Now {
        self.around.clock.now()
    }

    fn poll(&mut self, until: i64, happened: &mut Vec<Input>) {
        loop {
            let now = self.now();
            // Records come first: what follows in the list may rewind a task, and records from before that must not come after it.
            let mut all = self.around.globals.tables.news(&mut self.known);
            self.receive(&mut all);
            all.append(happened);
            self.serve(now, &mut all);
            *happened = all;
            if !happened.is_empty() || self.failed.is_some() || now.monotonic >= until {
                return;
            }
            let opening = if self.to_open.is_empty() { i64::MAX } else { now.monotonic + OPEN_AGAIN_MS };
            let next = until.min(self.questions.next_due()).min(opening).min(now.monotonic + LOOK_UP_MS);
            self.wake.sleep(Duration::from_millis((next - now.monotonic).max(0).unsigned_abs()));
        }
    }

    fn produce(&mut self, record: Outgoing<'_>) {
        let Outgoing { topic, name, partition, timestamp, key, value, headers } = record;
        let message = Message { partition, timestamp, key, value, headers };
        match name {
            Some(name) => self.producer.produce_named(name, &message),
            None => self.producer.produce(&self.around.deployment.topic(topic).name, &message),
        }
    }

    fn perform(&mut self, output: Output, happened: &mut Vec<Input>) {
        let now = self.now();
        match output {
            Output::OpenState(task) => self.open(task, happened),
            Output::FetchCommitted(task) => self.questions.ask(Question::Committed(task), now.monotonic),
            Output::FetchEnds { task, topics } => self.questions.ask(Question::First(task, topics), now.monotonic),
            Output::Restore { task, topic, from, to } => {
                let begun = self.restore.begin((task, topic), (from, to), &self.wake, happened);
                self.note(begun);
            }
            Output::StopRestore(task) => self.restore.stop(task),
            Output::Read { topic, partition, from } => {
                let read = self.read(topic, partition, from);
                self.note(read);
            }
            Output::Pause(topic, partition) => self.group.readings.pause(topic, partition, true),
            Output::Resume(topic, partition) => self.group.readings.pause(topic, partition, false),
            Output::Commit(commit) => {
                self.unwritable(happened);
                happened.push(Input::Committed(self.commit(&commit)));
            }
            Output::Abort { replace_producer } => happened.push(Input::Aborted(self.producer.abort(replace_producer, &self.wake))),
            Output::Checkpoint { task, generation, backend, rows } => {
                self.writer.write(CheckpointJob { task, generation, backend, rows });
            }
            Output::Release(tasks) => {
                let released = self.group.release(&tasks, self.close_told);
                self.note(released);
            }
            Output::Park { task, state } => self.around.parking.park(task, state, now.monotonic),
            Output::Purge { topic, partition, before } => {
                self.purges.push(Position::new(&self.around.deployment.topic(topic).name, partition, before));
            }
            Output::Seen(mut view) => {
                view.tasks.iter_mut().for_each(|task| self.note_ends(task));
                self.seat.show(&view);
            }
            Output::Answer(answer) => self.seat.answer(answer),
            Output::Event(event) => self.tell(event),
            Output::Closed => {}
        }
    }
}
