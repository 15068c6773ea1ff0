//! The embedded world, told what to do and asked what happened, as text.
use super::*;
use crate::{
    Headers,
    plan::{DeployedTopic, Origin, StoreChangelog, SubTopology, TopicLimits},
    shell::{
        ManualClock,
        embedded::{TopicConfig, create_topics},
    },
};
use kstreams_store::Backend;

const IN: TopicId = TopicId(0);
const OUT: TopicId = TopicId(1);
const LOG: TopicId = TopicId(2);
const T0: TaskId = TaskId { sub_topology: 0, partition: 0 };

struct NoDatabases;
impl Databases for NoDatabases {
    fn open(&self, _: TaskId) -> Result<Arc<dyn Backend>, String> {
        Err("no disk".into())
    }
}

fn topic(name: &str, partitions: u32) -> DeployedTopic {
    DeployedTopic { name: name.into(), origin: Origin::User, partitions, config: vec![], limits: TopicLimits::default(), reset: None }
}
fn deployment() -> Deployment {
    let changelog = StoreChangelog { store: "s".into(), topic: LOG, is_source: false, migrated: None };
    Deployment {
        application_id: "app".into(),
        topics: vec![topic("in", 2), topic("out", 1), topic("log", 2)],
        globals: vec![],
        found: Default::default(),
        sub_topologies: vec![SubTopology { sources: vec![IN], leader: IN, changelogs: vec![changelog], tasks: 2 }],
    }
}
fn world_of(log: &EmbeddedLog, deployment: Deployment, name: &str, guarantee: Guarantee) -> EmbeddedWorld<ManualClock> {
    create_topics(log, &deployment).unwrap();
    let place = Place {
        name: name.into(),
        guarantee,
        databases: Arc::new(NoDatabases),
        parking: Parking::new(),
        writer: CheckpointWriter::synchronous(),
        clock: ManualClock::default(),
        events: Box::new(|_| ()),
    };
    EmbeddedWorld::join(log.clone(), Arc::new(deployment), place).unwrap()
}
fn world(log: &EmbeddedLog, name: &str, guarantee: Guarantee) -> EmbeddedWorld<ManualClock> {
    world_of(log, deployment(), name, guarantee)
}
fn names(tasks: &[TaskId]) -> String {
    tasks.iter().map(TaskId::to_string).collect::<Vec<_>>().join(",")
}
fn show(input: Input) -> String {
    match input {
        Input::Assigned(t) => format!("assigned {}", names(&t)),
        Input::Revoking(t) => format!("revoking {}", names(&t)),
        Input::Lost(t) => format!("lost {}", names(&t)),
        Input::Records { topic, partition, batch } => {
            let values = (0..batch.len()).map(|i| String::from_utf8_lossy(batch.get(i).value.unwrap_or(b"null")).into_owned());
            format!("records {}/{partition} {}", topic.0, values.collect::<Vec<_>>().join(","))
        }
        Input::Restored { batch, next, .. } => format!("restored {} to {next}", batch.len()),
        Input::EndOfPartition { topic, partition, offset } => format!("end {}/{partition} {offset}", topic.0),
        Input::CommittedOffsets { offsets, .. } => format!("offsets {:?}", offsets.unwrap()),
        Input::ChangelogEnds { ends, .. } => format!("ends {:?}", ends.unwrap()),
        Input::Committed(answer) => format!("{answer:?}"),
        Input::Aborted(answer) => format!("aborted {answer:?}"),
        Input::DeliveryFailed { reason, .. } => format!("failed: {reason}"),
        Input::Unwritable { name, reason } => format!("unwritable {name}: {reason}"),
        Input::Opened { state, .. } => format!("opened {:?}", state.err()),
        Input::Checkpointed { generation, .. } => format!("checkpointed {generation}"),
        Input::Global { topic, rows } => format!("global {} {} rows", topic.0, rows.len()),
        Input::Query(query) => format!("query {}", query.task),
        Input::Look => "look".into(),
        Input::Close => "close".into(),
    }
}
/// Performs the outputs, polls once, and answers what happened.
fn after(world: &mut EmbeddedWorld<ManualClock>, outputs: impl IntoIterator<Item = Output>) -> Vec<String> {
    let mut happened = vec![];
    outputs.into_iter().for_each(|o| world.perform(o, &mut happened));
    world.poll(0, &mut happened);
    happened.into_iter().map(show).collect()
}
fn polled(world: &mut EmbeddedWorld<ManualClock>) -> Vec<String> {
    after(world, [])
}
fn send(world: &mut EmbeddedWorld<ManualClock>, topic: TopicId, value: &str) {
    let (key, value) = (Some(&b"k"[..]), Some(value.as_bytes()));
    world.produce(Outgoing { topic, name: None, partition: Some(0), timestamp: 0, key, value, headers: &Headers::new() });
}
fn commit(offset: i64) -> Output {
    Output::Commit(Commit { offsets: vec![(IN, 0, offset)], produced: true, positions_of: vec![(LOG, 0)], notes: vec![] })
}
fn read(from: Option<i64>) -> Output {
    Output::Read { topic: IN, partition: 0, from }
}
fn load(log: &EmbeddedLog, values: &[&str]) {
    values.iter().for_each(|v| _ = log.produce_to("in", 0, Some(b"k"), Some(v.as_bytes()), 0, &Headers::new()).unwrap());
}
fn out(log: &EmbeddedLog) -> usize {
    log.read("out").unwrap().len()
}

#[test]
fn a_source_is_read_to_its_end_again_and_again_and_not_while_paused() {
    let log = EmbeddedLog::new();
    let mut w = world(&log, "a", Guarantee::AtLeastOnce);
    assert_eq!(polled(&mut w), ["assigned 0_0,0_1"]);
    assert_eq!(after(&mut w, [read(None)]), ["end 0/0 0"]);
    assert!(!w.is_idle());
    assert!(polled(&mut w).is_empty() && w.is_idle());
    load(&log, &["a", "b"]);
    assert_eq!(polled(&mut w), ["records 0/0 a", "records 0/0 b", "end 0/0 2"]);
    load(&log, &["c"]);
    assert!(after(&mut w, [Output::Pause(IN, 0)]).is_empty());
    assert_eq!(after(&mut w, [Output::Resume(IN, 0)]), ["records 0/0 c", "end 0/0 3"]);
    assert_eq!(after(&mut w, [read(Some(2))]), ["records 0/0 c", "end 0/0 3"], "a rewind");
}

#[test]
fn exactly_once_output_and_offsets_are_seen_with_the_commit() {
    let log = EmbeddedLog::new();
    let mut w = world(&log, "a", Guarantee::ExactlyOnce);
    polled(&mut w);
    send(&mut w, OUT, "x");
    send(&mut w, LOG, "x");
    polled(&mut w);
    assert_eq!(out(&log), 0);
    assert_eq!(after(&mut w, [commit(5)]), ["Ok(CommitDone { positions: [2] })"], "one record and its marker");
    assert_eq!(out(&log), 1);
    assert_eq!(after(&mut w, [Output::FetchCommitted(T0)]), ["offsets [(TopicId(0), Some(5))]"]);
}

#[test]
fn at_least_once_output_is_seen_at_once_and_offsets_with_the_commit() {
    let log = EmbeddedLog::new();
    let mut w = world(&log, "a", Guarantee::AtLeastOnce);
    polled(&mut w);
    send(&mut w, OUT, "x");
    polled(&mut w);
    assert_eq!(out(&log), 1);
    assert_eq!(after(&mut w, [Output::FetchCommitted(T0)]), ["offsets [(TopicId(0), None)]"]);
    assert_eq!(
        after(&mut w, [commit(5), Output::FetchCommitted(T0)]),
        ["Ok(CommitDone { positions: [0] })", "offsets [(TopicId(0), Some(5))]"]
    );
}

#[test]
fn an_abort_takes_back_what_was_produced() {
    for replace_producer in [false, true] {
        let log = EmbeddedLog::new();
        let mut w = world(&log, "a", Guarantee::ExactlyOnce);
        polled(&mut w);
        send(&mut w, OUT, "in the log");
        polled(&mut w);
        send(&mut w, OUT, "gathered");
        assert_eq!(after(&mut w, [Output::Abort { replace_producer }]), ["aborted Ok(())"]);
        send(&mut w, OUT, "kept");
        after(&mut w, [commit(1)]);
        assert_eq!(out(&log), 1);
    }
}

#[test]
fn a_refused_record_refuses_the_commit_until_the_abort() {
    let log = EmbeddedLog::new();
    log.create_topic("out", 1, TopicConfig::new().set("max.message.bytes", "3")).unwrap();
    let mut w = world(&log, "a", Guarantee::ExactlyOnce);
    polled(&mut w);
    send(&mut w, OUT, "large");
    let reason = "a record of 6 bytes is too large for topic `out`: its `max.message.bytes` is 3";
    assert_eq!(polled(&mut w), [format!("failed: {reason}")]);
    assert_eq!(after(&mut w, [commit(1)]), [format!("Err(Refused(\"{reason}\"))")]);
    assert_eq!(
        after(&mut w, [Output::Abort { replace_producer: false }, commit(1)]),
        ["aborted Ok(())", "Ok(CommitDone { positions: [0] })"]
    );
}

#[test]
fn an_indefinite_producer_is_fenced_by_its_replacement() {
    let log = EmbeddedLog::new();
    let mut old = world(&log, "a", Guarantee::ExactlyOnce);
    polled(&mut old);
    send(&mut old, OUT, "zombie");
    let mut new = world(&log, "a", Guarantee::ExactlyOnce);
    polled(&mut old);
    let answers = after(&mut old, [commit(1)]);
    assert!(answers[0].contains("Fenced"), "{answers:?}");
    polled(&mut new);
    send(&mut new, OUT, "kept");
    polled(&mut new);
    assert_eq!(out(&log), 0);
    after(&mut new, [Output::Commit(Commit { produced: true, ..Commit::default() })]);
    assert_eq!(out(&log), 1);
}

#[test]
fn a_task_moves_when_it_was_released_and_until_then_its_member_commits() {
    let log = EmbeddedLog::new();
    let (mut a, mut b) = (world(&log, "a", Guarantee::AtLeastOnce), None);
    assert_eq!(polled(&mut a), ["assigned 0_0,0_1"]);
    let b = b.get_or_insert_with(|| world(&log, "b", Guarantee::AtLeastOnce));
    let committed = after(&mut a, [commit(1)]);
    assert_eq!(committed[0], "revoking 0_1", "the commit has heard of the new generation");
    assert!(committed[1].contains("Ok"), "{committed:?}");
    assert!(polled(b).is_empty());
    after(&mut a, [Output::Release(vec![TaskId { sub_topology: 0, partition: 1 }])]);
    assert_eq!(polled(b), ["assigned 0_1"]);
}

#[test]
fn a_transaction_of_an_old_generation_is_refused() {
    let log = EmbeddedLog::new();
    let mut a = world(&log, "a", Guarantee::ExactlyOnce);
    assert_eq!(polled(&mut a), ["assigned 0_0,0_1"]);
    let _b = world(&log, "b", Guarantee::ExactlyOnce);
    send(&mut a, OUT, "lost");
    let Output::Commit(offsets) = commit(1) else { unreachable!() };
    let committed = after(&mut a, [Output::Commit(Commit { produced: true, ..offsets })]);
    assert!(committed[0].contains("generation 1 of the group is old"), "{committed:?}");
}

#[test]
fn an_evicted_member_loses_its_tasks_and_joins_again() {
    let log = EmbeddedLog::new();
    let mut w = world(&log, "a", Guarantee::AtLeastOnce);
    polled(&mut w);
    after(&mut w, [read(None)]);
    log.leave(&w.member.membership);
    load(&log, &["a"]);
    assert_eq!(polled(&mut w), ["records 0/0 a", "end 0/0 1", "lost 0_0,0_1"]);
    load(&log, &["b"]);
    assert_eq!(polled(&mut w), ["assigned 0_0,0_1"], "nothing is read for lost tasks");
}

#[test]
fn tasks_are_held_while_a_member_with_another_layout_is_there() {
    let log = EmbeddedLog::new();
    let mut other = deployment();
    other.sub_topologies[0].changelogs.clear();
    let old = world_of(&log, other, "old", Guarantee::AtLeastOnce);
    let mut new = world(&log, "new", Guarantee::AtLeastOnce);
    assert!(polled(&mut new).is_empty());
    assert!(new.waiting_for.as_ref().is_some_and(|w| w.starts_with("old/")), "{:?}", new.waiting_for);
    old.leave();
    assert_eq!(polled(&mut new), ["assigned 0_1,0_0"]);
    assert_eq!(new.waiting_for, None);
}

#[test]
fn a_restore_waits_for_the_markers_of_what_is_committed() {
    let log = EmbeddedLog::new();
    let mut w = world(&log, "a", Guarantee::ExactlyOnce);
    polled(&mut w);
    log.delay_ends(true);
    send(&mut w, LOG, "x");
    send(&mut w, OUT, "x");
    after(&mut w, [commit(3)]);
    assert!(after(&mut w, [Output::FetchCommitted(T0)]).is_empty(), "the offsets are pending");
    // Partitions of the transaction in order, then the offsets, which get their marker first here.
    assert!(log.write_marker(2, 0));
    assert_eq!(polled(&mut w), ["offsets [(TopicId(0), Some(3))]"]);
    assert_eq!(after(&mut w, [Output::FetchEnds { task: T0, topics: vec![LOG] }]), ["ends [(TopicId(2), 0, 1)]"]);
    let restore = Output::Restore { task: T0, topic: LOG, from: 0, to: 1 };
    assert!(after(&mut w, [restore]).is_empty());
    log.complete_ends(0);
    assert_eq!(polled(&mut w), ["restored 1 to 1"]);
    let markers = Output::Restore { task: T0, topic: LOG, from: 1, to: 2 };
    assert_eq!(after(&mut w, [markers]), ["restored 0 to 2"], "a marker alone moves the position");
}

#[test]
fn records_come_before_answers() {
    let log = EmbeddedLog::new();
    let mut w = world(&log, "a", Guarantee::AtLeastOnce);
    polled(&mut w);
    after(&mut w, [read(None)]);
    load(&log, &["a"]);
    let seen = after(&mut w, [Output::FetchCommitted(T0), Output::OpenState(T0)]);
    assert_eq!(seen, ["records 0/0 a", "end 0/0 1", "offsets [(TopicId(0), None)]", "opened Some(\"no disk\")"]);
}

#[test]
fn a_stop_is_told_once() {
    let log = EmbeddedLog::new();
    let mut w = world(&log, "a", Guarantee::AtLeastOnce);
    polled(&mut w);
    w.stop().ask();
    assert_eq!(polled(&mut w), ["close"]);
    assert!(polled(&mut w).is_empty());
}
