//! Kafka Streams' own answers to random topologies, and whether ours are the same.
mod application;
mod build;
mod functions;
mod groups;
mod handle;
mod joins;
mod judge;
mod report;
mod scenario;
mod seen;
mod way;
mod windows;

pub use build::topology;
pub use judge::{judge, judge_application, judge_crash};
pub use report::{Kind, Report};
pub use scenario::{Node, Scenario, Step};
pub use way::Way;

use std::{
    fs, io,
    path::{Path, PathBuf},
};

/// The folder's kinds: names and scenarios, in order of the names.
///
/// # Errors
/// If a file cannot be read or holds something else than scenarios.
pub fn kinds(folder: &Path) -> io::Result<Vec<(String, Vec<Scenario>)>> {
    let mut files: Vec<PathBuf> = fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect::<io::Result<_>>()?;
    files.retain(|path| path.extension().is_some_and(|e| e == "jsonl"));
    files.sort();
    files.iter().map(|path| Ok((name(path), scenarios(path)?))).collect()
}
fn name(path: &Path) -> String {
    path.file_stem().unwrap_or_default().to_string_lossy().into_owned()
}
fn scenarios(path: &Path) -> io::Result<Vec<Scenario>> {
    let said = |line: usize, e: serde_json::Error| io::Error::other(format!("{}, line {}: {e}", path.display(), line + 1));
    let text = fs::read_to_string(path)?;
    text.lines().enumerate().map(|(i, line)| serde_json::from_str(line).map_err(|e| said(i, e))).collect()
}
