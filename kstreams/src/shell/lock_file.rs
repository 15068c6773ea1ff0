//! The file of a lock: what the generated test reads, compares with the topology, and writes.
use crate::{
    Result, Topology,
    lock::{Difference, Lock},
};
use std::{fs, io, path::Path};

impl Lock {
    /// Writes the lock file.
    ///
    /// # Errors
    /// If the file cannot be written.
    pub fn write(&self, path: impl AsRef<Path>) -> io::Result<()> {
        fs::write(path, self.to_string())
    }
}

/// Compares a topology with its lock file, or with `KSTREAMS_LOCK=write` writes it; the generated test calls it. `lock` is the file's text, `None` if
/// there was no file when the topology was compiled.
///
/// # Errors
/// Every difference, and the lock as it would be; that there is no file.
#[doc(hidden)]
pub fn check<Q>(topology: &Topology<Q>, lock: Option<&str>, path: &str) -> Result<()> {
    held(topology, lock, path, std::env::var_os("KSTREAMS_LOCK").is_some_and(|wish| wish == "write"))
}
fn held<Q>(topology: &Topology<Q>, lock: Option<&str>, path: &str, writes: bool) -> Result<()> {
    // It may have been written since; what is not there is not watched, so nothing was compiled again.
    let found = lock.map(str::to_owned).map_or_else(|| read(path), |text| Ok(Some(text)))?;
    let locked = found.as_deref().map(Lock::parse).transpose()?;
    match (locked, writes) {
        (Some(locked), false) => compared(topology, locked),
        (Some(locked), true) => Ok(locked.renew(Lock::of(topology)).map_err(|gone| list(&gone))?.write(path)?),
        (None, true) => Ok(Lock::of(topology).write(path).map_err(|e| format!("the lock {path} cannot be written: {e}"))?),
        (None, false) => Err(absent(topology.id(), path, "KSTREAMS_LOCK=write cargo test").into()),
    }
}
/// Of a topology with settings, which no test can make: its lock file is there, so that its start is guarded.
///
/// # Errors
/// That there is no file.
#[doc(hidden)]
pub fn is_there(id: &str, path: &str) -> Result<()> {
    match read(path)? {
        Some(text) => Ok(Lock::parse(&text).map(drop)?),
        None => Err(absent(id, path, &format!("cargo kstreams lock --file {path}")).into()),
    }
}
fn read(path: &str) -> Result<Option<String>> {
    match fs::read_to_string(path) {
        Ok(text) => Ok(Some(text)),
        Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(e) => Err(format!("the lock {path} cannot be read: {e}").into()),
    }
}
fn absent(id: &str, path: &str, command: &str) -> String {
    format!(
        "topology `{id}` names its lock, and there is no lock at {path}: nothing guards its state. Write it with `{command}` and commit it, or correct \
         the path"
    )
}
fn compared<Q>(topology: &Topology<Q>, locked: Lock) -> Result<()> {
    let now = Lock::of(topology);
    let differences = locked.compare(&now);
    if differences.is_empty() {
        return Ok(());
    }
    let now = Lock { forgotten: locked.forgotten, ..now };
    Err(format!(
        "topology `{}` differs from its lock:\n{}\nTo write it: KSTREAMS_LOCK=write cargo test. As it is now, its lock is\n{now}",
        topology.id(),
        list(&differences)
    )
    .into())
}
fn list(differences: &[Difference]) -> String {
    differences.iter().map(|d| format!("- {d}")).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::prelude::*;

    fn counting(store: &'static str) -> Topology {
        let b = Topology::builder("clicks");
        b.stream(named::<Space<String, 3>, u64>("clicks")).count(store).to(named::<Space<String, 3>, u64>("counts"));
        b.build(())
    }
    #[test]
    fn a_lock_that_is_not_there_is_told_with_the_way_out() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("clicks.lock").display().to_string();
        let told = check(&counting("n"), None, &path).unwrap_err().to_string();
        let text = format!("there is no lock at {path}: nothing guards its state. Write it with `KSTREAMS_LOCK=write cargo test`");
        assert!(told.contains(&text), "{told}");
        let told = is_there("clicks", &path).unwrap_err().to_string();
        assert!(told.contains(&format!("Write it with `cargo kstreams lock --file {path}`")), "{told}");
    }
    #[test]
    fn a_lock_that_came_since_is_compared() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("clicks.lock").display().to_string();
        Lock::of(&counting("n")).write(&path).unwrap();
        check(&counting("n"), None, &path).unwrap();
        is_there("clicks", &path).unwrap();
        let told = check(&counting("renamed"), None, &path).unwrap_err().to_string();
        assert!(told.contains("differs from its lock"), "{told}");
        held(&counting("n"), None, &folder.path().join("new.lock").display().to_string(), true).unwrap();
        assert_eq!(fs::read(folder.path().join("new.lock")).unwrap(), fs::read(&path).unwrap());
        assert!(check(&counting("n"), None, &folder.path().display().to_string()).unwrap_err().to_string().contains("cannot be read"));
    }
}
