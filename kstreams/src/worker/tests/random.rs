//! A worker under random inputs: tasks come, go and are lost, commits fail in every way, answers are late, records arrive that were read before an
//! abort. Whatever happens, each record is in exactly one committed transaction, and no position is ahead of the state that it stands for.
use super::{
    fake::{Calls, Fake, FakeBatch, FakeRecord},
    script::{database, deployment, snapshot},
};
use crate::{
    plan::{TaskId, TopicId},
    task::Batch,
    worker::{Commit, CommitDone, CommitFailure, Input, Now, OpenedState, Output, ParkedTask, Settings, engine::Engine},
};
use proptest::prelude::*;
use std::{
    collections::{BTreeMap, VecDeque},
    sync::Arc,
};

/// Records of each source partition when the faults end.
const RECORDS: i64 = 40;
const PARTITIONS: u32 = 2;
const SOURCE: TopicId = TopicId(0);
const CHANGELOG: TopicId = TopicId(4);
const OUT: TopicId = TopicId(6);

/// Choices, one after the other; zeros when they are used up.
struct Choices(VecDeque<u8>);
impl Choices {
    fn below(&mut self, n: usize) -> usize {
        self.0.pop_front().map_or(0, |byte| byte as usize % n)
    }
    fn one_in(&mut self, n: usize) -> bool {
        self.below(n) == n - 1
    }
}

/// A question that the world has not answered yet.
enum Pending {
    Open(TaskId),
    /// With the number of the assignment that it belongs to, and the offset at the time of asking.
    Offsets(TaskId, u32, i64),
    Ends(TaskId),
    Restore {
        task: TaskId,
        next: i64,
        to: i64,
    },
    Commit(Commit),
    Abort,
    Checkpoint(TaskId, u64),
}
impl Pending {
    /// Questions of one kind about one task are answered in order.
    fn kind(&self) -> (u8, Option<TaskId>) {
        match self {
            Pending::Open(id) => (0, Some(*id)),
            Pending::Offsets(id, ..) => (1, Some(*id)),
            Pending::Ends(id) => (2, Some(*id)),
            Pending::Restore { task, .. } => (3, Some(*task)),
            Pending::Commit(_) | Pending::Abort => (4, None),
            Pending::Checkpoint(..) => (5, None),
        }
    }
}

/// What the brokers hold of one task: its source partition and its changelog partition.
#[derive(Default)]
struct Partition {
    committed: i64,
    changelog: i64,
    reading: Option<i64>,
    paused: bool,
    assigned: bool,
    revoking: bool,
    parked: Option<ParkedTask>,
    on_disk: Option<i64>,
    /// How often it was assigned.
    lives: u32,
}

struct World {
    choices: Choices,
    calls: Arc<Calls>,
    engine: Engine<Fake>,
    now: i64,
    inbox: VecDeque<Input>,
    pending: Vec<Pending>,
    partitions: Vec<Partition>,
    /// Records of the open transaction: topic, partition and value.
    transaction: Vec<(TopicId, u32, i64)>,
    /// Positions of checkpoints that are being written.
    writing: BTreeMap<(TaskId, u64), i64>,
    busy: bool,
    faults: bool,
    closed: bool,
}

fn task(partition: u32) -> TaskId {
    TaskId { sub_topology: 0, partition }
}

impl World {
    fn new(choices: Vec<u8>) -> World {
        let settings = Settings {
            commit_interval_ms: 20,
            checkpoint_interval_ms: 50,
            queued_bytes_per_partition: 40,
            state_bytes: 100,
            open_state_bytes: 60,
            records_per_step: 3,
            retry_ms: 5,
            ..Settings::default()
        };
        let calls = Arc::new(Calls::strict());
        World {
            choices: Choices(choices.into()),
            engine: Engine::new(calls.clone(), Arc::new(deployment()), settings),
            calls,
            now: 0,
            inbox: VecDeque::new(),
            pending: vec![],
            partitions: (0..PARTITIONS).map(|_| Partition::default()).collect(),
            transaction: vec![],
            writing: BTreeMap::new(),
            busy: false,
            faults: true,
            closed: false,
        }
    }
    fn of(&mut self, id: TaskId) -> &mut Partition {
        &mut self.partitions[id.partition as usize]
    }
    fn any_partition(&mut self) -> u32 {
        self.choices.below(PARTITIONS as usize) as u32
    }
    fn clock(&self) -> Now {
        Now { monotonic: self.now, wall: self.now }
    }

    // ---- what happens
    fn act(&mut self) {
        match self.choices.below(16) {
            0..4 => self.turn(),
            4..7 => self.deliver(),
            7..13 => self.answer_one(),
            13 => self.now += 1 + self.choices.below(30) as i64,
            14 => self.group(),
            _ if self.choices.one_in(8) => self.inbox.push_back(Input::DeliveryFailed { topic: CHANGELOG, reason: "no".into() }),
            _ => self.turn(),
        }
    }

    /// What [`crate::shell::turn`] does.
    fn turn(&mut self) {
        for input in std::mem::take(&mut self.inbox) {
            if matches!(input, Input::Committed(_) | Input::Aborted(_)) {
                self.busy = false;
            }
            self.engine.handle(self.clock(), input);
            self.drain();
        }
        self.engine.step(self.clock());
        self.drain();
    }

    fn deliver(&mut self) {
        let partition = self.any_partition();
        let count = 1 + self.choices.below(3) as i64;
        let corrupt = self.faults && self.choices.one_in(12);
        let p = &mut self.partitions[partition as usize];
        let (Some(next), false) = (p.reading, p.paused) else { return };
        let to = (next + count).min(RECORDS);
        if next == to {
            return;
        }
        p.reading = Some(to);
        let value = |offset: i64| if corrupt { "corrupt".to_owned() } else { offset.to_string() };
        let records = (next..to).map(|offset| FakeRecord { offset, timestamp: offset * 10, value: value(offset) }).collect();
        self.inbox.push_back(Input::Records { topic: SOURCE, partition, batch: Box::new(FakeBatch(records)) });
    }

    fn group(&mut self) {
        let partition = self.any_partition();
        let (lost, others) = (self.choices.one_in(3), self.choices.below(4) as i64);
        let commits = self.pending.iter().any(|pending| matches!(pending, Pending::Commit(_) | Pending::Abort));
        let p = &mut self.partitions[partition as usize];
        let tasks = vec![task(partition)];
        match (p.assigned, p.revoking) {
            (false, _) => {
                // Another member had it meanwhile.
                if !commits && p.committed + others <= RECORDS {
                    (p.committed, p.changelog) = (p.committed + others, p.changelog + others);
                }
                (p.assigned, p.lives) = (true, p.lives + 1);
                self.inbox.push_back(Input::Assigned(tasks));
            }
            (true, false) if lost => {
                self.inbox.push_back(Input::Lost(tasks));
                self.turn();
                self.release(task(partition));
            }
            (true, false) => {
                p.revoking = true;
                self.inbox.push_back(Input::Revoking(tasks));
            }
            (true, true) => {}
        }
    }

    fn answer_one(&mut self) {
        if self.pending.is_empty() {
            return;
        }
        let chosen = self.choices.below(self.pending.len());
        let kind = self.pending[chosen].kind();
        // Stable offsets are not told while a transaction is being ended.
        let ending = self.pending.iter().any(|pending| pending.kind().0 == 4);
        if kind.0 == 1 && ending {
            return;
        }
        let first = self.pending.iter().position(|pending| pending.kind() == kind).unwrap_or(chosen);
        let pending = self.pending.remove(first);
        self.answer(pending);
    }

    fn answer(&mut self, pending: Pending) {
        let fails = self.faults && self.choices.one_in(8);
        let input = match pending {
            Pending::Open(task) if fails => Input::Opened { task, state: Err("busy".into()) },
            Pending::Open(task) => Input::Opened { task, state: Ok(self.open(task)) },
            Pending::Offsets(task, ..) if fails => Input::CommittedOffsets { task, offsets: Err("timed out".into()), notes: vec![] },
            Pending::Offsets(task, life, asked) => {
                let p = self.of(task);
                let offset = if life == p.lives { p.committed } else { asked };
                Input::CommittedOffsets { task, offsets: Ok(vec![(SOURCE, Some(offset))]), notes: vec![] }
            }
            Pending::Ends(task) => Input::ChangelogEnds { task, ends: Ok(vec![(CHANGELOG, 0, self.of(task).changelog)]) },
            Pending::Restore { task, next, to } => return self.restore(task, next, to),
            Pending::Commit(commit) => Input::Committed(self.commit(&commit)),
            Pending::Abort => {
                self.transaction.clear();
                Input::Aborted(Ok(()))
            }
            Pending::Checkpoint(task, generation) if fails => Input::Checkpointed { task, generation, snapshot: Err("disk full".into()) },
            Pending::Checkpoint(task, generation) => {
                if let Some(position) = self.writing.remove(&(task, generation)) {
                    let on_disk = &mut self.of(task).on_disk;
                    *on_disk = (*on_disk).max(Some(position));
                }
                Input::Checkpointed { task, generation, snapshot: Ok(snapshot()) }
            }
        };
        self.inbox.push_back(input);
    }

    fn open(&mut self, id: TaskId) -> OpenedState {
        let backend = database();
        let positions = |at: i64| vec![("counts".into(), at)];
        let p = self.of(id);
        let from_disk = p.on_disk.map(|at| ParkedTask {
            backend: backend.clone(),
            stores: vec![],
            positions: positions(at),
            generation: 0,
            afresh: false,
        });
        OpenedState { backend, parked: p.parked.take().or(from_disk) }
    }

    fn restore(&mut self, task: TaskId, next: i64, to: i64) {
        let until = (next + 1 + self.choices.below(4) as i64).min(to);
        let records = (next..until).map(|offset| FakeRecord { offset, timestamp: 0, value: String::new() }).collect();
        let batch: Box<dyn Batch> = Box::new(FakeBatch(records));
        self.inbox.push_back(Input::Restored { task, topic: CHANGELOG, batch, next: until });
        if until < to {
            self.pending.push(Pending::Restore { task, next: until, to });
        }
    }

    fn commit(&mut self, commit: &Commit) -> Result<CommitDone, CommitFailure> {
        match if self.faults { self.choices.below(12) } else { 0 } {
            9 => return Err(CommitFailure::Refused("old generation".into())),
            10 if self.choices.one_in(2) => {
                self.apply(commit);
                return Err(CommitFailure::Indefinite("the answer is lost".into()));
            }
            10 => return Err(CommitFailure::Indefinite("the request is lost".into())),
            11 if self.choices.one_in(2) => return Err(CommitFailure::Fenced("another producer".into())),
            _ => {}
        }
        self.apply(commit);
        let ends = commit.positions_of.iter().map(|(_, partition)| self.partitions[*partition as usize].changelog);
        Ok(CommitDone { positions: ends.collect() })
    }

    /// The oracle: a transaction holds exactly the records between the committed offsets before and after it.
    fn apply(&mut self, commit: &Commit) {
        for (partition, p) in self.partitions.iter_mut().enumerate() {
            let of = |topic: TopicId| {
                self.transaction.iter().filter(move |(t, q, _)| (*t, *q as usize) == (topic, partition)).map(|(_, _, value)| *value)
            };
            let (written, out): (Vec<i64>, Vec<i64>) = (of(CHANGELOG).collect(), of(OUT).collect());
            let to = commit.offsets.iter().find(|(_, q, _)| *q as usize == partition).map_or(p.committed, |(_, _, offset)| *offset);
            assert_eq!(written, (p.committed..to).collect::<Vec<i64>>(), "partition {partition}: changelog records of the transaction");
            assert_eq!(out, written, "partition {partition}: output of the transaction");
            p.committed = to;
            p.changelog += written.len() as i64;
        }
        assert!(commit.produced || self.transaction.is_empty());
        self.transaction.clear();
    }

    // ---- what the worker wants
    fn drain(&mut self) {
        for (id, call) in self.calls.take() {
            self.check_call(id, &call);
        }
        let produced: Vec<_> = self.engine.outbox.iter().map(|r| (r.topic, r.partition.unwrap(), number(r.value.unwrap()))).collect();
        assert!(!self.busy || produced.is_empty(), "produced while a commit was in flight");
        self.transaction.extend(produced);
        self.engine.outbox.clear();
        while let Some(output) = self.engine.poll_output() {
            self.perform(output);
        }
    }

    fn check_call(&mut self, id: TaskId, call: &str) {
        let words: Vec<&str> = call.split(' ').collect();
        if matches!(words[0], "process" | "start") {
            assert!(!self.busy, "{id} {call} while a commit was in flight");
            assert!(self.of(id).assigned, "{id} {call} without an assignment");
        }
        if words[0] == "start" {
            assert_eq!(number(words[1].as_bytes()), self.of(id).changelog, "{id} started with state behind its changelog");
        }
        if words[0] == "checkpoint" {
            let at = words.get(2).map_or(0, |position| number(position.rsplit('=').next().unwrap().as_bytes()));
            self.writing.insert((id, words[1].parse().unwrap()), at);
        }
    }

    fn perform(&mut self, output: Output) {
        match output {
            Output::OpenState(id) => self.pending.push(Pending::Open(id)),
            Output::FetchCommitted(id) => {
                let (life, committed) = (self.of(id).lives, self.of(id).committed);
                self.pending.push(Pending::Offsets(id, life, committed));
            }
            Output::FetchEnds { task, .. } => self.pending.push(Pending::Ends(task)),
            Output::Restore { task, from, to, .. } => self.pending.push(Pending::Restore { task, next: from, to }),
            Output::StopRestore(id) => self.pending.retain(|pending| !matches!(pending, Pending::Restore { task, .. } if *task == id)),
            Output::Read { partition, from, .. } => {
                let p = &mut self.partitions[partition as usize];
                assert_eq!(from, Some(p.committed), "read from elsewhere than the committed offset");
                p.reading = from;
            }
            Output::Pause(_, partition) => self.partitions[partition as usize].paused = true,
            Output::Resume(_, partition) => self.partitions[partition as usize].paused = false,
            Output::Commit(commit) => {
                assert!(!std::mem::replace(&mut self.busy, true), "two commits in flight");
                self.pending.push(Pending::Commit(commit));
            }
            Output::Abort { .. } => {
                self.busy = true;
                self.pending.push(Pending::Abort);
            }
            Output::Checkpoint { task, generation, .. } => self.pending.push(Pending::Checkpoint(task, generation)),
            Output::Release(tasks) => tasks.into_iter().for_each(|id| self.release(id)),
            Output::Park { task, state } => self.of(task).parked = Some(state),
            Output::Purge { .. } | Output::Answer(_) | Output::Seen(_) | Output::Event(_) => {}
            Output::Closed => self.closed = true,
        }
    }
    fn release(&mut self, id: TaskId) {
        let p = self.of(id);
        (p.assigned, p.revoking, p.reading, p.paused) = (false, false, None, false);
    }

    // ---- the end
    /// Faults are over: everything is answered, everything is read.
    fn finish(&mut self) {
        self.faults = false;
        for _ in 0..400 {
            self.now += 20;
            self.turn();
            while !self.pending.is_empty() {
                let pending = self.pending.remove(0);
                self.answer(pending);
            }
            for partition in 0..PARTITIONS {
                let p = &mut self.partitions[partition as usize];
                if !p.assigned {
                    (p.assigned, p.lives) = (true, p.lives + 1);
                    self.inbox.push_back(Input::Assigned(vec![task(partition)]));
                }
                self.choices.0 = [partition as u8, 2].into();
                self.deliver();
            }
        }
    }
    fn close(&mut self) {
        self.inbox.push_back(Input::Close);
        for _ in 0..10 {
            self.turn();
            while !self.pending.is_empty() {
                let pending = self.pending.remove(0);
                self.answer(pending);
            }
        }
    }
}

fn number(text: &[u8]) -> i64 {
    std::str::from_utf8(text).unwrap().parse().unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn each_record_is_committed_once_whatever_happens(choices in prop::collection::vec(any::<u8>(), 0..3000)) {
        let mut world = World::new(choices);
        while !world.choices.0.is_empty() {
            world.act();
        }
        world.finish();
        let committed: Vec<i64> = world.partitions.iter().map(|p| p.committed).collect();
        prop_assert_eq!(committed, vec![RECORDS; PARTITIONS as usize]);
        world.close();
        prop_assert!(world.closed);
    }
}
