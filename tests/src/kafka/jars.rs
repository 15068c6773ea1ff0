//! Class paths of Java programs: Maven resolves them from the `pom.xml` of a folder of `tests`, once a checkout.
use std::{
    env, fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

/// Why there is no broker on this machine; tests that need one are skipped then, or fail if `CI=true`.
pub(super) struct Missing(pub(super) String);

/// `tests/broker`: the pom and the broker's settings.
pub(super) fn settings_folder() -> PathBuf {
    folder("broker")
}
/// A folder of `tests`.
pub(super) fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(name)
}

/// The class path of a folder's pom, resolved again when that has changed.
pub(super) fn class_path(name: &str) -> Result<String, Missing> {
    for (tool, flag) in [("java", "-version"), ("mvn", "-version")] {
        there(tool, flag)?;
    }
    let pom = folder(name).join("pom.xml");
    let kept = kept_in(name)?;
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
fn kept_in(name: &str) -> Result<PathBuf, Missing> {
    let program = env::current_exe().map_err(|e| Missing(e.to_string()))?;
    let folder = program.parent().unwrap_or(Path::new("/")).join(name);
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
        return Err(Missing(format!("Maven could not resolve {}:\n{}", pom.display(), String::from_utf8_lossy(&ran.stdout))));
    }
    fs::rename(&own, to).map_err(|e| Missing(format!("{}: {e}", to.display())))
}
