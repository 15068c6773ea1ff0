//! The broker's class path: Maven resolves it from `tests/broker/pom.xml`, once a checkout.
use std::{
    env, fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

/// Why there is no broker on this machine; tests that need one are skipped then, or fail if `CI=true`.
pub(super) struct Missing(pub(super) String);

/// `tests/broker`: the pom and the broker's settings.
pub(super) fn settings_folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("broker")
}

/// The class path, resolved again when the pom has changed.
pub(super) fn class_path() -> Result<String, Missing> {
    for (tool, flag) in [("java", "-version"), ("mvn", "-version")] {
        there(tool, flag)?;
    }
    let pom = settings_folder().join("pom.xml");
    let kept = kept_in()?;
    if !is_newer(&kept, &pom) {
        resolve(&pom, &kept)?;
    }
    fs::read_to_string(&kept).map_err(|e| Missing(format!("{}: {e}", kept.display())))
}
fn there(tool: &str, flag: &str) -> Result<(), Missing> {
    let ran = Command::new(tool).arg(flag).stdout(Stdio::null()).stderr(Stdio::null()).status();
    match ran {
        Ok(status) if status.success() => Ok(()),
        _ => Err(Missing(format!("`{tool}` is not installed; a real Kafka broker needs Java 17 and Maven"))),
    }
}
/// Beside the program that runs, so under the target folder.
fn kept_in() -> Result<PathBuf, Missing> {
    let program = env::current_exe().map_err(|e| Missing(e.to_string()))?;
    let folder = program.parent().unwrap_or(Path::new("/")).join("broker");
    fs::create_dir_all(&folder).map_err(|e| Missing(format!("{}: {e}", folder.display())))?;
    Ok(folder.join("class-path.txt"))
}
fn is_newer(file: &Path, than: &Path) -> bool {
    let changed = |path: &Path| fs::metadata(path).and_then(|m| m.modified()).ok();
    matches!((changed(file), changed(than)), (Some(file), Some(than)) if file > than)
}
/// Two test programs may resolve at once: each writes a file of its own and moves it into place.
fn resolve(pom: &Path, to: &Path) -> Result<(), Missing> {
    let own = to.with_extension(std::process::id().to_string());
    let output = format!("-Dmdep.outputFile={}", own.display());
    let mut maven = Command::new("mvn");
    maven.args(["--quiet", "--batch-mode", "dependency:build-classpath"]).arg(output).arg("--file").arg(pom);
    let ran = maven.output().map_err(|e| Missing(format!("mvn: {e}")))?;
    if !ran.status.success() {
        return Err(Missing(format!("Maven could not resolve the broker:\n{}", String::from_utf8_lossy(&ran.stdout))));
    }
    fs::rename(&own, to).map_err(|e| Missing(format!("{}: {e}", to.display())))
}
