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
    let (before, dry) = (std::fs::read_to_string(&file).unwrap(), lock(" --forget old --dry-run"));
    assert_eq!((dry.code, std::fs::read_to_string(&file).unwrap()), (0, before), "{}", dry.text);
    let forgotten = lock(" --forget old");
    assert_eq!((forgotten.code, dry.text.strip_prefix(&forgotten.text)), (0, Some("\nnothing was written: without --dry-run it is")));
    assert_eq!(lock(" --check").code, 0);
    assert_eq!(lock(" --dry-run").code, 2, "a dry run of nothing");
    let (again, never) = (lock(" --forget old"), lock(" --forget nobody"));
    assert!(again.code == 0 && again.text.contains("counts-old-changelog"), "{}", again.text);
    assert!(never.code == 1 && never.text.contains("holds no store"), "{}", never.text);
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
    assert!(answer.text.contains("3_0") && !answer.text.contains("0_1") && answer.text.contains("delete them"), "{}", answer.text);
    let nowhere = cli().config(Config::new().state_dir(folder.path().join("other"))).answer(["counts", "orphans"]);
    assert_eq!(nowhere.code, 0);
    assert!(nowhere.text.starts_with("nothing is left over\ntopics were not looked at: "), "{}", nowhere.text);
}

#[test]
fn completions_name_all_commands_in_every_shell() {
    for shell in ["bash", "zsh", "fish"] {
        let script = answer(&format!("counts completions {shell}")).text;
        commands().iter().for_each(|(name, _)| assert!(script.contains(name), "{shell}: {name}"));
        assert!(script.contains("forget") && script.contains("counts"), "{shell}");
        // A store's name is one of the topology that runs; a script that was made once would tell old ones.
        assert!(!script.contains("per-word"), "{shell}");
    }
}

#[test]
fn json_is_there_for_every_command_and_every_error() {
    let lines = ["describe", "doc", "lock --check", "orphans", "completions bash", "lag", "owners", "topics plan", "topics verify"];
    let wrong = [
        "reset",
        "reset --dry-run",
        "doc --format word",
        "store get per-word a --url http://127.0.0.1:1",
        "frobnicate",
        "--topology sums describe",
    ];
    for line in lines.iter().chain(&wrong) {
        let text = answer(&format!("counts --json {line}")).text;
        let said: serde_json::Value = serde_json::from_str(&text).unwrap_or_else(|e| panic!("{line}: {e}: {text}"));
        assert!(!wrong.contains(line) || said["error"].is_string(), "{line}: {text}");
    }
    assert!(answer("counts --json --help").text.contains("Usage"), "help is for people");
}

#[cfg(feature = "embedded")]
#[test]
fn without_brokers_a_folder_is_the_input_and_the_results_are_printed() {
    let folder = tempfile::tempdir().unwrap();
    let counts = || {
        let builder = Topology::builder("counts");
        builder.stream(named::<Space<String, 2>, String>("words")).count("per-word").to(named::<Space<String, 2>, u64>("counts"));
        builder.build(())
    };
    let run = |more: &str| {
        let line = format!("counts run --fixtures {}{more}", folder.path().display());
        Cli::new([counts()]).answer(line.split(' ').map(str::to_owned).collect::<Vec<_>>())
    };
    let nothing = run("");
    assert!(nothing.code == 2 && nothing.text.contains("words.jsonl"), "{}", nothing.text);

    let file = folder.path().join("words.jsonl");
    std::fs::write(&file, "{\"key\": \"tea\", \"value\": \"\", \"time\": 0}\n\n{\"key\": \"tea\", \"value\": \"\", \"time\": 1}\n")
        .unwrap();
    let ran = run("");
    assert!(ran.code == 0 && ran.text.contains("counts  tea  2      1970-01-01T00:00:00.001Z"), "{}", ran.text);
    let json: serde_json::Value = serde_json::from_str(&run(" --json").text).unwrap();
    assert_eq!(json["results"]["counts"][1], serde_json::json!({ "key": "tea", "value": 2, "time": 1 }));
    assert_eq!(json["loaded"]["words"], 2);

    std::fs::write(&file, "{\"key\": 7, \"value\": \"\"}").unwrap();
    let wrong = run("");
    assert!(wrong.code == 1 && wrong.text.contains("words.jsonl:1: key: `7` is no String"), "{}", wrong.text);
}
