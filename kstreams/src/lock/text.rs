//! The lock as a file: one line a name, sorted, so that a review shows what an edit does to state.
use super::{Entry, Kind, Lock};
use std::fmt;

const HEADING: &str = "\
# The names that the state of this application hangs on, and what they are. Commit it; `cargo kstreams lock` writes it.
# A name that goes leaves its topic behind: `cargo kstreams lock --forget NAME` says that this is meant.
";

/// A line that is none of a lock.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line} of the lock, `{text}`, is no line of a lock: {expected}")]
pub struct LockError {
    /// Which line, from 1.
    pub line: usize,
    /// What stands there.
    pub text: String,
    expected: &'static str,
}

impl fmt::Display for Lock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(HEADING)?;
        writeln!(f, "application {}", self.application)?;
        if let Some(layout) = self.layout {
            writeln!(f, "layout {layout:016x}")?;
        }
        self.entries.iter().try_for_each(|entry| writeln!(f, "{entry}"))?;
        self.types.iter().try_for_each(|(fingerprint, fields)| writeln!(f, "type {fingerprint:016x} {}", fields.join(" ")))?;
        self.forgotten.iter().try_for_each(|entry| writeln!(f, "forgotten {entry}"))
    }
}

impl Lock {
    /// Reads a lock file.
    ///
    /// # Errors
    /// A line that is none of a lock, and what was expected.
    pub fn parse(text: &str) -> Result<Lock, LockError> {
        let mut lock = Lock::default();
        for (index, line) in text.lines().enumerate().filter(|(_, line)| !line.starts_with('#') && !line.trim().is_empty()) {
            lock.read(line).map_err(|expected| LockError { line: index + 1, text: line.to_owned(), expected })?;
        }
        Ok(lock)
    }
    fn read(&mut self, line: &str) -> Result<(), &'static str> {
        let (word, rest) = line.trim().split_once(' ').ok_or("a word and a name")?;
        match word {
            "application" => self.application = rest.to_owned(),
            "layout" => self.layout = Some(fingerprint(rest)?),
            "type" => {
                let (of, fields) = rest.split_once(' ').ok_or("a fingerprint and its fields")?;
                self.types.insert(fingerprint(of)?, fields.split(' ').map(str::to_owned).collect());
            }
            "forgotten" => self.forgotten.push(entry(rest)?),
            _ => self.entries.push(entry(line)?),
        }
        Ok(())
    }
}
fn fingerprint(text: &str) -> Result<u64, &'static str> {
    u64::from_str_radix(text, 16).map_err(|_| "a fingerprint of 16 hexadecimal digits")
}
fn entry(line: &str) -> Result<Entry, &'static str> {
    let mut words = line.split_whitespace();
    let kind = words.next().and_then(|word| Kind::ALL.into_iter().find(|kind| kind.word() == word));
    let kind = kind.ok_or("application, layout, source, result, repartition, store, type or forgotten")?;
    let mut entry = Entry::new(kind, words.next().ok_or("a name")?);
    for word in words {
        let (fact, value) = word.split_once('=').ok_or("facts as name=value")?;
        entry = entry.with(fact, value);
    }
    Ok(entry)
}
