//! What must hold when the faults are over.
use super::pipeline::{self, ByKey, Expected};
use kstreams::shell::embedded::{EmbeddedLog, LogRecord};

/// Compares the log with the plain fold. Exactly once: record for record, changelogs too. At least once: nothing lost, that is, each key's last
/// state was reached at least as far as the fold's.
pub(super) fn check(log: &EmbeddedLog, expected: &Expected, exactly_once: bool) -> Result<(), String> {
    for (topic, expected) in [(pipeline::CHAIN, &expected.chain), (pipeline::GROUPS, &expected.groups)] {
        let found = by_key(read(log, topic)?);
        if exactly_once { same(topic, &found, expected)? } else { at_least(topic, &found, expected)? }
    }
    for (store, topic) in pipeline::CHANGELOGS {
        changelog_ends_as_output(log, store, topic)?;
    }
    Ok(())
}
fn read(log: &EmbeddedLog, topic: &str) -> Result<Vec<LogRecord>, String> {
    log.read(topic).map_err(|e| e.to_string())
}
fn by_key(records: Vec<LogRecord>) -> ByKey {
    let mut found = ByKey::new();
    for r in records {
        found.entry(r.key.unwrap_or_default()).or_default().push(r.value.unwrap_or_default());
    }
    found
}
fn same(topic: &str, found: &ByKey, expected: &ByKey) -> Result<(), String> {
    if found.keys().ne(expected.keys()) {
        return Err(format!("`{topic}` has {} keys, {} are expected", found.len(), expected.len()));
    }
    for (key, values) in expected {
        let there = &found[key];
        if there != values {
            let at = there.iter().zip(values).take_while(|(a, b)| a == b).count();
            return Err(format!("`{topic}`, key {key:?}: {} updates, {} are expected; the first {at} agree", there.len(), values.len()));
        }
    }
    Ok(())
}
fn at_least(topic: &str, found: &ByKey, expected: &ByKey) -> Result<(), String> {
    for (key, values) in expected {
        let there = found.get(key).map_or(0, Vec::len);
        if there < values.len() {
            return Err(format!("`{topic}`, key {key:?}: {there} updates, at least {} are expected", values.len()));
        }
    }
    Ok(())
}
/// Every update of these stores is written to their output topic too, so both end alike.
fn changelog_ends_as_output(log: &EmbeddedLog, store: &str, topic: &str) -> Result<(), String> {
    let last = |records: Vec<LogRecord>| by_key(records).into_iter().map(|(k, mut v)| (k, v.pop())).collect::<Vec<_>>();
    let changelog = format!("simulated-{store}-changelog");
    let (stored, written) = (last(read(log, &changelog)?), last(read(log, topic)?));
    if stored == written { Ok(()) } else { Err(format!("`{changelog}` compacted is not what `{topic}` ends with")) }
}
