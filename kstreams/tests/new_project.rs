//! `cargo kstreams new` makes a project that passes its test and shows something at the first try; `cargo kstreams` hands commands to its program,
//! and says what to write where there is none. The first run builds the dependencies anew; they stay in the target folder.
#![allow(clippy::unwrap_used, clippy::expect_used)]
use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Output},
};

const PROJECT: &str = "first-minute";

/// Outside of the workspace it would have to be fetched anew each time, or be left behind.
fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("new-project").join(name);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    folder
}
fn at(folder: &Path, program: &str) -> Command {
    let mut command = Command::new(program);
    command.current_dir(folder).env("CARGO_TARGET_DIR", Path::new(env!("CARGO_TARGET_TMPDIR")).join("new-project/target"));
    // Small and quick to build: nobody debugs it.
    command.env("CARGO_PROFILE_DEV_DEBUG", "0").env("CARGO_INCREMENTAL", "0").env("CARGO_NET_OFFLINE", "true");
    command.env_remove("KSTREAMS_BOOTSTRAP_SERVERS").env_remove("CARGO_ENCODED_RUSTFLAGS");
    command
}
fn output(command: &mut Command, arguments: &str) -> (i32, String) {
    let Output { status, stdout, stderr } = command.args(arguments.split(' ')).output().unwrap();
    (status.code().unwrap_or(-1), format!("{}{}", String::from_utf8_lossy(&stdout), String::from_utf8_lossy(&stderr)))
}
fn cargo(folder: &Path, arguments: &str) -> (i32, String) {
    output(&mut at(folder, env!("CARGO")), arguments)
}
/// As `cargo kstreams` calls it.
fn cargo_kstreams(folder: &Path, arguments: &str) -> (i32, String) {
    output(at(folder, env!("CARGO_BIN_EXE_cargo-kstreams")).arg("kstreams"), arguments)
}

#[test]
fn a_new_project_passes_its_test_and_shows_something() {
    let folder = folder("made");
    let (code, said) = cargo_kstreams(&folder, &format!("new {PROJECT}"));
    assert!(code == 0 && said.contains("--released") && said.contains("cargo run"), "{said}");
    let project = folder.join(PROJECT);
    // Versions that are on this machine, because the workspace uses them.
    assert!(project.join("Cargo.lock").exists());

    let (code, said) = cargo(&project, "test --offline");
    assert_eq!(code, 0, "{said}");
    assert!(said.contains("large_orders_add_up ... ok") && said.contains("spending::lock ... ok"), "{said}");
    assert!(!said.contains("warning"), "{said}");

    let (code, said) = cargo(&project, "run --offline --quiet");
    assert_eq!(code, 0, "{said}");
    let shown = include_str!("../../docs/guide/src/first-minute.md").split("```text\n").nth(1).and_then(|text| text.split("```").next());
    assert_eq!(Some(said.as_str()), shown, "the guide shows what comes out");

    hands_on(&project);
    forgets_what_the_program_does_not_name_any_more(&project);
    is_not_made_twice(&folder);
}
fn hands_on(project: &Path) {
    let (code, said) = cargo_kstreams(project, "describe --json");
    assert!(code == 0 && said.contains("\"application_id\": \"first-minute\""), "{said}");
    assert_eq!(cargo_kstreams(project, "lock --check").0, 0);
    let (code, said) = cargo_kstreams(&project.join("src"), "lock --check --file ../no.lock");
    assert!(code == 3 && said.contains("does not exist"), "exit codes are the program's: {code} {said}");
    let (code, said) = cargo_kstreams(project, "lag");
    assert!(code == 2 && said.contains("--features kafka"), "{said}");
    let (code, said) = cargo_kstreams(project, "lock --help");
    assert!(code == 0 && said.contains("--forget <NAME>"), "{said}");
}
/// The compiler says what to do; the program that would do it is not compiled.
fn forgets_what_the_program_does_not_name_any_more(project: &Path) {
    let source = project.join("src/lib.rs");
    let renamed = fs::read_to_string(&source).unwrap().replace("\"spent-per-user\"", "\"spent-per-name\"");
    fs::write(&source, renamed).unwrap();
    let (code, said) = cargo_kstreams(project, "lock");
    assert!(code == 101 && said.contains("`cargo kstreams lock --forget spent-per-user`"), "{said}");
    let (code, said) = cargo_kstreams(project, "lock --forget nobody");
    assert!(code == 101 && !said.contains("is forgotten"), "{said}");
    let before = fs::read_to_string(project.join("first-minute.lock")).unwrap();
    let (code, said) = cargo_kstreams(project, "lock --forget spent-per-user --dry-run");
    assert!(code == 0 && said.contains("first-minute-spent-per-user-changelog") && said.contains("nothing was written"), "{said}");
    assert_eq!(fs::read_to_string(project.join("first-minute.lock")).unwrap(), before);
    let (code, said) = cargo_kstreams(project, "lock --forget spent-per-user");
    assert!(code == 0 && said.contains("--delete --topic first-minute-spent-per-user-changelog"), "{said}");
    let lock = fs::read_to_string(project.join("first-minute.lock")).unwrap();
    assert!(lock.contains("\nstore spent-per-name ") && lock.contains("\nforgotten store spent-per-user "), "{lock}");
    assert_eq!(cargo_kstreams(project, "lock --check").0, 0);
}
fn is_not_made_twice(folder: &Path) {
    let (code, said) = cargo_kstreams(folder, &format!("new {PROJECT}"));
    assert!(code == 1 && said.contains("is there already"), "{said}");
    let (code, said) = cargo_kstreams(folder, "new fn");
    assert!(code == 1 && said.contains("my-shop"), "{said}");
}

#[test]
fn where_nothing_can_be_asked_it_says_what_to_write() {
    let elsewhere = tempfile::tempdir().unwrap();
    let (code, said) = cargo_kstreams(elsewhere.path(), "describe");
    assert!(code == 1 && said.contains("cargo kstreams new NAME"), "{said}");

    // A program of another kind is not started: it might do anything.
    let folder = elsewhere.path();
    fs::write(folder.join("Cargo.toml"), "[package]\nname = \"other\"\nedition = \"2024\"\n[workspace]\n").unwrap();
    fs::create_dir(folder.join("src")).unwrap();
    fs::write(folder.join("src/lib.rs"), "").unwrap();
    let (code, said) = cargo_kstreams(folder, "describe");
    assert!(code == 1 && said.contains("no program") && said.contains("kstreams::cli(["), "{said}");
    fs::write(folder.join("src/main.rs"), "fn main() { println!(\"started\") }").unwrap();
    let (code, said) = cargo_kstreams(folder, "describe");
    assert!(code == 1 && said.contains("not started") && said.contains("kstreams::cli(["), "{said}");
    assert!(!said.lines().any(|line| line == "started"), "{said}");
}

#[test]
fn help_lists_what_is_made_and_what_is_handed_on() {
    let (code, said) = cargo_kstreams(Path::new("."), "--help");
    assert!(code == 0 && said.contains("  new ") && said.contains("  lock ") && said.contains("Exit codes"), "{said}");
    let (code, said) = cargo_kstreams(Path::new("."), "frobnicate");
    assert!(code == 2 && said.contains("unrecognized subcommand"), "{said}");
}
