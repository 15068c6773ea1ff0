//! `lag` and `owners`: how far the group is, and who has what.
use super::said::{Failed, Said, table};
use crate::{Config, Topology};
#[cfg(feature = "kafka")]
use serde_json::json;

#[cfg(feature = "kafka")]
pub(super) fn lag(topology: &Topology, config: &Config) -> Result<Said, Failed> {
    let brokers = super::brokers::Brokers::connect(topology, config)?;
    let mut rows = vec![];
    for (task, topic, partition) in brokers.sources() {
        let (_, end) = brokers.bounds(&topic, partition)?;
        let committed = brokers.committed(&topic, partition)?;
        rows.push((task, topic, partition, committed, end, end - committed.unwrap_or(0).min(end)));
    }
    let json = rows.iter().map(|(task, topic, partition, committed, end, lag)| {
        json!({ "task": task, "topic": topic, "partition": partition, "committed": committed, "end": end, "lag": lag })
    });
    let json: Vec<_> = json.collect();
    let text = rows.iter().map(|(task, topic, partition, committed, end, lag)| {
        vec![
            task.clone(),
            format!("{topic}/{partition}"),
            committed.map_or("-".into(), |c| c.to_string()),
            end.to_string(),
            lag.to_string(),
        ]
    });
    Ok(Said::new(table(&["task", "partition", "committed", "end", "lag"], &text.collect::<Vec<_>>()), json!(json)))
}
#[cfg(feature = "kafka")]
pub(super) fn owners(topology: &Topology, config: &Config) -> Result<Said, Failed> {
    let brokers = super::brokers::Brokers::connect(topology, config)?;
    let mut rows = vec![];
    for member in brokers.members()? {
        let positions = |task: &crate::plan::TaskId| {
            let of = brokers.sources().into_iter().filter(|(id, ..)| *id == task.to_string());
            let at = |(_, topic, partition): (String, String, u32)| {
                let offset = brokers.committed(&topic, partition).ok().flatten();
                (format!("{topic}/{partition}"), offset)
            };
            of.map(at).collect::<Vec<_>>()
        };
        let tasks: Vec<_> = member.tasks.iter().map(|task| (task.to_string(), positions(task))).collect();
        rows.push((member, tasks));
    }
    let json: Vec<_> = rows
        .iter()
        .map(|(member, tasks)| {
            let tasks: Vec<_> = tasks
                .iter()
                .map(|(task, at)| json!({ "task": task, "committed": at.iter().cloned().collect::<std::collections::BTreeMap<_, _>>() }))
                .collect();
            json!({ "member": member.name, "endpoint": member.endpoint, "host": member.host, "tasks": tasks })
        })
        .collect();
    let text: Vec<Vec<String>> = rows
        .iter()
        .map(|(member, tasks)| {
            let names: Vec<&str> = tasks.iter().map(|(task, _)| task.as_str()).collect();
            vec![member.name.clone(), member.host.clone(), member.endpoint.clone().unwrap_or_default(), names.join(" ")]
        })
        .collect();
    Ok(Said::new(table(&["member", "host", "endpoint", "tasks"], &text), json!(json)))
}
#[cfg(not(feature = "kafka"))]
pub(super) fn lag(_: &Topology, _: &Config) -> Result<Said, Failed> {
    let _ = table;
    Err(needs_kafka())
}
#[cfg(not(feature = "kafka"))]
pub(super) fn owners(_: &Topology, _: &Config) -> Result<Said, Failed> {
    Err(needs_kafka())
}
/// The embedded log is gone with its process: there is nothing to look at from another one.
#[cfg(not(feature = "kafka"))]
pub(super) fn needs_kafka() -> Failed {
    Failed::usage(
        "this looks at brokers: build the program with the feature `kafka` of the crate kstreams (`cargo run --features kafka -- ..`)",
    )
}
