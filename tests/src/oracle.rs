//! What must hold when the faults are over.
use super::pipeline::{ByKey, Changelog, Ending, Expected, Pipeline, What};
use kstreams::shell::embedded::EmbeddedLog;
use std::collections::BTreeMap;

/// Key and value as bytes.
pub type KeyAndValue = (Option<Vec<u8>>, Option<Vec<u8>>);

/// Where the records of a run are.
pub trait Topics {
    /// Everything committed that a topic holds; of each partition in the order of offsets.
    ///
    /// # Errors
    /// There is no such topic.
    fn records(&self, topic: &str) -> Result<Vec<KeyAndValue>, String>;
    /// The name of a store's changelog.
    fn changelog(&self, store: &str) -> String;
}
/// The embedded log of an application with this id.
pub struct Embedded<'a> {
    pub log: &'a EmbeddedLog,
    pub id: &'a str,
}
impl Topics for Embedded<'_> {
    fn records(&self, topic: &str) -> Result<Vec<KeyAndValue>, String> {
        let records = self.log.read(topic).map_err(|e| e.to_string())?;
        Ok(records.into_iter().map(|r| (r.key, r.value)).collect())
    }
    fn changelog(&self, store: &str) -> String {
        format!("{}-{store}-changelog", self.id)
    }
}

/// Compares the log with the plain fold. Exactly once: record for record, changelogs too. At least once: nothing lost, that is, each key was
/// updated as often at least, and its last value is as good.
pub fn check(log: &dyn Topics, pipeline: &Pipeline, expected: Vec<Expected>, exactly_once: bool) -> Result<(), String> {
    expected.into_iter().try_for_each(|expected| check_topic(log, expected, exactly_once))?;
    // At least once a crash can come between a changelog and an output.
    pipeline.changelogs.iter().filter(|_| exactly_once).try_for_each(|c| ends_as_output(log, c))
}
/// Compares one topic.
pub fn check_topic(log: &dyn Topics, Expected { topic, what }: Expected, exactly_once: bool) -> Result<(), String> {
    let there = found(log, topic)?;
    match what {
        What::Updates(expected, _) if exactly_once => same(topic, &there, &expected),
        What::Last(expected, _) if exactly_once => same(topic, &last(there), &last(expected)),
        What::Updates(expected, ending) => at_least(topic, &there, &expected, true, ending),
        What::Last(expected, ending) => at_least(topic, &there, &expected, false, ending),
        What::Sums(expected, store) => add_up(topic, &there, &last(found(log, &log.changelog(store))?), &expected),
    }
}
fn found(log: &dyn Topics, topic: &str) -> Result<ByKey, String> {
    log.records(topic).map(by_key)
}
fn by_key(records: Vec<KeyAndValue>) -> ByKey {
    let mut found = ByKey::new();
    for (key, value) in records {
        found.entry(key.unwrap_or_default()).or_default().push(value);
    }
    found
}
fn last(by_key: ByKey) -> ByKey {
    by_key.into_iter().map(|(key, mut values)| (key, values.split_off(values.len().saturating_sub(1)))).collect()
}
fn same(topic: &str, found: &ByKey, expected: &ByKey) -> Result<(), String> {
    if found.keys().ne(expected.keys()) {
        return Err(format!("`{topic}` has {} keys, {} are expected", found.len(), expected.len()));
    }
    for (key, values) in expected {
        let there = &found[key];
        if there != values {
            let at = there.iter().zip(values).take_while(|(a, b)| a == b).count();
            let (got, wanted) = (there.get(at), values.get(at));
            return Err(format!(
                "`{topic}`, key {}: {} updates, {} are expected; the first {at} agree, then {got:?} is there for {wanted:?}",
                key.escape_ascii(),
                there.len(),
                values.len()
            ));
        }
    }
    Ok(())
}
fn at_least(topic: &str, found: &ByKey, expected: &ByKey, counted: bool, ending: Ending) -> Result<(), String> {
    for (key, values) in expected {
        let there = found.get(key).map_or(&[][..], |there| there);
        if there.len() < if counted { values.len() } else { 1 } {
            return Err(format!("`{topic}`, key {}: {} updates, at least {} are expected", key.escape_ascii(), there.len(), values.len()));
        }
        let (end, wanted) = (there.last(), values.last());
        let good = match ending {
            Ending::Any => true,
            Ending::Same => end == wanted,
            Ending::Grows => end >= wanted,
        };
        if !good {
            return Err(format!("`{topic}`, key {}: ends with {end:?} where {wanted:?} is due", key.escape_ascii()));
        }
    }
    Ok(())
}
fn number(value: &Option<Vec<u8>>) -> u64 {
    value.as_ref().and_then(|v| v[..].try_into().ok()).map_or(0, u64::from_be_bytes)
}
fn add_up(topic: &str, found: &ByKey, open: &ByKey, expected: &BTreeMap<Vec<u8>, u64>) -> Result<(), String> {
    for (key, sum) in expected {
        let of = |all: &ByKey| all.get(key).map_or(0, |values| values.iter().map(number).sum::<u64>());
        let (out, open) = (of(found), of(open));
        if out + open != *sum {
            return Err(format!("`{topic}`, key {}: {out} came out, {open} is open, {sum} went in", key.escape_ascii()));
        }
    }
    Ok(())
}
/// Every update of these stores is written to their output topic too, so what their changelogs still hold ends as the output does.
fn ends_as_output(log: &dyn Topics, c: &Changelog) -> Result<(), String> {
    let written = last(found(log, c.output)?);
    for (mut key, value) in last(found(log, &log.changelog(c.store))?) {
        key.truncate(key.len() - if c.windowed { 4 } else { 0 });
        if written.get(&key) != Some(&value) {
            return Err(format!(
                "the changelog of `{}` ends with {value:?} for key {}, `{}` with {:?}",
                c.store,
                key.escape_ascii(),
                c.output,
                written.get(&key)
            ));
        }
    }
    Ok(())
}
