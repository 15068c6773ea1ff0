//! `/metrics`: the snapshot through the `metrics` facade into Prometheus text. Names are Kafka Streams' groups and metrics in snake case. Nothing is
//! measured for it: counters are the ones that the workers have, so a scrape costs what a look costs.
use super::snapshot::{Snapshot, SourceNow, TaskNow, ThreadNow};
use metrics::{counter, describe_counter, describe_gauge, gauge};
use metrics_exporter_prometheus::PrometheusBuilder;

/// What a metric is: name, whether it only grows, and its meaning.
type Described = (&'static str, bool, &'static str);
/// Every metric there is; the dashboards in `dashboards/` name no other.
pub(super) const METRICS: &[Described] = &[
    ("kafka_streams_client_info", false, "1; labels tell version and application"),
    ("kafka_streams_client_state", false, "1 for the state that the application is in, 0 for the others"),
    ("kafka_streams_client_alive_stream_threads", false, "Workers whose thread is there"),
    ("kafka_streams_client_failed_stream_threads", false, "Workers that cannot go on"),
    ("kafka_streams_thread_poll_ratio", false, "Share of its time that a worker waits for records"),
    ("kafka_streams_thread_process_ratio", false, "Share of its time that a worker processes records"),
    ("kafka_streams_thread_commit_ratio", false, "Share of its time that a worker commits"),
    ("kafka_streams_thread_poll_time_ms_total", true, "Milliseconds that a worker has waited for records"),
    ("kafka_streams_thread_process_time_ms_total", true, "Milliseconds that a worker has processed records"),
    ("kafka_streams_thread_commit_time_ms_total", true, "Milliseconds that a worker has committed"),
    ("kafka_streams_thread_process_total", true, "Source records processed and committed"),
    ("kafka_streams_thread_commit_total", true, "Commits that went through"),
    (
        "kafka_streams_thread_commit_latency_ms_total",
        true,
        "Milliseconds that commits took together; over commit_total: commit-latency-avg",
    ),
    ("kafka_streams_thread_abort_total", true, "Transactions that were aborted and processed again"),
    ("kafka_streams_thread_task_created_total", true, "Tasks that came to a worker"),
    ("kafka_streams_thread_task_closed_total", true, "Tasks that left a worker"),
    ("kafka_streams_thread_state_open_bytes", false, "State that is not committed"),
    ("kafka_streams_thread_state_open_bytes_max", false, "Above this the worker commits early"),
    ("kafka_streams_thread_state_committed_bytes", false, "State that is committed and in no checkpoint"),
    ("kafka_streams_thread_state_committed_bytes_max", false, "Above this the worker waits for the checkpoint writer"),
    ("kafka_streams_task_state", false, "1 for the state that the task is in"),
    ("kafka_streams_task_process_total", true, "Source records that the task took"),
    ("kafka_streams_task_dropped_records_total", true, "Records behind their window and its grace, or taken by no arm of a split"),
    ("kafka_streams_task_bad_records_total", true, "Records that the policy skipped or sent to the dead-letter topic"),
    ("kafka_streams_task_active_buffer_count", false, "Records that were fetched and not taken yet"),
    ("kafka_streams_task_input_buffer_bytes_total", false, "Their bytes"),
    ("kafka_streams_task_uncommitted_seconds", false, "For how long changes have waited for a commit"),
    ("kafka_streams_task_restore_remaining_records_total", false, "Offsets that a restore has still to read"),
    ("kafka_streams_task_restore_total", true, "Records that a restore has read back"),
    ("kafka_streams_task_state_bytes", false, "State in memory: open and committed, in no checkpoint"),
    ("kafka_streams_task_memory_only_bytes", false, "Keys and values of stores that are never on disk; nothing limits them"),
    ("kafka_streams_topic_records_lag", false, "Offsets between what is processed and what is there"),
    ("kafka_streams_processor_node_process_total", true, "Records that a node was handed"),
];

/// The text.
pub(super) fn text(snapshot: &Snapshot) -> String {
    // A recorder for one scrape: counters of a task that moved begin anew, and labels of what is gone are gone.
    let recorder = PrometheusBuilder::new().build_recorder();
    metrics::with_local_recorder(&recorder, || {
        METRICS.iter().for_each(|metric| describe(*metric));
        record(snapshot);
    });
    recorder.handle().render()
}
fn describe((name, grows, meaning): Described) {
    if grows {
        describe_counter!(name, meaning);
    } else {
        describe_gauge!(name, meaning);
    }
}
fn record(now: &Snapshot) {
    gauge!("kafka_streams_client_info", "application_id" => now.application_id.clone(), "version" => now.version).set(1.0);
    for state in ["CREATED", "REBALANCING", "RUNNING", "ERROR", "PENDING_SHUTDOWN", "NOT_RUNNING"] {
        gauge!("kafka_streams_client_state", "state" => state).set(f64::from(u8::from(state == now.state)));
    }
    let dead = |thread: &&ThreadNow| !thread.alive || thread.dead.is_some();
    let failed = now.threads.iter().filter(dead).count();
    gauge!("kafka_streams_client_alive_stream_threads").set((now.threads.len() - failed) as f64);
    gauge!("kafka_streams_client_failed_stream_threads").set(failed as f64);
    now.threads.iter().for_each(thread);
    now.tasks.iter().for_each(|t| task(now, t));
}
fn thread(now: &ThreadNow) {
    let label = [("thread_id", now.thread_id.clone())];
    let gauges = [
        ("kafka_streams_thread_poll_ratio", now.share.poll),
        ("kafka_streams_thread_process_ratio", now.share.process),
        ("kafka_streams_thread_commit_ratio", now.share.commit),
        ("kafka_streams_thread_state_open_bytes", now.open_bytes as f64),
        ("kafka_streams_thread_state_open_bytes_max", now.open_bytes_max as f64),
        ("kafka_streams_thread_state_committed_bytes", now.committed_bytes as f64),
        ("kafka_streams_thread_state_committed_bytes_max", now.state_bytes_max as f64),
    ];
    gauges.into_iter().for_each(|(name, value)| gauge!(name, &label).set(value));
    let counters = [
        ("kafka_streams_thread_poll_time_ms_total", now.poll_ms),
        ("kafka_streams_thread_process_time_ms_total", now.process_ms),
        ("kafka_streams_thread_commit_time_ms_total", now.commit_ms),
        ("kafka_streams_thread_process_total", now.committed_records),
        ("kafka_streams_thread_commit_total", now.commits),
        ("kafka_streams_thread_commit_latency_ms_total", now.commit_millis),
        ("kafka_streams_thread_abort_total", now.aborts),
        ("kafka_streams_thread_task_created_total", now.tasks_created),
        ("kafka_streams_thread_task_closed_total", now.tasks_closed),
    ];
    counters.into_iter().for_each(|(name, value)| counter!(name, &label).absolute(value));
}
fn task(snapshot: &Snapshot, now: &TaskNow) {
    let label = [("thread_id", now.thread_id.clone()), ("task_id", now.task_id.clone())];
    for state in ["OPENING", "RESTORING", "RUNNING", "FAILED"] {
        let [(_, thread_id), (_, task_id)] = label.clone();
        let is = f64::from(u8::from(state == now.state));
        gauge!("kafka_streams_task_state", "thread_id" => thread_id, "task_id" => task_id, "state" => state).set(is);
    }
    let restore = now.restore.as_ref();
    let gauges = [
        ("kafka_streams_task_active_buffer_count", now.sources.iter().map(|s| s.queued).sum::<usize>() as f64),
        ("kafka_streams_task_input_buffer_bytes_total", now.sources.iter().map(|s| s.queued_bytes).sum::<usize>() as f64),
        ("kafka_streams_task_uncommitted_seconds", now.uncommitted_ms.unwrap_or(0) as f64 / 1_000.0),
        ("kafka_streams_task_restore_remaining_records_total", restore.map_or(0, |r| r.remaining) as f64),
        ("kafka_streams_task_state_bytes", (now.open_bytes + now.committed_bytes) as f64),
        ("kafka_streams_task_memory_only_bytes", now.memory_bytes as f64),
    ];
    gauges.into_iter().for_each(|(name, value)| gauge!(name, &label).set(value));
    let counters = [
        ("kafka_streams_task_process_total", now.processed),
        ("kafka_streams_task_dropped_records_total", now.late + now.unmatched),
        ("kafka_streams_task_bad_records_total", now.bad),
        ("kafka_streams_task_restore_total", restore.map_or(0, |r| r.restored)),
    ];
    counters.into_iter().for_each(|(name, value)| counter!(name, &label).absolute(value));
    now.sources.iter().for_each(|source| lag(now, source));
    for (node, records) in &now.nodes {
        let name = snapshot.nodes.iter().find(|n| n.id == node.0).map_or_else(String::new, |n| n.label.clone());
        let [thread, task] = label.clone();
        let labels = [thread, task, ("processor_node_id", format!("{name}#{}", node.0))];
        counter!("kafka_streams_processor_node_process_total", &labels).absolute(*records);
    }
}
fn lag(task: &TaskNow, source: &SourceNow) {
    if let Some(lag) = source.lag {
        let labels = [
            ("thread_id", task.thread_id.clone()),
            ("task_id", task.task_id.clone()),
            ("topic", source.topic.clone()),
            ("partition", source.partition.to_string()),
        ];
        gauge!("kafka_streams_topic_records_lag", &labels).set(lag as f64);
    }
}
