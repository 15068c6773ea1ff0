//! Compile errors that a person can act on: the cases of `fail` with the texts they give, and of `pass` what must compile.
//!
//! A text is pinned to one release of rustc. After a change: `TRYBUILD=overwrite cargo test -p kstreams-ui`,
//! then read every text that changed as if the mistake were yours.
#![allow(clippy::unwrap_used, clippy::expect_used)]
use std::{
    fs,
    io::Write,
    path::{Path, PathBuf},
    process::Command,
};

/// The release whose texts are in `fail`.
const PINNED: &str = "rustc 1.95.";
/// More than this is not read.
const LINES_MAX: usize = 25;
const CASES_MIN: usize = 30;

#[test]
fn mistakes_get_their_text_and_the_rest_compiles() {
    place_lock();
    let cases = trybuild::TestCases::new();
    cases.pass("pass/*.rs");
    if pinned() {
        cases.compile_fail("fail/*.rs");
    }
}

#[test]
fn every_text_fits_on_a_screen() {
    for text in files("fail", "stderr") {
        let lines = read(&text).lines().count();
        assert!(lines <= LINES_MAX, "{}: {lines} lines, at most {LINES_MAX}", text.display());
    }
}

#[test]
fn every_text_speaks_of_the_case_first() {
    for case in files("fail", "rs") {
        let text = read(&case.with_extension("stderr"));
        let place = text.lines().find(|l| l.trim_start().starts_with("-->")).unwrap_or_default();
        let name = case.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
        assert!(place.contains(&name), "{}: the first place named is `{place}`", case.display());
    }
}

#[test]
fn every_case_has_a_text_and_every_text_a_case() {
    let cases = files("fail", "rs");
    assert!(cases.len() >= CASES_MIN, "{} cases", cases.len());
    for case in &cases {
        assert!(case.with_extension("stderr").exists(), "{} has no text", case.display());
    }
    for text in files("fail", "stderr") {
        assert!(text.with_extension("rs").exists(), "{} has no case", text.display());
    }
}

/// Whether this is the compiler whose texts are kept; another one checks only what must compile.
fn pinned() -> bool {
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let version =
        Command::new(rustc).arg("--version").output().map(|o| String::from_utf8_lossy(&o.stdout).into_owned()).unwrap_or_default();
    let pinned = version.starts_with(PINNED);
    if !pinned {
        // Not `eprintln!`, which is kept back for tests that pass.
        let _ = writeln!(std::io::stderr(), "SKIPPED: the texts of fail are those of {PINNED}x, this is {version}");
    }
    pinned
}

/// A lock is found beside the manifest, and trybuild makes a manifest of its own.
fn place_lock() {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap();
    let package = target.join("tests").join("trybuild").join(env!("CARGO_PKG_NAME"));
    fs::create_dir_all(&package).unwrap();
    fs::copy(root().join("order-totals.lock"), package.join("order-totals.lock")).unwrap();
}

fn files(folder: &str, extension: &str) -> Vec<PathBuf> {
    let all = fs::read_dir(root().join(folder)).unwrap().map(|entry| entry.unwrap().path());
    all.filter(|path| path.extension().is_some_and(|e| e == extension)).collect()
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap()
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}
