//! Where an application's state is: in memory, or in its folder.
use super::AppError;
use crate::{
    Blueprint, Config,
    shell::{Databases, MemoryDatabases},
};
use kstreams_store::MemoryBackend;
use std::{path::PathBuf, sync::Arc};

/// Databases, and the process's name.
pub(super) struct State {
    pub(super) databases: Arc<dyn Databases>,
    pub(super) instance: String,
}

/// Opens the folder that the configuration names; without one, state on brokers goes to the default folder, and that of the embedded log, which
/// is gone with the process, stays in memory.
pub(super) fn open(blueprint: &Blueprint, config: &Config) -> Result<State, AppError> {
    let default = config.on_kafka().then(|| PathBuf::from("kstreams-state"));
    match config.state_dir.clone().or(default) {
        Some(folder) => on_disk(blueprint, config, folder),
        None => Ok(in_memory(config)),
    }
}
fn in_memory(config: &Config) -> State {
    let databases = MemoryDatabases::new(|| Arc::new(MemoryBackend::new()));
    State { databases: Arc::new(databases), instance: config.instance.clone().unwrap_or_else(|| "0".to_owned()) }
}
#[cfg(feature = "redb")]
fn on_disk(blueprint: &Blueprint, config: &Config, folder: PathBuf) -> Result<State, AppError> {
    let plan = blueprint.plan();
    let tasks = plan.declared_deployment().tasks().count().max(1);
    let folder = crate::shell::StateFolder::lock(&folder, &plan.id, config.cache_bytes / tasks).map_err(AppError::State)?;
    let instance = config.instance.clone().map_or_else(|| folder.instance(), Ok).map_err(AppError::State)?;
    Ok(State { databases: Arc::new(folder), instance })
}
#[cfg(not(feature = "redb"))]
fn on_disk(_: &Blueprint, config: &Config, folder: PathBuf) -> Result<State, AppError> {
    if config.state_dir.is_some() {
        return Err(AppError::Config(format!("state in {} needs the feature `redb` of the crate kstreams", folder.display())));
    }
    Ok(in_memory(config))
}
