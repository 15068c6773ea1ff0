//! `lock`: the file that guards the names that outlive a deployment.
use super::{
    args,
    said::{Failed, Said},
};
use crate::{
    Topology,
    lock::{Difference, Lock},
};
use serde_json::{Value, json};
use std::{
    fs, io,
    path::{Path, PathBuf},
};

pub(super) fn lock(topology: &Topology, options: &args::Lock) -> Result<Said, Failed> {
    let file = options.file.clone().unwrap_or_else(|| PathBuf::from(format!("{}.lock", topology.id())));
    let (locked, now) = (read(&file)?, Lock::of(topology));
    if options.check {
        return Ok(check(&file, locked, &now));
    }
    let mut locked = locked.unwrap_or_else(|| now.clone());
    let forgotten = match &options.forget {
        Some(name) => {
            let forgotten = locked.forget(name);
            Some(forgotten.ok_or_else(|| Failed::new(format!("{} holds no store and no repartition `{name}`", file.display())))?)
        }
        None => None,
    };
    let renewed = locked.renew(now).map_err(|left| {
        let lines: Vec<String> = left.iter().map(ToString::to_string).collect();
        Failed::new(format!("{}\nDrop each on purpose with `lock --forget NAME`", lines.join("\n")))
    })?;
    if !options.dry_run {
        write(&renewed, &file)?;
    }
    let text = format!("{}: {} names", file.display(), renewed.entries.len());
    let text = forgotten.iter().fold(text, |text, forgotten| format!("{text}\n{forgotten}"));
    let text = if options.dry_run { format!("{text}\n{NOT_WRITTEN}") } else { text };
    let (topic, done) = (forgotten.and_then(|forgotten| forgotten.topic), !options.dry_run);
    Ok(Said::new(text, json!({ "file": file.display().to_string(), "names": renewed.entries.len(), "left_over": topic, "done": done })))
}
const NOT_WRITTEN: &str = "nothing was written: without --dry-run it is";

fn write(lock: &Lock, file: &Path) -> Result<(), String> {
    lock.write(file).map_err(|e| format!("{} cannot be written: {e}", file.display()))
}
fn read(file: &Path) -> Result<Option<Lock>, Failed> {
    match fs::read_to_string(file) {
        Ok(text) => Lock::parse(&text).map(Some).map_err(|e| Failed::new(format!("{}: {e}", file.display()))),
        Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(e) => Err(Failed::new(format!("{} cannot be read: {e}", file.display()))),
    }
}
/// `lock --forget` of a program that is not compiled because its lock holds the name: the lock is written without the program.
#[derive(Debug)]
pub struct Forgetting {
    /// The name to be given up.
    pub name: String,
    /// Nothing is to be written.
    pub dry_run: bool,
    file: Option<PathBuf>,
    application: Option<String>,
}
impl Forgetting {
    /// `None`: something else is asked for.
    pub(super) fn asked(args: args::Args) -> Option<Forgetting> {
        let Some(args::Command::Lock(args::Lock { forget: Some(name), dry_run, file, .. })) = args.command else { return None };
        Some(Forgetting { name, dry_run, file, application: args.topology })
    }
    /// Writes the lock that is named, else the one of this folder that holds the name, unless it is a dry run; answers what can then be deleted.
    ///
    /// # Errors
    /// No lock holds the name, or several do.
    pub fn forget(&self) -> Result<String, String> {
        let mut holding: Vec<(PathBuf, Lock)> = self.files().into_iter().filter_map(|file| self.holds(file)).collect();
        let (Some((file, mut lock)), true) = (holding.pop(), holding.is_empty()) else {
            return Err(format!("which lock is to forget `{}`? Name it: --file FILE", self.name));
        };
        let forgotten = lock.forget(&self.name).map(|forgotten| forgotten.to_string()).unwrap_or_default();
        if self.dry_run {
            return Ok(format!("{}: {forgotten}\n{NOT_WRITTEN}", file.display()));
        }
        write(&lock, &file)?;
        Ok(format!("{}: {forgotten}", file.display()))
    }
    fn files(&self) -> Vec<PathBuf> {
        let locks = || fs::read_dir(".").into_iter().flatten().flatten().map(|entry| PathBuf::from(entry.file_name()));
        let locks = || locks().filter(|file| file.extension().is_some_and(|extension| extension == "lock")).collect();
        self.file.clone().map_or_else(locks, |file| vec![file])
    }
    /// Cargo's lock is no lock in this sense.
    fn holds(&self, file: PathBuf) -> Option<(PathBuf, Lock)> {
        let lock = Lock::parse(&fs::read_to_string(&file).ok()?).ok()?;
        let meant = self.application.as_ref().is_none_or(|id| *id == lock.application);
        (meant && lock.clone().forget(&self.name).is_some()).then_some((file, lock))
    }
}
fn check(file: &Path, locked: Option<Lock>, now: &Lock) -> Said {
    let Some(locked) = locked else {
        let text = format!("{} does not exist: write it with `lock`", file.display());
        return Said::new(text, json!({ "file": file.display().to_string(), "exists": false })).finding(true);
    };
    let differences = locked.compare(now);
    let lines: Vec<String> = differences.iter().map(ToString::to_string).collect();
    let text = if lines.is_empty() { format!("{} is true", file.display()) } else { lines.join("\n") };
    let json = json!({ "file": file.display().to_string(), "differences": differences.iter().map(shown).collect::<Vec<_>>() });
    Said::new(text, json).finding(!differences.is_empty())
}
fn shown(difference: &Difference) -> Value {
    let effect = &difference.effect;
    json!({
        "kind": difference.kind.map(|kind| kind.to_string()),
        "name": difference.name,
        "text": difference.to_string(),
        "rolls": effect.rolls,
        "state": effect.state.to_string(),
        "left_over": effect.leaves,
        "refused": effect.refused,
    })
}
