//! Handing a command to the program. Cargo builds the program and starts, as its runner, this one again, which looks whether the program takes
//! commands of kstreams at all: one that does not would simply begin to run, for instance as a member of its group. On Unix each step takes the place
//! of the one before, so that signals and the exit code are the program's.
use super::{args::Which, package};
use std::{
    ffi::OsString,
    fs,
    path::Path,
    process::{Command, ExitCode},
};

/// The first argument of the runner.
pub(super) const HANDED: &str = "--handed-by-cargo";

/// Has Cargo build the program of the current package, and hands it the arguments.
///
/// # Errors
/// There is no such program.
pub(super) fn run(which: &Which, arguments: &[OsString]) -> Result<ExitCode, String> {
    package::check(which)?;
    if forget_first(which, arguments)? {
        return Ok(ExitCode::SUCCESS);
    }
    let here = std::env::current_exe().map_err(|e| format!("this program does not find itself: {e}"))?;
    let mut run = Command::new(cargo());
    run.args(["run", "--quiet", "--config"]).arg(runner(&here)).args(which.options()).arg("--").args(arguments);
    become_it(run)
}
/// A program is not compiled while its lock holds a name that it does not write any more; so it cannot be asked to drop the name, and the compiler is
/// believed. Whether that was all: behind a dry run the program is compiled no more than before.
fn forget_first(which: &Which, arguments: &[OsString]) -> Result<bool, String> {
    let Some(forgetting) = kstreams::__private::forgetting(arguments) else { return Ok(false) };
    let mut build = Command::new(cargo());
    build.args(["build", "--quiet", "--color", "never"]).args(which.options());
    let built = build.output().map_err(|e| format!("Cargo does not start: {e}"))?;
    if String::from_utf8_lossy(&built.stderr).contains(&format!("`cargo kstreams lock --forget {}`", forgetting.name)) {
        eprintln!("{}", forgetting.forget()?);
        return Ok(forgetting.dry_run);
    }
    Ok(false)
}
/// Cargo, the one that called.
pub(super) fn cargo() -> OsString {
    std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into())
}
fn runner(here: &Path) -> String {
    // Of any platform; quoted as TOML has it.
    let here = here.display().to_string().replace('\\', "\\\\").replace('"', "\\\"");
    format!("target.'cfg(all())'.runner = [\"{here}\", \"{HANDED}\"]")
}
/// Cargo's runner: the program's path, and its arguments.
///
/// # Errors
/// The program has no command line of kstreams.
pub(super) fn hand(command: &[OsString]) -> Result<ExitCode, String> {
    let [program, arguments @ ..] = command else { return Err("Cargo named no program".to_owned()) };
    let bytes = fs::read(program).map_err(|e| format!("{} cannot be read: {e}", Path::new(program).display()))?;
    if memchr::memmem::find(&bytes, kstreams::__private::MARK.as_bytes()).is_none() {
        let name = Path::new(program).file_stem().unwrap_or(program).display().to_string();
        return Err(format!(
            "`{name}` was built, but not started: it has no command line of kstreams. One line makes it:\n\n{}",
            package::write()
        ));
    }
    let mut run = Command::new(program);
    run.args(arguments);
    become_it(run)
}
#[cfg(unix)]
fn become_it(mut command: Command) -> Result<ExitCode, String> {
    use std::os::unix::process::CommandExt;
    let error = command.exec();
    Err(format!("{} does not start: {error}", command.get_program().display()))
}
#[cfg(not(unix))]
fn become_it(mut command: Command) -> Result<ExitCode, String> {
    let status = command.status().map_err(|e| format!("{} does not start: {e}", command.get_program().display()))?;
    Ok(status.code().and_then(|code| u8::try_from(code).ok()).map_or(ExitCode::FAILURE, ExitCode::from))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_runner_is_quoted_as_toml_has_it() {
        assert_eq!(
            runner(Path::new(r#"C:\a "b"\cargo-kstreams"#)),
            r#"target.'cfg(all())'.runner = ["C:\\a \"b\"\\cargo-kstreams", "--handed-by-cargo"]"#
        );
    }
}
