//! The package whose program is meant: there has to be one before Cargo is asked to run it.
use super::args::Which;
use serde::Deserialize;
use std::{
    path::{Path, PathBuf},
    process::Command,
};

/// What to write into a program that is to understand the commands.
pub(super) const WRITE: &str = "\
    // src/main.rs
    fn main() -> std::process::ExitCode {
        kstreams::cli([my_topology::topology()])
    }

    # Cargo.toml
    [dependencies]
    kstreams = { version = \"{{version}}\", features = [\"cli\"] }";

/// As `cargo metadata` tells it.
#[derive(Deserialize)]
struct Metadata {
    packages: Vec<Package>,
    #[serde(default)]
    workspace_default_members: Vec<String>,
}
#[derive(Deserialize)]
struct Package {
    id: String,
    name: String,
    manifest_path: PathBuf,
    targets: Vec<Target>,
}
#[derive(Deserialize)]
struct Target {
    kind: Vec<String>,
}
impl Package {
    fn has_program(&self) -> bool {
        self.targets.iter().any(|target| target.kind.iter().any(|kind| kind == "bin"))
    }
}

/// # Errors
/// There is no package, or it has no program; and what to write.
pub(super) fn check(cargo: &Which) -> Result<(), String> {
    let manifest = match &cargo.manifest_path {
        Some(path) => path.clone(),
        None => nearest()?,
    };
    // What Cargo cannot read it says itself when it is asked to run.
    let Some(metadata) = metadata(&manifest).filter(|_| cargo.example.is_none()) else { return Ok(()) };
    let meant = meant(&metadata, &manifest, cargo.package.as_deref());
    if meant.is_empty() || meant.iter().any(|package| package.has_program()) {
        return Ok(());
    }
    let names: Vec<&str> = meant.iter().map(|package| package.name.as_str()).collect();
    Err(format!(
        "{} has no program that could be asked. Give it one, or name the package that has it (`-p NAME`):\n\n{}",
        names.join(", "),
        write()
    ))
}
/// The text, with this version.
pub(super) fn write() -> String {
    WRITE.replace("{{version}}", &super::checkout::version())
}
fn nearest() -> Result<PathBuf, String> {
    let here = std::env::current_dir().map_err(|e| format!("the current folder cannot be read: {e}"))?;
    let found = here.ancestors().map(|folder| folder.join("Cargo.toml")).find(|manifest| manifest.is_file());
    found.ok_or_else(|| {
        format!("no package in {} or above it: go to the folder of one, name its Cargo.toml (`--manifest-path`), or make one: `cargo kstreams new NAME`", here.display())
    })
}
fn metadata(manifest: &Path) -> Option<Metadata> {
    let mut ask = Command::new(super::forward::cargo());
    ask.args(["metadata", "--no-deps", "--format-version", "1", "--manifest-path"]).arg(manifest);
    let answer = ask.output().ok().filter(|answer| answer.status.success())?;
    serde_json::from_slice(&answer.stdout).ok()
}
/// As `cargo run` chooses: what is named, else the package of the manifest, else what the workspace says.
fn meant<'a>(metadata: &'a Metadata, manifest: &Path, named: Option<&str>) -> Vec<&'a Package> {
    let manifest = manifest.canonicalize().unwrap_or_else(|_| manifest.to_path_buf());
    let at = |package: &Package| package.manifest_path.canonicalize().is_ok_and(|path| path == manifest);
    let all = || metadata.packages.iter();
    match named {
        Some(name) => all().filter(|package| package.name == name).collect(),
        None if all().any(at) => all().filter(|package| at(package)).collect(),
        None => all().filter(|package| metadata.workspace_default_members.contains(&package.id)).collect(),
    }
}
