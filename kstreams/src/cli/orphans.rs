//! `orphans`: internal topics and state folders that the topology does not own any more. It only looks.
use super::said::{Failed, Said};
use crate::{Config, Topology, plan::Deployment};
use serde_json::json;
use std::{collections::BTreeSet, fs, path::PathBuf};

pub(super) fn orphans(topology: &Topology, config: &Config) -> Result<Said, Failed> {
    let (topics, deployment) = topics(topology, config)?;
    let folders = folders(topology, config, &deployment);
    let json = json!({ "topics": topics, "folders": folders });
    let not_looked = if topics.is_none() { NOT_LOOKED } else { "" };
    let topics = topics.unwrap_or_default();
    let found = !topics.is_empty() || !folders.is_empty();
    let lines = topics.iter().map(|topic| format!("topic {topic}\n")).chain(folders.iter().map(|folder| format!("folder {folder}\n")));
    let text = if found { lines.collect::<String>() + &way_out(topology.id(), &topics) } else { "nothing is left over\n".to_owned() };
    Ok(Said::new(text + not_looked, json).finding(found))
}
const NOT_LOOKED: &str =
    "topics were not looked at: no brokers are named (--bootstrap-servers HOST:PORT), or the program lacks the feature `kafka`\n";

/// Nothing is deleted here: who else has such names is not known.
fn way_out(id: &str, topics: &[String]) -> String {
    let of_topics = format!(
        "A topic may be another application's whose id begins with `{id}-`; if not: kafka-topics --bootstrap-server HOST:PORT --delete --topic TOPIC\n"
    );
    let of_topics = if topics.is_empty() { "" } else { &of_topics };
    format!("When no instance of an older version runs any more, delete them.\n{of_topics}")
}
/// `None`: there is nobody to ask.
#[cfg(feature = "kafka")]
fn topics(topology: &Topology, config: &Config) -> Result<(Option<Vec<String>>, Deployment), Failed> {
    if !config.on_kafka() {
        return Ok((None, topology.plan().declared_deployment()));
    }
    let brokers = super::brokers::Brokers::connect(topology, config)?;
    let owned: BTreeSet<String> = brokers.deployment().topics.iter().map(|topic| topic.name.to_string()).collect();
    let left = brokers.internal_topics()?.into_iter().filter(|topic| !owned.contains(topic)).collect();
    Ok((Some(left), brokers.deployment().clone()))
}
#[cfg(not(feature = "kafka"))]
fn topics(topology: &Topology, _: &Config) -> Result<(Option<Vec<String>>, Deployment), Failed> {
    Ok((None, topology.plan().declared_deployment()))
}

/// Where this machine keeps an application's state.
pub(super) fn state_folder(topology: &Topology, config: &Config) -> PathBuf {
    config.state_dir.clone().unwrap_or_else(|| PathBuf::from("kstreams-state")).join(topology.id())
}
/// Folders of tasks in it.
pub(super) fn task_folders(topology: &Topology, config: &Config) -> Vec<(String, PathBuf)> {
    let entries = fs::read_dir(state_folder(topology, config)).into_iter().flatten().flatten();
    let named = entries.filter_map(|entry| Some((entry.file_name().into_string().ok()?, entry.path())));
    let mut folders: Vec<_> = named.filter(|(name, path)| is_task(name) && path.is_dir()).collect();
    folders.sort();
    folders
}
fn is_task(name: &str) -> bool {
    name.split_once('_').is_some_and(|(sub, partition)| [sub, partition].iter().all(|n| n.parse::<u32>().is_ok()))
}
fn folders(topology: &Topology, config: &Config, deployment: &Deployment) -> Vec<String> {
    let tasks: BTreeSet<String> = deployment.tasks().map(|task| task.to_string()).collect();
    let left = task_folders(topology, config).into_iter().filter(|(name, _)| !tasks.contains(name));
    left.map(|(_, path)| path.display().to_string()).collect()
}
