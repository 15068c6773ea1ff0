//! What holds the application up, in one sentence: the first thing that somebody who is woken at night wants to read.
use super::snapshot::{RestoreNow, TaskNow, ThreadNow};

/// A share of a worker's time from which on it is the reason.
const MUCH: f64 = 0.5;
/// Offsets behind the end that are no backlog: what arrives between two commits.
const LITTLE: u64 = 1_000;

/// The sentence.
pub(super) fn words(threads: &[ThreadNow], tasks: &[TaskNow], waiting_for: Option<&str>, state: &str) -> String {
    let reasons = [
        gone(threads),
        failed(tasks),
        waiting_for.map(|others| format!("tasks are held: members with another topology are in the group: {others}")),
        silent(threads),
        restoring(tasks),
        behind(threads, tasks),
    ];
    reasons.into_iter().flatten().next().unwrap_or_else(|| nothing(tasks, state))
}
fn gone(threads: &[ThreadNow]) -> Option<String> {
    let gone = threads.iter().find(|thread| !thread.alive || thread.dead.is_some())?;
    let reason = gone.dead.as_deref().unwrap_or("its thread has ended");
    Some(format!("worker {} cannot go on: {reason}", gone.thread_id))
}
fn failed(tasks: &[TaskNow]) -> Option<String> {
    let task = tasks.iter().find(|task| task.state == "FAILED")?;
    let reason = task.error.as_deref().unwrap_or("the log says why");
    let again = task.retry_in_ms.map_or_else(String::new, |ms| format!(" (tried again in {ms} ms)"));
    Some(format!("task {} has failed{again}: {reason}", task.task_id))
}
fn silent(threads: &[ThreadNow]) -> Option<String> {
    let silent = threads.iter().find(|thread| !thread.answered)?;
    Some(format!("worker {} does not look up: it is busy with one record, or with a call to the brokers", silent.thread_id))
}
fn restoring(tasks: &[TaskNow]) -> Option<String> {
    let restores = tasks.iter().filter_map(|task| Some((task, task.restore.as_ref()?)));
    let (task, RestoreNow { remaining, seconds_left, .. }) = restores.max_by_key(|(_, restore)| restore.remaining)?;
    let left = seconds_left.map_or_else(String::new, |seconds| format!(", about {seconds} s"));
    Some(format!("task {} {}: {remaining} records are left{left}", task.task_id, task.doing))
}
fn behind(threads: &[ThreadNow], tasks: &[TaskNow]) -> Option<String> {
    let task = tasks.iter().filter(|task| task.lag.is_some_and(|lag| lag > LITTLE)).max_by_key(|task| task.lag)?;
    let share = threads.iter().find(|thread| thread.thread_id == task.thread_id)?.share;
    let why = if share.commit >= MUCH {
        "waits for commits".to_owned()
    } else if share.process >= MUCH {
        format!("is busy: its worker spends {:.0} % of its time on records", share.process * 100.0)
    } else {
        task.doing.clone()
    };
    let most = task.sources.iter().max_by_key(|source| source.lag)?;
    Some(format!("task {} {why}; it is {} records behind in {}/{}", task.task_id, most.lag.unwrap_or(0), most.topic, most.partition))
}
fn nothing(tasks: &[TaskNow], state: &str) -> String {
    match state {
        "RUNNING" if tasks.iter().all(|task| task.lag == Some(0)) => "nothing: every task has processed what is there".to_owned(),
        "RUNNING" => "nothing: every task keeps up".to_owned(),
        "REBALANCING" if tasks.is_empty() => "the group has given this process no task yet".to_owned(),
        "REBALANCING" => tasks
            .iter()
            .find(|task| task.state != "RUNNING")
            .map_or_else(|| "tasks are on their way".to_owned(), |task| format!("task {} {}", task.task_id, task.doing)),
        "ERROR" => "a task has failed: the last errors say why".to_owned(),
        "CREATED" => "the application has not started yet".to_owned(),
        _ => "the application finishes".to_owned(),
    }
}
