//! What the README shows is what is there: its code is the example's, its compile error one of the kept texts, its commands name what exists.
#![allow(clippy::unwrap_used, clippy::expect_used)]
use std::{fs, path::Path};

fn read(file: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().join(file)).unwrap()
}
/// The blocks of a language.
fn blocks(language: &str) -> Vec<String> {
    let readme = read("README.md");
    let fenced = readme.split("```").skip(1).step_by(2).filter_map(|block| block.strip_prefix(language)?.strip_prefix('\n'));
    fenced.map(str::to_owned).collect()
}

#[test]
fn the_code_is_the_examples() {
    let source = read("examples/order-analytics/topology.rs");
    let blocks = blocks("rust");
    assert!(!blocks.is_empty());
    for part in blocks.iter().flat_map(|block| block.split("\n\n")) {
        assert!(source.contains(part.trim_end()), "not in the example:\n{part}");
    }
}

#[test]
fn the_error_is_what_the_compiler_says() {
    let kept = read("tests/ui/fail/cannot_join_after_select_key.stderr");
    for line in blocks("text").iter().flat_map(|block| block.lines()) {
        assert!(kept.lines().any(|kept| kept.trim() == line.trim()), "not in the kept text: {line}");
    }
}

#[test]
fn the_commands_name_what_exists() {
    let manifest = read("examples/Cargo.toml");
    for example in ["order-analytics", "word-count", "word-count-processor", "sum"] {
        assert!(manifest.contains(&format!("name = \"{example}\"")), "{example}");
    }
    assert!(blocks("sh")[0].contains("cargo run --release --example order-analytics"));
    assert!(read(".ci/run").contains("cargo test --workspace"), "the README's test command is what is run");
}
