//! The public methods of handles, as their sources declare them: what the operator table must have rows for.
use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

/// Handles, and the section of the table that is about them.
const HANDLES: &[(&str, &str)] = &[
    ("Stream<", "Streams"),
    ("Branches<", "Splits"),
    ("WindowedStream<", "Windowed streams"),
    ("Cogroup<", "Cogroups"),
    ("WindowedCogroup<", "Cogroups"),
    ("Table<", "Tables"),
    ("GroupedTable<", "Grouped tables"),
];

/// Section and method, of all handles.
pub fn of(house: &Path) -> BTreeSet<(String, String)> {
    let mut found = BTreeSet::new();
    for folder in ["kstreams/src/op", "kstreams/src/dsl"] {
        sources(&house.join(folder), &mut |text| read(text, &mut found));
    }
    found
}
fn sources(folder: &Path, read: &mut impl FnMut(&str)) {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.path()).collect();
    paths.sort();
    for path in paths {
        if path.is_dir() {
            sources(&path, read);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            read(&fs::read_to_string(&path).unwrap_or_default());
        }
    }
}
fn read(text: &str, found: &mut BTreeSet<(String, String)>) {
    let (mut section, mut is_hidden) = (None, false);
    for line in text.lines() {
        if line.starts_with("impl") {
            section = handle(line);
        } else if line.trim_start().starts_with("#[doc(hidden)]") {
            is_hidden = true;
        } else if let Some(rest) = line.strip_prefix("    pub fn ") {
            let name: String = rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
            if let Some(section) = section.filter(|_| !is_hidden) {
                found.insert((section.to_owned(), name));
            }
            is_hidden = false;
        } else if !line.trim_start().starts_with(['#', '/']) {
            is_hidden = false;
        }
    }
}
/// The section of the type that an `impl` is of; none where a trait is implemented.
fn handle(line: &str) -> Option<&'static str> {
    let (_, of) = line.split_once("> ")?;
    HANDLES.iter().find(|(handle, _)| of.starts_with(handle)).map(|(_, section)| *section)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn methods_are_found_by_the_type_they_are_of() {
        let mut found = BTreeSet::new();
        let text = "impl<S: Placed<Key = K>, V: 'static> Stream<S, V> {\n    pub fn shown(self) {}\n    #[doc(hidden)]\n    pub fn hidden(self) {}\n    pub(crate) fn inner(self) {}\n}\n\
                    impl<S, V> Clone for Stream<S, V> {\n    fn clone(&self) {}\n}\n";
        read(text, &mut found);
        assert_eq!(found.into_iter().collect::<Vec<_>>(), [("Streams".to_owned(), "shown".to_owned())]);
    }
}
