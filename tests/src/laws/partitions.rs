//! Merging partitions commutes with operators that ask nothing of other keys: whether records lie in one partition or in several is not seen.
use super::{
    Verdict,
    case::{Case, Language},
    course::{Course, Pace},
    same,
    traits::Traits,
};

/// Of stateless chains: the records are the same, and those of a key come in the same order. Of a backlog, several partitions of a topic promise no
/// order to a key that was not theirs from the start, nor do several topics.
///
/// # Errors
/// The first difference.
pub fn partitions_merge(case: &Case) -> Verdict {
    let scenario = case.scenario(Language::Stateless);
    let traits = Traits::of(&scenario)?;
    let many = case.dice as u32 % 4 + 2;
    let (one, other) = (Course::plain(), Course { partitions: many, ..Course::plain() });
    let (merged, split) = (one.run(&scenario)?, other.run(&scenario)?);
    let mut said = vec!["as a multiset"];
    same::sinks("stateless, step by step", &merged, &split, same::by_step)?;
    if !traits.crosses && !traits.meets_again {
        same::sinks("stateless, step by step", &merged, &split, same::by_step_and_key)?;
        said.push("in order of a key");
    }
    let (one, other) = (Course { pace: Pace::Backlog, ..one }, Course { pace: Pace::Backlog, ..other });
    let (merged, split) = (one.run(&scenario)?, other.run(&scenario)?);
    same::sinks("stateless, a backlog", &merged, &split, same::sorted)?;
    if traits.is_straight && !scenario.changes_keys() {
        same::sinks("stateless, a backlog", &merged, &split, same::by_key)?;
        said.push("a backlog in order of a key");
    }
    Ok(said)
}
/// Of tables, joins, and windows that wait for everything, when each step is worked off before the next one comes.
///
/// # Errors
/// The first difference.
pub fn tables_do_not_know_their_partitions(case: &Case) -> Verdict {
    let scenario = case.scenario(Language::Patient);
    let traits = Traits::of(&scenario)?;
    if traits.crosses || traits.meets_again {
        return Ok(vec![]);
    }
    let many = case.dice as u32 % 4 + 2;
    let merged = Course::plain().run(&scenario)?;
    let split = Course { partitions: many, ..Course::plain() }.run(&scenario)?;
    same::sinks("tables, step by step", &merged, &split, same::by_step_and_key)?;
    let (merged, split) = (merged.of_named(&scenario), split.of_named(&scenario));
    same::stores("tables, step by step", &merged, &split, same::by_key)?;
    Ok(vec!["step by step"])
}
