//! The guide's chapter of compile errors, made of the cases under `tests/ui/fail` and of the texts that are kept beside them.
use std::{
    fmt::Write,
    fs,
    path::{Path, PathBuf},
};

const OPENING: &str = "# Compile errors

<!-- Made by `GUIDE=overwrite cargo test -p kstreams-tests --test guide` from tests/ui/fail: change the cases, not this page. -->

Each mistake below is a file under `tests/ui/fail` that a test compiles, and the text is what rustc 1.95 says. Left out are the lines behind it that
say which trait is implemented for which type. `Orders`, `Users` and `Clicks` are topics of 3 partitions keyed by `UserName`, `Items` is one of
6 keyed by `ItemName`.
";

/// Sections, and words of the cases that belong there; the first that fits has the case.
const SECTIONS: &[(&str, &[&str])] = &[
    ("Processors", &["processor", "process", "emit_what", "open_a_store", "global_view"]),
    ("Joins and merges", &["cannot_join", "left_join", "key_join", "_merge_", "wait_for_a_table", "let_wait", "without_history"]),
    (
        "Aggregations and windows",
        &["aggregat", "count_after", "group", "window", "reduce", "cogroup", "emit_final", "suppress", "make_a_table"],
    ),
    ("Names and state", &["name_a_", "store", "rename"]),
    ("Keys and places", &["place", "repartition", "key", "spaces"]),
    ("Topics", &["topic", "write", "read"]),
    ("Values", &["record", "serde", "format", "clone", "event_time", "try_", "filter"]),
    ("The shape of a topology", &[""]),
];

/// The whole chapter.
pub fn chapter(cases: &Path) -> String {
    let mut sections: Vec<(&str, Vec<PathBuf>)> = SECTIONS.iter().map(|(title, _)| (*title, vec![])).collect();
    for case in files(cases) {
        sections[section(&stem(&case))].1.push(case);
    }
    let mut page = OPENING.to_owned();
    for (title, cases) in sections {
        _ = write!(page, "\n## {title}\n");
        cases.iter().for_each(|case| page.push_str(&told(case)));
    }
    page
}
fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
    let mut cases: Vec<PathBuf> = entries.filter(|path| path.extension().is_some_and(|extension| extension == "rs")).collect();
    cases.sort();
    cases
}
fn stem(case: &Path) -> String {
    case.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default()
}
fn section(stem: &str) -> usize {
    SECTIONS.iter().position(|(_, words)| words.iter().any(|word| stem.contains(word))).unwrap_or(0)
}
/// One case: its name as a heading, what it is about, its code, the text.
fn told(case: &Path) -> String {
    let read = |path: &Path| fs::read_to_string(path).unwrap_or_default();
    let (stem, source) = (stem(case), read(case));
    let about = source.lines().next().unwrap_or_default().trim_start_matches("//! ");
    let about = about.split(" (e").next().unwrap_or(about);
    let code = shown(&source);
    let text = shortened(&read(&case.with_extension("stderr")), &stem);
    format!("\n### {}\n\n{about}\n\n```rust,ignore\n{code}\n```\n\n```text\n{text}\n```\n", heading(&stem))
}
fn heading(stem: &str) -> String {
    let words = stem.replace('_', " ");
    let (first, rest) = words.split_at(words.chars().next().map_or(0, char::len_utf8));
    format!("{}{rest}", first.to_uppercase())
}
/// The case without what all cases have.
fn shown(source: &str) -> String {
    const EVERYWHERE: &[&str] =
        &["//!", "#[path = \"../shop.rs\"]", "mod shop;", "use kstreams::prelude::*;", "use shop::*;", "fn main() {}"];
    let lines = source.lines().filter(|line| !EVERYWHERE.iter().any(|everywhere| line.starts_with(everywhere)));
    lines.collect::<Vec<_>>().join("\n").trim().to_owned()
}
/// The errors with their places and hints, without what the compiler says of traits behind them.
fn shortened(text: &str, stem: &str) -> String {
    let (mut kept, mut keeps): (Vec<&str>, bool) = (vec![], true);
    for line in text.lines() {
        if line.starts_with("error") || line.starts_with("warning") {
            keeps = true;
        } else if line.trim_start().starts_with("= ") {
            keeps = !is_tail(line.trim_start());
        } else if line.starts_with("note: ") || line.starts_with("help: ") {
            keeps = line.contains("could `clone`");
        }
        if keeps {
            kept.push(line.trim_end());
        }
    }
    while kept.last().is_some_and(|line| line.is_empty() || line.trim() == "|") {
        kept.pop();
    }
    kept.join("\n").replace(&format!("fail/{stem}.rs"), "example.rs").replace("shop::", "").replace("kstreams::", "")
}
fn is_tail(line: &str) -> bool {
    const TAILS: &[&str] = &[
        "= help: the trait",
        "= help: the following",
        "= help: for that",
        "= note: required for",
        "= note: the full name",
        "= note: this error",
    ];
    TAILS.iter().any(|tail| line.starts_with(tail))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_keeps_its_hints_and_loses_its_tail() {
        let text = "error[E0277]: no\n --> fail/cannot_x.rs:9:1\n  |\n9 | x\n  | ^ here\n  |\n  = help: the trait `X` is not implemented\n  = note: write `y`\n\
                    note: required by a bound\n --> elsewhere\nerror: and\n --> fail/cannot_x.rs:2:1\n";
        let kept =
            "error[E0277]: no\n --> example.rs:9:1\n  |\n9 | x\n  | ^ here\n  |\n  = note: write `y`\nerror: and\n --> example.rs:2:1";
        assert_eq!(shortened(text, "cannot_x"), kept);
    }
    #[test]
    fn a_case_shows_what_is_its_own() {
        assert_eq!(shown("//! Why.\n#[path = \"../shop.rs\"]\nmod shop;\nuse shop::*;\n\nfn t() {}\n\nfn main() {}\n"), "fn t() {}");
        assert_eq!(heading("cannot_join_a_stream"), "Cannot join a stream");
    }
}
