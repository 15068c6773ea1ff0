//! A table is the fold of its changelog: what it told downstream, folded, is what its changelog holds, folded.
use super::{
    Verdict,
    case::{Case, Language},
    course::{Accident, Commits, Course, Pace},
    grower::shown,
    ran::{Ran, Seen},
};
use crate::{
    conformance::{Node, Scenario},
    dice::Dice,
};
use kstreams::Guarantee::{AtLeastOnce, ExactlyOnce};
use kstreams_store::layout::{session, window};
use std::collections::BTreeMap;

/// A table as text: the key, and what is left of it with its time.
type Folded = BTreeMap<String, (String, i64)>;

/// On any course: whatever the order was and wherever a crash fell, both were told the same.
///
/// # Errors
/// The first difference.
pub fn a_table_is_the_fold_of_its_changelog(case: &Case) -> Verdict {
    let scenario = case.scenario(Language::All);
    let ran = course(case, &scenario).run(&scenario)?;
    let tables: Vec<(&str, &str)> = scenario.nodes.iter().filter_map(|n| shown_table(&ran, n)).collect();
    for (op, store) in &tables {
        let kept = changelog(&scenario, op, store, &ran);
        let told = told(&ran.sinks[&shown(store)], is_session(&scenario, store));
        if kept != told {
            return Err(format!("`{op}` with store `{store}`:\n    its changelog {kept:?}\n    what it told  {told:?}"));
        }
    }
    Ok(if tables.is_empty() { vec![] } else { vec!["with tables"] })
}
fn course(case: &Case, scenario: &Scenario) -> Course {
    let mut dice = Dice::new(case.dice);
    let accidents = [Accident::Crash, Accident::LostDisk, Accident::Restart];
    let accident = (dice.below(scenario.inputs.len().max(1)), accidents[dice.below(3)]);
    let is_once = dice.per_mille(500);
    // A timer that fires when the clock moves on to a commit leaves something uncommitted again.
    let is_committed = dice.per_mille(500) || scenario.has_wall_timers();
    Course {
        guarantee: if is_once { ExactlyOnce } else { AtLeastOnce },
        partitions: dice.below(4) as u32 + 1,
        commits: if is_committed { Commits::Always } else { Commits::Layered(dice.number()) },
        pace: if dice.per_mille(500) { Pace::Steps } else { Pace::Backlog },
        // What at least once repeats in another order may have told more than what is left.
        accidents: if is_once || is_committed { vec![accident] } else { vec![] },
    }
}
/// The operator and the store of a table that has a sink of its own.
fn shown_table<'a>(ran: &Ran, node: &'a Node) -> Option<(&'a str, &'a str)> {
    let store = node.store.as_deref()?;
    ran.sinks.contains_key(&shown(store)).then_some((&*node.op, store))
}
/// Whether the table of this store has sessions for keys.
fn is_session(scenario: &Scenario, store: &str) -> bool {
    windows(scenario, store).is_some_and(|windows| windows.op == "windowSession")
}
fn windows<'a>(scenario: &'a Scenario, store: &str) -> Option<&'a Node> {
    let table = scenario.nodes.iter().find(|n| n.store.as_deref() == Some(store))?;
    if !table.op.ends_with('W') {
        return None;
    }
    scenario.nodes.iter().find(|n| n.id.as_ref() == Some(&table.from()))
}
fn changelog(scenario: &Scenario, op: &str, store: &str, ran: &Ran) -> Folded {
    let windows = windows(scenario, store);
    let is_session = is_session(scenario, store);
    let key = |key: &[u8]| match windows {
        Some(_) if is_session => session_key(key),
        Some(node) => time_key(key, width(node)),
        None => text(key),
    };
    let value = |value: &[u8]| if op.starts_with("count") { count(value) } else { text(value) };
    fold(&ran.logs[store], key, value, is_session)
}
fn width(windows: &Node) -> u64 {
    if windows.op == "windowTime" { windows.size_ms() } else { windows.diff_ms() }
}
fn told(records: &[Seen], is_session: bool) -> Folded {
    fold(records, text, text, is_session)
}
/// The last value of each key that is not a tombstone. A session's changelog has the time of the record that wrote, which is not the session's.
fn fold(records: &[Seen], key: impl Fn(&[u8]) -> String, value: impl Fn(&[u8]) -> String, is_session: bool) -> Folded {
    let mut rows = Folded::new();
    for record in records {
        let key = key(record.key.as_deref().unwrap_or_default());
        match &record.value {
            Some(bytes) => _ = rows.insert(key, (value(bytes), if is_session { 0 } else { record.time })),
            None => _ = rows.remove(&key),
        }
    }
    rows
}
fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}
fn count(bytes: &[u8]) -> String {
    bytes.try_into().map_or_else(|_| text(bytes), |bytes| u64::from_be_bytes(bytes).to_string())
}
fn time_key(stored: &[u8], width: u64) -> String {
    let Some((key, start, _)) = window::split(stored) else { return text(stored) };
    format!("{}@{start}/{}", text(key), start + width as i64)
}
/// Key ‖ end ‖ start.
fn session_key(stored: &[u8]) -> String {
    let Some((rest, start)) = stored.split_last_chunk::<8>() else { return text(stored) };
    let key = &rest[..rest.len().saturating_sub(8)];
    format!("{}@{}/{}", text(key), i64::from_be_bytes(*start), session::end_of(stored))
}
