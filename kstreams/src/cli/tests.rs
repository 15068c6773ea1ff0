//! The command line without brokers.
use super::*;
use crate::prelude::*;

fn cli() -> Cli {
    let builder = Topology::builder("counts");
    let words = builder.stream(named::<Space<String, 2>, String>("words"));
    words.count("per-word").to_stream().discard();
    Cli::new([builder.build(())])
}
fn answer(line: &str) -> CliAnswer {
    cli().answer(line.split(' ').map(str::to_owned).collect::<Vec<_>>())
}

#[test]
fn documents_are_printed_and_written() {
    assert!(answer("counts describe").text.starts_with("Topologies:"));
    let json: serde_json::Value = serde_json::from_str(&answer("counts --json describe").text).unwrap();
    assert_eq!(json["application_id"], "counts");
    let folder = tempfile::tempdir().unwrap();
    let written = answer(&format!("counts doc --format mermaid --out {}", folder.path().display()));
    assert_eq!(written.code, 0, "{}", written.text);
    assert!(std::fs::read_to_string(folder.path().join("counts.mmd")).unwrap().contains("flowchart"));
    let unknown = answer("counts doc --format word");
    assert!(unknown.code == 2 && unknown.text.contains("asyncapi"), "{}", unknown.text);
}

#[test]
fn a_lock_is_written_checked_and_names_are_dropped_only_on_purpose() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("counts.lock");
    let lock = |more: &str| answer(&format!("counts lock --file {}{more}", file.display()));
    assert_eq!(lock(" --check").code, 3);
    assert_eq!(lock("").code, 0);
    assert_eq!(lock(" --check").code, 0);
    let text = std::fs::read_to_string(&file).unwrap();
    let kept = text.lines().find(|line| line.starts_with("store per-word ")).unwrap();
    std::fs::write(&file, format!("{text}{}\n", kept.replacen("per-word", "old", 1))).unwrap();
    let (checked, refused) = (lock(" --check"), lock(""));
    assert!(checked.code == 3 && checked.text.contains("store `old`"), "{}", checked.text);
    assert!(refused.code == 1 && refused.text.contains("lock --forget NAME"), "{}", refused.text);
    assert_eq!(lock(" --forget old").code, 0);
    assert_eq!(lock(" --check").code, 0);
}

#[test]
fn what_is_not_understood_says_what_there_is() {
    assert_eq!(answer("counts frobnicate").code, 2);
    let other = answer("counts --topology sums describe");
    assert!(other.code == 2 && other.text.contains("there are: counts"), "{}", other.text);
    let reset = answer("counts reset");
    assert!(reset.code == 2 && reset.text.contains("--dry-run"), "{}", reset.text);
    let lag = answer("counts lag");
    assert!(lag.code == 2 && lag.text.contains("brokers"), "{}", lag.text);
    let help = answer("counts --help");
    assert!(help.code == 0 && help.text.contains("Exit codes: 0 done"), "{}", help.text);
    let failed: serde_json::Value = serde_json::from_str(&answer("counts --json lag").text).unwrap();
    assert!(failed["error"].is_string());
}

#[test]
fn state_folders_that_no_task_owns_are_orphans() {
    let folder = tempfile::tempdir().unwrap();
    for task in ["0_0", "0_1", "3_0"] {
        std::fs::create_dir_all(folder.path().join("counts").join(task)).unwrap();
    }
    let answer = cli().config(Config::new().state_dir(folder.path())).answer(["counts", "orphans"]);
    assert_eq!(answer.code, 3);
    assert!(answer.text.contains("3_0") && !answer.text.contains("0_1"), "{}", answer.text);
}

#[test]
fn completions_name_the_commands() {
    let script = answer("counts completions bash").text;
    assert!(script.contains("owners") && script.contains("counts"));
}
