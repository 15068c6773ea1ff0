//! The application at one moment: every worker is asked to show itself, and what they show is put into the words of `/state`.
use super::{
    Ops, bottleneck,
    journal::{Lost, Pages},
    shares::Share,
};
use crate::{
    plan::{Deployment, Node, NodeId, NodeKind, Plan, TopicId},
    shell::{Clock, Desk, Loads},
    worker::{RestoreView, SourceView, TaskState, TaskView, View},
};
use serde::Serialize;

/// How long a worker may take to show itself: one that does not is busy with one record.
const PATIENCE_MS: i64 = 1_000;

/// `/state`.
#[derive(Debug, Serialize)]
pub(super) struct Snapshot {
    pub(super) application_id: String,
    pub(super) version: &'static str,
    /// Epoch milliseconds.
    pub(super) at: i64,
    /// As Kafka Streams names it.
    pub(super) state: &'static str,
    /// In words: what holds the application up, if anything does.
    pub(super) bottleneck: String,
    pub(super) threads: Vec<ThreadNow>,
    pub(super) tasks: Vec<TaskNow>,
    pub(super) nodes: Vec<NodeNow>,
    pub(super) journal: Pages,
}
/// A worker.
#[derive(Debug, Serialize)]
pub(super) struct ThreadNow {
    pub(super) thread_id: String,
    /// Its thread is there.
    pub(super) alive: bool,
    /// It has shown itself in time; else its tasks are missing here.
    pub(super) answered: bool,
    pub(super) share: Share,
    pub(super) commits: u64,
    pub(super) committed_records: u64,
    pub(super) commit_millis: u64,
    pub(super) last_commit_ms: i64,
    pub(super) aborts: u64,
    pub(super) tasks_created: u64,
    pub(super) tasks_closed: u64,
    pub(super) committing_ms: Option<i64>,
    pub(super) open_bytes: usize,
    pub(super) open_bytes_max: usize,
    pub(super) committed_bytes: usize,
    pub(super) state_bytes_max: usize,
    pub(super) dead: Option<String>,
    /// Milliseconds spent so far.
    pub(super) poll_ms: u64,
    pub(super) process_ms: u64,
    pub(super) commit_ms: u64,
}
/// A task.
#[derive(Debug, Serialize)]
pub(super) struct TaskNow {
    pub(super) task_id: String,
    pub(super) thread_id: String,
    pub(super) sub_topology: u32,
    pub(super) partition: u32,
    pub(super) state: &'static str,
    /// What it does or waits for, in words.
    pub(super) doing: String,
    pub(super) lag: Option<u64>,
    pub(super) processed: u64,
    pub(super) stream_time: i64,
    pub(super) uncommitted_ms: Option<i64>,
    pub(super) open_bytes: usize,
    pub(super) committed_bytes: usize,
    /// Of stores that are never on disk.
    pub(super) memory_bytes: usize,
    pub(super) retry_in_ms: Option<i64>,
    pub(super) restore: Option<RestoreNow>,
    pub(super) late: u64,
    pub(super) unmatched: u64,
    pub(super) bad: u64,
    pub(super) sources: Vec<SourceNow>,
    /// Why it failed, if it did.
    pub(super) error: Option<String>,
    /// Records handed to each node.
    #[serde(skip)]
    pub(super) nodes: Vec<(NodeId, u64)>,
}
/// A restore.
#[derive(Debug, Serialize)]
pub(super) struct RestoreNow {
    pub(super) restored: u64,
    pub(super) remaining: u64,
    /// At the rate so far.
    pub(super) seconds_left: Option<u64>,
}
/// A source partition.
#[derive(Debug, Serialize)]
pub(super) struct SourceNow {
    pub(super) topic: String,
    pub(super) partition: u32,
    pub(super) position: Option<i64>,
    pub(super) committed: Option<i64>,
    pub(super) end: Option<i64>,
    pub(super) lag: Option<u64>,
    pub(super) queued: usize,
    pub(super) queued_bytes: usize,
    pub(super) held: bool,
}
/// A node over all tasks of this process: what the drawing is coloured by.
#[derive(Debug, Serialize)]
pub(super) struct NodeNow {
    pub(super) id: u32,
    pub(super) label: String,
    /// `source`, `operator` or `sink`.
    pub(super) kind: &'static str,
    /// Topics of a source on the brokers: their lag is the tasks'.
    pub(super) topics: Vec<String>,
    pub(super) records: u64,
    /// Bad records that were skipped or sent to the dead-letter topic.
    pub(super) bad: u64,
    /// Why a task stands still at this node, if one does.
    pub(super) error: Option<String>,
}

impl Ops {
    /// Asks every worker.
    pub(super) async fn snapshot(&self) -> Snapshot {
        let plan = self.blueprint.plan();
        // Before the workers are asked: a task that fails meanwhile is seen with the reason, never the reverse.
        let state = self.told.app_state().name();
        let (mut threads, mut tasks, mut at, mut journal) = (vec![], vec![], 0, self.told.journal.read());
        let mut deployment = None;
        if let Ok(serving) = self.directory.serving() {
            let now = serving.clock.now();
            at = now.wall;
            // All are asked before the first answer is waited for.
            let asked: Vec<_> = serving.desks.iter().map(|desk| (desk, desk.look(now.monotonic + PATIENCE_MS))).collect();
            let mut views = vec![];
            for (desk, asked) in asked {
                views.push((
                    desk,
                    match asked {
                        Some(view) => view.await.ok(),
                        None => None,
                    },
                ));
            }
            journal = self.told.journal.read();
            for (desk, view) in views {
                let thread = self.thread_now(desk, now.monotonic, view.as_ref());
                let of = |task: &TaskView| task_now(&serving.deployment, &thread.thread_id, task, &journal);
                tasks.extend(view.iter().flat_map(|view| &view.tasks).map(of));
                threads.push(thread);
            }
            deployment = Some(serving.deployment);
        }
        tasks.sort_by_key(|task| (task.sub_topology, task.partition));
        let nodes = plan.ids().map(|id| node_now(plan, deployment.as_deref(), id, &tasks, &journal)).collect();
        let bottleneck = bottleneck::words(&threads, &tasks, journal.waiting_for.as_deref(), state);
        Snapshot {
            application_id: plan.id.clone(),
            version: env!("CARGO_PKG_VERSION"),
            at,
            state,
            bottleneck,
            threads,
            tasks,
            nodes,
            journal,
        }
    }
    fn thread_now(&self, desk: &Desk, at: i64, view: Option<&View>) -> ThreadNow {
        let thread_id = desk.member().unwrap_or_else(|| "(joins)".to_owned());
        let sums: Loads = desk.load().read();
        ThreadNow {
            alive: !desk.is_closed(),
            answered: view.is_some(),
            share: self.shares.of(&thread_id, at, sums),
            thread_id,
            commits: sums.commits,
            committed_records: sums.records,
            commit_millis: sums.commit_millis,
            last_commit_ms: sums.last_commit_millis,
            aborts: sums.aborts,
            tasks_created: sums.opened,
            tasks_closed: sums.closed,
            committing_ms: view.and_then(|v| v.committing_ms),
            open_bytes: view.map_or(0, |v| v.open_bytes),
            open_bytes_max: view.map_or(0, |v| v.open_bytes_max),
            committed_bytes: view.map_or(0, |v| v.committed_bytes),
            state_bytes_max: view.map_or(0, |v| v.state_bytes_max),
            dead: view.and_then(|v| v.dead.clone()),
            poll_ms: sums.poll.as_millis() as u64,
            process_ms: sums.process.as_millis() as u64,
            commit_ms: sums.commit.as_millis() as u64,
        }
    }
}

fn task_now(deployment: &Deployment, thread: &str, task: &TaskView, journal: &Pages) -> TaskNow {
    let task_id = task.task.to_string();
    let sources: Vec<SourceNow> = task.sources.iter().map(|source| source_now(deployment, task.task.partition, source)).collect();
    let Lost { late, unmatched, bad } = journal.lost.get(&task_id).copied().unwrap_or_default();
    let failed = task.state == TaskState::Quarantined;
    let error = journal.errors.iter().find(|e| failed && e.task.as_ref() == Some(&task_id)).map(|e| e.text.clone());
    TaskNow {
        thread_id: thread.to_owned(),
        sub_topology: task.task.sub_topology,
        partition: task.task.partition,
        state: state_name(task.state),
        doing: task.doing.words(deployment),
        lag: sources.iter().filter_map(|source| source.lag).reduce(|a, b| a + b),
        processed: task.work.processed,
        stream_time: task.work.stream_time,
        uncommitted_ms: task.uncommitted_ms,
        open_bytes: task.open_bytes,
        committed_bytes: task.committed_bytes,
        memory_bytes: task.memory_bytes,
        retry_in_ms: task.retry_in_ms,
        restore: task.restore.map(restore_now),
        late,
        unmatched,
        bad,
        sources,
        error,
        nodes: task.work.nodes.clone(),
        task_id,
    }
}
fn state_name(state: TaskState) -> &'static str {
    match state {
        TaskState::Opening => "OPENING",
        TaskState::Restoring => "RESTORING",
        TaskState::Running => "RUNNING",
        TaskState::Quarantined => "FAILED",
        TaskState::Closed => "CLOSED",
    }
}
fn restore_now(restore: RestoreView) -> RestoreNow {
    let RestoreView { restored, remaining, elapsed_ms } = restore;
    let rate = restored.saturating_mul(1_000) / elapsed_ms.max(1).unsigned_abs();
    RestoreNow { restored, remaining, seconds_left: remaining.checked_div(rate) }
}
fn source_now(deployment: &Deployment, partition: u32, source: &SourceView) -> SourceNow {
    SourceNow {
        topic: deployment.topic(source.topic).name.to_string(),
        partition,
        position: source.position,
        committed: source.committed,
        end: source.end,
        lag: source.lag(),
        queued: source.queued,
        queued_bytes: source.queued_bytes,
        held: source.held,
    }
}
fn node_now(plan: &Plan, deployment: Option<&Deployment>, id: NodeId, tasks: &[TaskNow], journal: &Pages) -> NodeNow {
    let node = plan.node(id);
    let counts = tasks.iter().flat_map(|task| &task.nodes).filter(|(of, _)| *of == id);
    let named = format!("operator `{}`", node.label);
    NodeNow {
        id: id.0,
        label: node.label.clone(),
        kind: node.kind.name(),
        topics: deployment.map_or_else(Vec::new, |deployment| read_by(node, deployment)),
        records: counts.map(|(_, count)| count).sum(),
        bad: journal.bad.iter().filter(|bad| bad.operator == node.label).map(|bad| bad.skipped + bad.dead_lettered).sum(),
        error: tasks.iter().filter_map(|task| task.error.clone()).find(|error| error.contains(&named)),
    }
}
/// Topics that a source reads: of a pattern those that were found.
fn read_by(node: &Node, deployment: &Deployment) -> Vec<String> {
    let NodeKind::Source(topics) = &node.kind else { return vec![] };
    let topics = topics.iter().map(|topic| TopicId(topic.0)).flat_map(|topic| deployment.found.get(&topic).cloned().unwrap_or(vec![topic]));
    topics.map(|topic| deployment.topic(topic).name.to_string()).collect()
}
