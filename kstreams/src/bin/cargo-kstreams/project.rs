//! `new`: a folder with a project that runs at once.
use super::{
    args::New,
    checkout::{Source, version},
    name,
    template::{self, File, Named},
};
use std::{
    fs,
    path::{Path, PathBuf},
};

/// Makes it, and says what is there.
///
/// # Errors
/// The name is none, something of that name is there, or files cannot be written.
pub(super) fn new(asked: &New) -> Result<String, String> {
    let krate = name::crate_of(&asked.name)?;
    let source = Source::of(asked)?;
    let folder = PathBuf::from(&asked.name);
    if folder.exists() {
        return Err(format!("{} is there already: take another name, or another folder", folder.display()));
    }
    let named = Named { package: &asked.name, krate: &krate, kstreams: &source.dependency() };
    let mut files = template::files(&named);
    let around = workspace_around(&current()?);
    around.iter().for_each(|root| stand_alone(&mut files, root));
    files.iter().try_for_each(|file| write(&folder, &file.path, &file.text))?;
    source.lock().iter().try_for_each(|lock| write(&folder, "Cargo.lock", lock))?;
    Ok(said(asked, &files, &source, around.as_deref()))
}
fn current() -> Result<PathBuf, String> {
    std::env::current_dir().map_err(|e| format!("the current folder cannot be read: {e}"))
}
fn write(folder: &Path, path: &str, text: &str) -> Result<(), String> {
    let file = folder.join(path);
    let no = |e: std::io::Error| format!("{} cannot be written: {e}", file.display());
    fs::create_dir_all(file.parent().unwrap_or(folder)).map_err(no)?;
    fs::write(&file, text).map_err(no)
}
/// The workspace that the new folder would lie in.
fn workspace_around(folder: &Path) -> Option<PathBuf> {
    let manifests = folder.ancestors().map(|folder| folder.join("Cargo.toml"));
    let is_workspace =
        |manifest: &PathBuf| fs::read_to_string(manifest).is_ok_and(|text| text.lines().any(|line| line.trim() == "[workspace]"));
    manifests.into_iter().find(is_workspace)
}
/// Cargo refuses a package in the folder of a workspace that does not name it.
fn stand_alone(files: &mut [File], root: &Path) {
    let own = format!(
        "# A workspace of its own. To join that of {}: name it in its `members`, and drop these lines.\n[workspace]\n\n",
        root.display()
    );
    files.iter_mut().filter(|file| file.path == "Cargo.toml").for_each(|file| file.text.insert_str(0, &own));
}

fn said(asked: &New, files: &[File], source: &Source, around: Option<&Path>) -> String {
    let name = &asked.name;
    let shown = files.iter().filter(|file| !file.says.is_empty());
    let width = files.iter().map(|file| file.path.len()).max().unwrap_or(0);
    let list: String = shown.map(|file| format!("  {:width$}  {}\n", file.path, file.says)).collect();
    let joined = around.map(|root| format!("It is a workspace of its own, inside that of {}.\n", root.display())).unwrap_or_default();
    format!(
        "{name} is made:\n{list}\n{}{joined}\nNext:\n  cd {name}\n  cargo run     # fixtures/orders.jsonl through the topology: no broker\n  \
         cargo test    # the same topology, crash included\nThe rest is in {name}/README.md.",
        depends(source)
    )
}
fn depends(source: &Source) -> String {
    match source {
        Source::Released => format!("It depends on kstreams {}.\n", version()),
        Source::Checkout { folder, by_default } => {
            let why = if *by_default { ", which this command was built from (`--released`: on the released version)" } else { "" };
            format!("It depends on the checkout {}{why}.\n", folder.display())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_workspace_around_is_seen() {
        let folder = tempfile::tempdir().unwrap();
        let inside = folder.path().join("a/b");
        fs::create_dir_all(&inside).unwrap();
        fs::write(folder.path().join("a/Cargo.toml"), "[package]\nname = \"a\"\n").unwrap();
        assert_eq!(workspace_around(&inside), None);
        fs::write(folder.path().join("Cargo.toml"), "[workspace]\nmembers = [\"a\"]\n").unwrap();
        assert_eq!(workspace_around(&inside), Some(folder.path().join("Cargo.toml")));
    }
}
