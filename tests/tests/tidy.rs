//! The house rules that no compiler holds: walls between rooms, file openings, sizes, names. Every broken rule is listed, with file and line.
#![allow(clippy::unwrap_used, clippy::expect_used)]
use std::{
    fs,
    path::{Path, PathBuf},
};

/// Files under a folder must not name something.
struct Wall {
    rooms: &'static [&'static str],
    never_name: &'static [&'static str],
    why: &'static str,
}

const CORE: &[&str] = &[
    "kstreams/src/codec",
    "kstreams/src/dsl",
    "kstreams/src/lock",
    "kstreams/src/op",
    "kstreams/src/partition.rs",
    "kstreams/src/plan",
    "kstreams/src/record",
    "kstreams/src/space.rs",
    "kstreams/src/state",
    "kstreams/src/task",
    "kstreams/src/topology.rs",
    "kstreams/src/worker",
];

const WALLS: &[Wall] = &[
    Wall {
        rooms: CORE,
        never_name: &[
            "rdkafka",
            "tokio",
            "redb::",
            "std::thread",
            "thread::spawn",
            "std::net",
            "std::fs",
            "std::env",
            "std::process",
            "Instant",
            "SystemTime",
            "rand::",
            "RandomState",
        ],
        why: "the core is handed bytes and time and asks the world for nothing (ARCHITECTURE.md, invariant 1)",
    },
    Wall {
        rooms: CORE,
        never_name: &["crate::shell", "crate::app", "crate::config"],
        why: "shells stand on the core, never the other way",
    },
    Wall {
        rooms: &["kstreams/src/codec", "kstreams/src/record", "kstreams/src/partition.rs", "kstreams/src/space.rs"],
        never_name: &["crate::state", "crate::op", "crate::dsl", "crate::plan", "crate::task", "crate::worker", "crate::topology"],
        why: "the vocabulary knows nothing of what is built with it",
    },
    Wall {
        rooms: &["kstreams/src/state", "kstreams/src/op", "kstreams/src/dsl", "kstreams/src/plan"],
        never_name: &["crate::worker"],
        why: "operators and state serve any worker",
    },
    Wall {
        rooms: &["kstreams/src/document", "kstreams/src/lock"],
        never_name: &["rdkafka", "tokio", "crate::shell", "crate::app", "crate::config", "crate::worker", "crate::task"],
        why: "documents and locks are made of the plan alone, so that they need no broker",
    },
    Wall {
        rooms: &["kstreams-store/src"],
        never_name: &["kstreams::", "serde", "rdkafka", "tokio"],
        why: "stores hold bytes; they know neither records nor topics",
    },
    Wall { rooms: &["kstreams-macros/src"], never_name: &["use kstreams"], why: "macros emit paths and call nothing" },
];

/// Names that say nothing about what a file holds.
const EMPTY_NAMES: &[&str] = &["util", "utils", "helper", "helpers", "manager", "common", "misc"];
const LINES_MAX: usize = 800;

#[test]
fn the_house_is_tidy() {
    let house = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let mut broken = vec![];
    for file in sources(house) {
        let text = fs::read_to_string(house.join(&file)).unwrap();
        broken.extend(opening(&file, &text));
        broken.extend(size(&file, &text));
        broken.extend(name(&file));
        broken.extend(walls(&file, &text));
    }
    assert!(broken.is_empty(), "{} rules are broken:\n{}", broken.len(), broken.join("\n"));
}

/// A rule that finds nothing anywhere may have stopped looking.
#[test]
fn the_rules_find_what_they_are_for() {
    let core = Path::new("kstreams/src/worker/engine.rs");
    assert_eq!(walls(core, "//! x\nuse std::thread;\nlet now = Instant::now();").len(), 2);
    assert!(walls(core, "//! Instant\n// Instant\nlet x = 1; // Instant\n").is_empty());
    assert!(opening(core, "use x;").is_some());
    assert!(size(core, &"\n".repeat(LINES_MAX + 1)).is_some());
    assert!(name(Path::new("kstreams/src/util/mod.rs")).is_some());
    let house = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    assert!(sources(house).len() > 200);
    for wall in WALLS {
        wall.rooms.iter().for_each(|room| assert!(house.join(room).exists(), "the room {room} has moved: tell the wall"));
    }
}

fn opening(file: &Path, text: &str) -> Option<String> {
    let first = text.lines().next().unwrap_or("");
    (!first.starts_with("//! ")).then(|| format!("{}:1: opens without a `//!` sentence that says what the file is", file.display()))
}
fn size(file: &Path, text: &str) -> Option<String> {
    let lines = text.lines().count();
    (lines > LINES_MAX).then(|| format!("{}: {lines} lines; more than {LINES_MAX} are two files", file.display()))
}
fn name(file: &Path) -> Option<String> {
    let parts = file.iter().filter_map(|p| Path::new(p).file_stem()?.to_str());
    let empty = parts.into_iter().find(|p| EMPTY_NAMES.contains(p))?;
    Some(format!("{}: `{empty}` says nothing about what is in there", file.display()))
}
fn walls(file: &Path, text: &str) -> Vec<String> {
    let mut broken = vec![];
    for wall in WALLS.iter().filter(|w| w.rooms.iter().any(|room| file.starts_with(room)) && !is_test(file)) {
        for (number, line) in text.lines().enumerate() {
            let code = line.split("//").next().unwrap_or("");
            for word in wall.never_name.iter().filter(|w| names(code, w)) {
                broken.push(format!("{}:{}: names `{word}`: {}", file.display(), number + 1, wall.why));
            }
        }
    }
    broken
}
/// Whether the word stands there on its own: `Instant` is not in `InstantLike`.
fn names(code: &str, word: &str) -> bool {
    let part = |c: char| c.is_alphanumeric() || c == '_';
    code.match_indices(word).any(|(at, _)| {
        let (before, after) = (code[..at].chars().next_back(), code[at + word.len()..].chars().next());
        !before.is_some_and(part) && (word.ends_with(':') || !after.is_some_and(part))
    })
}
fn is_test(file: &Path) -> bool {
    file.iter().any(|p| p == "tests" || p == "tests.rs")
}

/// All Rust sources of the house, relative to it; the compile-error cases are users' code and have rules of their own.
fn sources(house: &Path) -> Vec<PathBuf> {
    let mut found = vec![];
    let mut folders: Vec<PathBuf> =
        ["kstreams", "kstreams-macros", "kstreams-store", "examples", "tests"].iter().map(|f| house.join(f)).collect();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            let skipped = ["target", "fail", "pass"].iter().any(|name| path.ends_with(name));
            if path.is_dir() && !skipped {
                folders.push(path);
            } else if path.extension().is_some_and(|e| e == "rs") {
                found.push(path.strip_prefix(house).unwrap().to_path_buf());
            }
        }
    }
    found.sort();
    found
}
