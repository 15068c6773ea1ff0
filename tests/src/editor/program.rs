//! Where rust-analyzer is: what `KSTREAMS_RUST_ANALYZER` names, else the one of the `PATH`.
use std::{
    env,
    ffi::OsString,
    io::{self, Write},
    process::{Command, Stdio},
};

const SETTING: &str = "KSTREAMS_RUST_ANALYZER";
/// Who says so knows that the machine cannot have one.
const NONE: &str = "none";

/// `None`: there is none on this machine, and it has been said; with `CI=true` that is a failure.
pub(super) fn rust_analyzer_or_skip() -> Option<OsString> {
    let program = env::var_os(SETTING).unwrap_or_else(|| "rust-analyzer".into());
    if runs(&program) {
        return Some(program);
    }
    let reason = format!("`{}` does not run: `rustup component add rust-analyzer`, or name one in {SETTING}", program.display());
    let must = program != *NONE && env::var_os("CI").is_some_and(|ci| ci == "true");
    assert!(!must, "no rust-analyzer, and CI=true: {reason}");
    // Past the test's captured output: what was not looked at is said on every run.
    drop(writeln!(io::stderr(), "SKIPPED, there is no rust-analyzer: {reason}"));
    None
}
/// Being found is not enough: rustup puts a door for it on the `PATH` whether or not it is behind.
fn runs(program: &OsString) -> bool {
    let ran = Command::new(program).arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status();
    ran.is_ok_and(|status| status.success())
}
