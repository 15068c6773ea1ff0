//! Scripts for the worker: a line an input, and what the worker does about it below.
//!
//! ```text
//! > records orders/0 5@100=out      offset@timestamp=value; the fake task says what values mean
//!   0_0 process 5@100 out           calls of tasks
//!   produce out/0 out               records that leave
//!   commit orders/0=6 produced      outputs
//! ```
//! `+` before a line: the input is handled and no step is made. `start TASK OFFSET` opens a task, answers everything, and shows nothing.
use super::fake::{Calls, Fake, FakeBatch, FakeRecord};
use crate::{
    plan::{DeployedTopic, Deployment, Origin, StoreChangelog, SubTopology, TaskId, TopicId, TopicLimits},
    state::{PageLimits, Wanted},
    worker::{
        Answer, Commit, CommitDone, CommitFailure, Event, Input, Now, OpenedState, Output, ParkedTask, Query, Settings, TaskView,
        engine::Engine,
    },
};
use kstreams_store::{Backend, MemoryBackend, Snapshot};
use std::{fmt::Write, sync::Arc};

/// A database with nothing in it.
pub(super) fn database() -> Arc<dyn Backend> {
    Arc::new(MemoryBackend::new())
}
pub(super) fn snapshot() -> Arc<dyn Snapshot> {
    database().snapshot().unwrap()
}

/// Sub-topology 0: orders → counts. 1: by-item (repartition) → hourly (a window store). 2: clicks and the table users. 3: plain, no state.
pub(super) fn deployment() -> Deployment {
    let topic = |name: &str, origin: Origin, policy: &str| DeployedTopic {
        name: name.into(),
        origin,
        partitions: 2,
        config: vec![("cleanup.policy".into(), policy.into())],
        limits: TopicLimits::default(),
        reset: None,
    };
    let sub = |sources: &[u32], changelogs: &[(u32, bool)]| SubTopology {
        sources: sources.iter().map(|t| TopicId(*t)).collect(),
        leader: TopicId(sources[0]),
        changelogs: changelogs
            .iter()
            .map(|(t, is_source)| StoreChangelog { store: "s".into(), topic: TopicId(*t), is_source: *is_source, migrated: None })
            .collect(),
        tasks: 2,
    };
    let topics = vec![
        topic("orders", Origin::User, ""),
        topic("by-item", Origin::Repartition, "delete"),
        topic("users", Origin::User, ""),
        topic("clicks", Origin::User, ""),
        topic("counts", Origin::Changelog, "compact"),
        topic("hourly", Origin::Changelog, "compact,delete"),
        topic("out", Origin::User, ""),
        topic("plain", Origin::User, ""),
    ];
    let sub_topologies = vec![sub(&[0], &[(4, false)]), sub(&[1], &[(5, false)]), sub(&[3, 2], &[(2, true)]), sub(&[7], &[])];
    Deployment { application_id: "app".into(), topics, sub_topologies, globals: vec![], found: Default::default() }
}

struct Script {
    calls: Arc<Calls>,
    deployment: Arc<Deployment>,
    engine: Engine<Fake>,
    now: Now,
    transcript: String,
}

/// Runs a script and answers what happened.
pub(super) fn run(script: &str) -> String {
    let lines: Vec<&str> = script.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    let (sets, inputs): (Vec<&str>, Vec<&str>) = lines.into_iter().partition(|line| line.starts_with("set "));
    let mut settings = Settings { records_per_step: 100, first_heads_ms: 0, ..Settings::default() };
    sets.iter().for_each(|line| set(&mut settings, line));
    // A script that speaks of global tables has them.
    let globals = inputs.iter().filter_map(|line| line.strip_prefix("global "));
    let mut deployment = deployment();
    deployment.globals = globals.filter_map(|name| deployment.topic_named(name)).collect();
    let (calls, deployment) = (Arc::new(Calls::default()), Arc::new(deployment));
    let engine = Engine::new(calls.clone(), deployment.clone(), settings);
    let mut script = Script { calls, deployment, engine, now: Now::default(), transcript: String::new() };
    sets.iter().for_each(|line| writeln!(script.transcript, "> {line}").unwrap());
    inputs.iter().for_each(|line| script.line(line));
    script.transcript
}

fn set(settings: &mut Settings, line: &str) {
    let words: Vec<&str> = line.split(' ').collect();
    let value: i64 = words[2].parse().unwrap();
    match words[1] {
        "commit" => settings.commit_interval_ms = value,
        "queue" => settings.queued_bytes_per_partition = value as usize,
        "state" => settings.state_bytes = value as usize,
        "open" => settings.open_state_bytes = value as usize,
        "checkpoint" => settings.checkpoint_interval_ms = value,
        "idle" => settings.max_task_idle_ms = value,
        "slack" => settings.choice_slack_ms = value,
        "first-heads" => settings.first_heads_ms = value,
        "step" => settings.records_per_step = value as usize,
        "purge" => settings.purge_interval_ms = value,
        other => panic!("no setting {other}"),
    }
}

fn task(text: &str) -> TaskId {
    let (sub_topology, partition) = text.split_once('_').unwrap();
    TaskId { sub_topology: sub_topology.parse().unwrap(), partition: partition.parse().unwrap() }
}
fn tasks(words: &[&str]) -> Vec<TaskId> {
    words.iter().map(|word| task(word)).collect()
}
/// `error why it failed` or the result of reading the words.
fn answer<A>(words: &[&str], read: impl FnOnce(&[&str]) -> A) -> Result<A, String> {
    match words.split_first() {
        Some((&"error", why)) => Err(why.join(" ")),
        _ => Ok(read(words)),
    }
}
fn record(text: &str) -> FakeRecord {
    let (at, value) = text.split_once('=').unwrap();
    let (offset, timestamp) = at.split_once('@').unwrap();
    FakeRecord { offset: offset.parse().unwrap(), timestamp: timestamp.parse().unwrap(), value: value.to_owned() }
}

impl Script {
    fn line(&mut self, line: &str) {
        writeln!(self.transcript, "> {line}").unwrap();
        let (steps, line) = line.strip_prefix('+').map_or((true, line), |line| (false, line));
        let words: Vec<&str> = line.split(' ').collect();
        match words[0] {
            "at" => (self.now.monotonic, self.now.wall) = (words[1].parse().unwrap(), words[1].parse().unwrap()),
            "wake" => return writeln!(self.transcript, "  wake {}", self.wake()).unwrap(),
            "start" => return self.start(task(words[1]), words.get(2).map(|offset| offset.parse().unwrap())),
            _ => {
                let input = self.input(&words);
                self.engine.handle(self.now, input);
                self.drain();
            }
        }
        if steps {
            self.engine.step(self.now);
            self.drain();
        }
    }
    fn wake(&self) -> String {
        match self.engine.next_wake(self.now) {
            i64::MAX => "never".into(),
            at => at.to_string(),
        }
    }
    fn topic(&self, name: &str) -> TopicId {
        self.deployment.topic_named(name).unwrap_or_else(|| panic!("no topic {name}"))
    }
    fn partition(&self, text: &str) -> (TopicId, u32) {
        let (name, partition) = text.split_once('/').unwrap();
        (self.topic(name), partition.parse().unwrap())
    }
    fn offset(&self, text: &str) -> (TopicId, Option<i64>) {
        let (name, offset) = text.split_once('=').unwrap();
        (self.topic(name), offset.parse().ok())
    }
    fn ends(&self, text: &str) -> (TopicId, i64, i64) {
        let (name, range) = text.split_once('=').unwrap();
        let (first, end) = range.split_once("..").unwrap();
        (self.topic(name), first.parse().unwrap(), end.parse().unwrap())
    }
    fn opened(&self, words: &[&str]) -> OpenedState {
        let backend = database();
        let position = |word: &&str| {
            let (topic, at) = self.offset(word);
            (self.deployment.topic(topic).name.clone(), at.unwrap())
        };
        let parked = words.split_first().map(|(generation, rest)| ParkedTask {
            backend: backend.clone(),
            stores: vec![],
            positions: rest.iter().map(position).collect(),
            generation: generation.parse().unwrap(),
            afresh: false,
        });
        OpenedState { backend, parked }
    }

    fn input(&self, words: &[&str]) -> Input {
        let rest = &words[1..];
        match words[0] {
            "assign" => Input::Assigned(tasks(rest)),
            "revoke" => Input::Revoking(tasks(rest)),
            "lose" => Input::Lost(tasks(rest)),
            "close" => Input::Close,
            "global" => Input::Global { topic: self.topic(rest[0]), rows: Arc::new(NoRows) },
            "opened" => Input::Opened { task: task(rest[0]), state: answer(&rest[1..], |words| self.opened(words)) },
            "offsets" => {
                let offsets = answer(&rest[1..], |words| words.iter().map(|word| self.offset(word)).collect());
                Input::CommittedOffsets { task: task(rest[0]), offsets, notes: vec![] }
            }
            "ends" => {
                let ends = answer(&rest[1..], |words| words.iter().map(|word| self.ends(word)).collect());
                Input::ChangelogEnds { task: task(rest[0]), ends }
            }
            "restored" => Input::Restored {
                task: task(rest[0]),
                topic: self.topic(rest[1]),
                batch: Box::new(FakeBatch(vec![FakeRecord { offset: 0, timestamp: 0, value: String::new() }; rest[2].parse().unwrap()])),
                next: rest[3].parse().unwrap(),
            },
            "records" => {
                let (topic, partition) = self.partition(rest[0]);
                Input::Records { topic, partition, batch: Box::new(FakeBatch(rest[1..].iter().map(|word| record(word)).collect())) }
            }
            "eof" => {
                let (topic, partition) = self.partition(rest[0]);
                Input::EndOfPartition { topic, partition, offset: 0 }
            }
            "committed" => Input::Committed(Ok(CommitDone { positions: rest.iter().map(|word| word.parse().unwrap()).collect() })),
            "refused" => Input::Committed(Err(CommitFailure::Refused(rest.join(" ")))),
            "indefinite" => Input::Committed(Err(CommitFailure::Indefinite(rest.join(" ")))),
            "fenced" => Input::Committed(Err(CommitFailure::Fenced(rest.join(" ")))),
            "fatal" => Input::Committed(Err(CommitFailure::Fatal(rest.join(" ")))),
            "aborted" => Input::Aborted(answer(rest, |_| ())),
            "undelivered" => Input::DeliveryFailed { topic: self.topic(rest[0]), reason: rest[1..].join(" ") },
            "unwritable" => Input::Unwritable { name: rest[0].into(), reason: rest[1..].join(" ").into() },
            "checkpointed" => {
                let snapshot = answer(&rest[2..], |_| snapshot());
                Input::Checkpointed { task: task(rest[0]), generation: rest[1].parse().unwrap(), snapshot }
            }
            "look" => Input::Look,
            "query" => Input::Query(Query {
                id: 7,
                task: task(rest[0]),
                store: rest[1].into(),
                wanted: Wanted::Row(b"k".to_vec()),
                most: PageLimits::default(),
                until: rest[2].parse().unwrap(),
                stale_ms: rest.get(3).map(|word| word.parse().unwrap()),
            }),
            other => panic!("no input {other}"),
        }
    }

    /// Opens a task whose sources stand at `offset` and whose changelogs are empty.
    fn start(&mut self, id: TaskId, offset: Option<i64>) {
        let shown = self.transcript.len();
        let sub = self.deployment.of(id);
        let offsets = self.deployment.partitions_of(id).map(|(topic, _)| (topic, offset)).collect();
        let ends = sub.changelogs.iter().map(|changelog| (changelog.topic, 0, 0)).collect();
        let inputs = [
            Input::Assigned(vec![id]),
            Input::Opened { task: id, state: Ok(self.opened(&[])) },
            Input::CommittedOffsets { task: id, offsets: Ok(offsets), notes: vec![] },
            Input::ChangelogEnds { task: id, ends: Ok(ends) },
        ];
        inputs.into_iter().for_each(|input| self.engine.handle(self.now, input));
        self.engine.step(self.now);
        self.drain();
        self.transcript.truncate(shown);
    }

    /// Shows calls, then records, then outputs, as a shell would get them.
    fn drain(&mut self) {
        for (id, call) in self.calls.take() {
            writeln!(self.transcript, "  {id} {call}").unwrap();
        }
        for record in self.engine.outbox.iter() {
            let value = String::from_utf8_lossy(record.value.unwrap());
            let (topic, partition) = (&self.deployment.topic(record.topic).name, record.partition.unwrap());
            writeln!(self.transcript, "  produce {topic}/{partition} {value}").unwrap();
        }
        self.engine.outbox.clear();
        while let Some(output) = self.engine.poll_output() {
            let text = self.text(output);
            writeln!(self.transcript, "  {text}").unwrap();
        }
    }

    fn at(&self, topic: TopicId, partition: u32) -> String {
        format!("{}/{partition}", self.deployment.topic(topic).name)
    }
    fn text(&self, output: Output) -> String {
        let names = |topics: &[TopicId]| topics.iter().map(|t| format!(" {}", self.deployment.topic(*t).name)).collect::<String>();
        let ids = |ids: &[TaskId]| ids.iter().map(|id| format!(" {id}")).collect::<String>();
        match output {
            Output::OpenState(id) => format!("open {id}"),
            Output::FetchCommitted(id) => format!("fetch committed {id}"),
            Output::FetchEnds { task, topics } => format!("fetch ends {task}{}", names(&topics)),
            Output::Restore { task, topic, from, to } => format!("restore {task}{} {from}..{to}", names(&[topic])),
            Output::StopRestore(id) => format!("stop restore {id}"),
            Output::Read { topic, partition, from } => {
                format!("read {} from {}", self.at(topic, partition), from.map_or("reset".into(), |offset| offset.to_string()))
            }
            Output::Pause(topic, partition) => format!("pause {}", self.at(topic, partition)),
            Output::Resume(topic, partition) => format!("resume {}", self.at(topic, partition)),
            Output::Commit(commit) => self.commit_text(&commit),
            Output::Abort { replace_producer } => format!("abort{}", if replace_producer { ", new producer" } else { "" }),
            Output::Checkpoint { task, generation, .. } => format!("write {task} generation {generation}"),
            Output::Release(tasks) => format!("release{}", ids(&tasks)),
            Output::Park { task, state } => {
                let positions: String = state.positions.iter().map(|(name, at)| format!(" {name}={at}")).collect();
                format!("park {task} generation {}{positions}", state.generation)
            }
            Output::Purge { topic, partition, before } => format!("purge {} before {before}", self.at(topic, partition)),
            Output::Answer(answer) => format!("answer {} {}", answer.id, answer_text(&answer)),
            Output::Seen(view) => {
                let task = |t: &TaskView| format!("; {} {}", t.task, t.doing.words(&self.deployment));
                format!("seen{}", view.tasks.iter().map(task).collect::<String>())
            }
            Output::Event(event) => event_text(&event),
            Output::Closed => "closed".into(),
        }
    }
    fn commit_text(&self, commit: &Commit) -> String {
        let mut text = "commit".to_owned();
        commit.offsets.iter().for_each(|(topic, partition, offset)| write!(text, " {}={offset}", self.at(*topic, *partition)).unwrap());
        text += if commit.produced { " produced" } else { "" };
        commit.positions_of.iter().for_each(|(topic, partition)| write!(text, " end of {}", self.at(*topic, *partition)).unwrap());
        text
    }
}

fn answer_text(answer: &Answer) -> String {
    match &answer.page {
        Ok(page) => page.rows.iter().map(|row| String::from_utf8_lossy(&row.value)).collect(),
        Err(refusal) => format!("{refusal:?}"),
    }
}

fn event_text(event: &Event) -> String {
    match event {
        Event::Task { task, state } => format!("- {task} is {state:?}"),
        Event::RestoreProgress { task, restored, remaining, elapsed_ms } => {
            format!("- {task} restored {restored}, {remaining} to go, {elapsed_ms} ms")
        }
        Event::BadRecord { task, topic, partition, offset, operator, reason, .. } => {
            format!("- {task} bad record {topic}/{partition}@{offset} in {operator}: {reason}")
        }
        Event::TaskFailed { task, reason, retry_in_ms } => match retry_in_ms {
            Some(pause) => format!("- {task} failed, again in {pause} ms: {reason}"),
            None => format!("- {task} failed for good: {reason}"),
        },
        Event::Committed { records, took_ms } => format!("- committed {records} records in {took_ms} ms"),
        Event::Dropped { task, dropped } => format!("- {task} dropped: {} late, {} unmatched", dropped.late, dropped.unmatched),
        Event::Aborted { reason } => format!("- aborted: {reason}"),
        Event::TopicFound { topic, .. } => format!("- found {topic}"),
        Event::Assigned { tasks } => format!("- assigned {tasks}"),
        Event::Held { waiting_for } => format!("- held by {waiting_for}"),
    }
}

/// A global table without rows.
struct NoRows;
impl crate::state::GlobalRows for NoRows {
    fn get(&self, _: &[u8]) -> Option<crate::state::GlobalRow<'_>> {
        None
    }
    fn range<'a>(
        &'a self,
        _: std::ops::Bound<&[u8]>,
        _: std::ops::Bound<&[u8]>,
    ) -> Box<dyn Iterator<Item = (&'a [u8], crate::state::GlobalRow<'a>)> + 'a> {
        Box::new(std::iter::empty())
    }
    fn len(&self) -> usize {
        0
    }
}
