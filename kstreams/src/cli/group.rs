//! `lag` and `owners`: how far the group is, and who has what.
#[cfg(feature = "kafka")]
use super::brokers::Brokers;
use super::said::{Failed, Said, table};
use crate::{Config, Topology};
#[cfg(feature = "kafka")]
use serde_json::json;
#[cfg(feature = "kafka")]
use std::collections::BTreeMap;

#[cfg(feature = "kafka")]
pub(super) fn lag(topology: &Topology, config: &Config) -> Result<Said, Failed> {
    let brokers = Brokers::connect(topology, config)?;
    let committed = brokers.committed()?;
    let (mut rows, mut json) = (vec![], vec![]);
    for (task, topic, partition) in brokers.sources() {
        let (first, end) = brokers.bounds(&topic, partition)?;
        let committed = committed.get(&(topic.clone(), partition)).copied();
        // What was deleted before anybody read it is not there to be read.
        let lag = end - committed.unwrap_or(first).clamp(first, end);
        rows.push(vec![task.clone(), format!("{topic}/{partition}"), offset(committed), end.to_string(), lag.to_string()]);
        json.push(json!({ "task": task, "topic": topic, "partition": partition, "committed": committed, "end": end, "lag": lag }));
    }
    Ok(Said::new(table(&["task", "partition", "committed", "end", "lag"], &rows), json!(json)))
}
#[cfg(feature = "kafka")]
pub(super) fn owners(topology: &Topology, config: &Config) -> Result<Said, Failed> {
    let brokers = Brokers::connect(topology, config)?;
    let (sources, committed) = (brokers.sources(), brokers.committed()?);
    let (mut rows, mut json) = (vec![], vec![]);
    for member in brokers.members()? {
        let mut tasks = vec![];
        let of_member = [member.name.clone(), member.host.clone(), member.endpoint.clone().unwrap_or_default()];
        let row = |cells: [String; 3]| of_member.iter().cloned().chain(cells).collect::<Vec<_>>();
        for task in member.tasks.iter().map(ToString::to_string) {
            let of_task = sources.iter().filter(|(id, ..)| *id == task);
            let at =
                of_task.map(|(_, topic, partition)| (format!("{topic}/{partition}"), committed.get(&(topic.clone(), *partition)).copied()));
            let at: BTreeMap<String, Option<i64>> = at.collect();
            rows.extend(at.iter().map(|(partition, at)| row([task.clone(), partition.clone(), offset(*at)])));
            tasks.push(json!({ "task": task, "committed": at }));
        }
        if tasks.is_empty() {
            rows.push(row(["none", "", ""].map(str::to_owned)));
        }
        json.push(json!({ "member": member.name, "endpoint": member.endpoint, "host": member.host, "tasks": tasks }));
    }
    let text = table(&["member", "host", "endpoint", "task", "partition", "committed"], &rows);
    Ok(Said::new(if rows.is_empty() { "the group has no members: nobody runs".to_owned() } else { text }, json!(json)))
}
/// Where nothing is committed yet there is no number.
#[cfg(feature = "kafka")]
pub(super) fn offset(committed: Option<i64>) -> String {
    committed.map_or("-".to_owned(), |offset| offset.to_string())
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
