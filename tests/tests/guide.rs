//! The guide is whole: its contents name every file, its links lead somewhere, its operator table has every method, and the chapter of compile
//! errors is made of the kept texts. Its code is compiled and run by `cargo test -p kstreams-tests --doc` (`src/guide.rs`).
//!
//! After a change of the compile errors: `GUIDE=overwrite cargo test -p kstreams-tests --test guide`.
#![allow(clippy::unwrap_used, clippy::expect_used)]
use kstreams_tests::guide::{CHAPTERS, compile_errors, java, methods};
use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

fn house() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
}
fn book() -> PathBuf {
    house().join("docs/guide/src")
}
fn chapter(file: &str) -> String {
    fs::read_to_string(book().join(file)).unwrap_or_else(|error| panic!("{file}: {error}"))
}
/// All chapters but the table of contents.
fn files() -> BTreeSet<String> {
    let names = fs::read_dir(book()).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    names.filter(|name| name.ends_with(".md") && name != "SUMMARY.md").collect()
}
/// The targets of a text's links, those to pages of the book.
fn links(text: &str) -> Vec<&str> {
    let targets = text.split("](").skip(1).filter_map(|rest| rest.split_once(')').map(|(target, _)| target));
    targets.filter(|target| target.contains(".md") || target.starts_with('#')).collect()
}
/// A heading as a link names it, by mdBook's rule.
fn anchor(heading: &str) -> String {
    let text = heading.trim_start_matches('#').trim().to_lowercase();
    text.chars().filter(|c| c.is_alphanumeric() || " -_".contains(*c)).collect::<String>().replace(' ', "-")
}

#[test]
fn the_contents_name_every_chapter_and_nothing_else() {
    let contents = chapter("SUMMARY.md");
    let named: Vec<&str> = links(&contents);
    let once: BTreeSet<String> = named.iter().map(|name| (*name).to_owned()).collect();
    assert_eq!(named.len(), once.len(), "a chapter is named twice");
    assert_eq!(once, files());
}

#[test]
fn the_code_of_every_chapter_is_compiled() {
    let mut compiled: BTreeSet<String> = CHAPTERS.iter().map(|name| (*name).to_owned()).collect();
    // Its code does not compile, which another test shows.
    compiled.insert("compile-errors.md".into());
    assert_eq!(compiled, files());
    for file in files().iter().filter(|file| *file != "compile-errors.md") {
        assert!(!chapter(file).contains("```rust,ignore"), "{file}: code that nothing compiles");
    }
}
#[test]
fn who_comes_from_java_finds_every_method_and_every_setting() {
    let text = chapter("from-java.md");
    for (section, methods) in java::METHODS {
        let named = java::named(&text, section);
        let missing: Vec<_> = methods.split_whitespace().filter(|method| !java::has_method(&named, method)).collect();
        assert!(missing.is_empty(), "from-java.md has no row for {missing:?} under {section}");
    }
    let named = java::named(&text, "StreamsConfig");
    let missing: Vec<_> = java::SETTINGS.split_whitespace().filter(|setting| !java::has_setting(&named, setting)).collect();
    assert!(missing.is_empty(), "from-java.md has no row for {missing:?}");
    assert!(!java::has_setting(&named, "no.such.setting"));
}

#[test]
fn every_picture_is_shown_and_small() {
    let shown: String = files().iter().map(|file| chapter(file)).collect();
    for picture in fs::read_dir(book().join("pictures")).unwrap().map(Result::unwrap) {
        let name = picture.file_name().into_string().unwrap();
        assert!(shown.contains(&format!("](pictures/{name})")), "no chapter shows {name}");
        assert!(picture.metadata().unwrap().len() < 150_000, "{name}");
    }
    assert_eq!(shown.matches("](pictures/").count(), fs::read_dir(book().join("pictures")).unwrap().count(), "each once");
}

#[test]
fn every_link_leads_somewhere() {
    for file in files() {
        let text = chapter(&file);
        for link in links(&text) {
            let (page, part) = link.split_once('#').unwrap_or((link, ""));
            let page = if page.is_empty() { file.as_str() } else { page };
            assert!(files().contains(page), "{file}: {link}");
            let target = chapter(page);
            let mut headings = target.lines().filter(|line| line.starts_with('#')).map(anchor);
            assert!(part.is_empty() || headings.any(|heading| heading == part), "{file}: {link}");
        }
    }
}

#[test]
fn what_is_included_is_there() {
    for file in files() {
        for include in chapter(&file).split("{{#include ").skip(1) {
            let path = include.split(['}', ':']).next().unwrap();
            assert!(book().join(path).exists(), "{file} includes {path}");
        }
    }
}

/// The rows of the operator table: section, and what the first cell names.
fn rows() -> BTreeSet<(String, String)> {
    let mut rows = BTreeSet::new();
    let (text, mut section) = (chapter("operators.md"), String::new());
    for line in text.lines() {
        if let Some(heading) = line.strip_prefix("## ") {
            section = heading.to_owned();
        }
        let Some(cell) = line.strip_prefix("| `") else { continue };
        let cell = cell.split(" | ").next().unwrap();
        for code in format!("`{cell}").split('`').skip(1).step_by(2) {
            let name = code.split(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap();
            rows.insert((section.clone(), name.to_owned()));
        }
    }
    rows
}

#[test]
fn every_operator_has_a_row_and_every_row_an_operator() {
    let rows = rows();
    let methods = methods::of(house());
    assert!(methods.len() > 60, "{} methods: the sources have moved", methods.len());
    let without: Vec<_> = methods.iter().filter(|method| !rows.contains(*method)).collect();
    assert!(without.is_empty(), "operators.md has no row for {without:?}");
    let sections: BTreeSet<&str> = methods.iter().map(|(section, _)| section.as_str()).collect();
    let gone: Vec<_> = rows.iter().filter(|row| sections.contains(row.0.as_str()) && !methods.contains(*row)).collect();
    assert!(gone.is_empty(), "operators.md has rows for what is not there: {gone:?}");
}

#[test]
fn the_chapter_of_compile_errors_is_made_of_the_kept_texts() {
    let made = compile_errors::chapter(&house().join("tests/ui/fail"));
    let file = book().join("compile-errors.md");
    if std::env::var("GUIDE").is_ok_and(|wish| wish == "overwrite") {
        fs::write(&file, &made).unwrap();
    }
    let kept = fs::read_to_string(&file).unwrap();
    let stale = "the chapter is stale: GUIDE=overwrite cargo test -p kstreams-tests --test guide";
    if let Some((line, (made, kept))) = made.lines().zip(kept.lines()).enumerate().find(|(_, (made, kept))| made != kept) {
        panic!("{stale}\ncompile-errors.md:{}:\n  is    {kept}\n  to be {made}", line + 1);
    }
    assert_eq!(made.len(), kept.len(), "{stale}");
}
