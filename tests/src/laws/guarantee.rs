//! At least once and exactly once: the same tables, and without crashes the same outputs.
use super::{
    Verdict,
    case::{Case, Language},
    course::{Accident, Commits, Course, Pace},
    ran::{Ran, Seen},
    same,
    traits::Traits,
};
use crate::{conformance::Scenario, dice::Dice};
use kstreams::Guarantee::{AtLeastOnce, ExactlyOnce};

/// Committed after each step, in any number of partitions; with commits wherever they fall, where the order of records is promised; and, as far
/// as one sub-topology goes, with a crash over what is not committed, which at least once repeats.
///
/// # Errors
/// The first difference.
pub fn guarantees_agree(case: &Case) -> Verdict {
    let scenario = case.scenario(Language::All);
    let traits = Traits::of(&scenario)?;
    let mut dice = Dice::new(case.dice);
    let partitions = dice.below(3) as u32 + 1;
    let mut said = vec!["step by step"];
    step_by_step(&scenario, partitions)?;
    if traits.is_straight && !scenario.has_wall_timers() {
        let pace = if dice.per_mille(500) { Pace::Steps } else { Pace::Backlog };
        commits_anywhere(&scenario, pace, dice.number())?;
        said.push("commits anywhere");
    }
    if traits.is_straight && traits.is_one_part && !scenario.forgets() && !scenario.inputs.is_empty() {
        crash_repeats(&scenario, dice.below(scenario.inputs.len()), dice.number())?;
        said.push("a crash at least once");
    }
    Ok(said)
}
fn step_by_step(scenario: &Scenario, partitions: u32) -> Result<(), String> {
    let course = Course { partitions, ..Course::plain() };
    let once = course.run(scenario)?;
    let more = Course { guarantee: AtLeastOnce, ..course }.run(scenario)?;
    same::sinks("exactly once, at least once", &once, &more, same::by_step_and_partition)?;
    same::stores("exactly once, at least once", &once.of_named(scenario), &more.of_named(scenario), same::by_partition)
}
fn commits_anywhere(scenario: &Scenario, pace: Pace, seed: u64) -> Result<(), String> {
    let course = Course { pace, commits: Commits::Layered(seed), ..Course::plain() };
    let once = Course { guarantee: ExactlyOnce, ..course.clone() }.run(scenario)?;
    let more = Course { guarantee: AtLeastOnce, ..course }.run(scenario)?;
    same::sinks("exactly once, at least once, seldom committed", &once, &more, same::in_order)?;
    same::stores("exactly once, at least once, seldom committed", &once.of_named(scenario), &more.of_named(scenario), same::by_partition)
}
/// Offsets and state are committed together, so even a count is not made twice; what went out before the crash goes out again.
fn crash_repeats(scenario: &Scenario, step: usize, seed: u64) -> Result<(), String> {
    let whole = Course::plain().run(scenario)?;
    let course =
        Course { guarantee: AtLeastOnce, commits: Commits::Layered(seed), accidents: vec![(step, Accident::Crash)], ..Course::plain() };
    let crashed = course.run(scenario)?;
    nothing_is_lost(&whole, &crashed)?;
    same::stores("exactly once, at least once with a crash", &whole.of_named(scenario), &crashed.of_named(scenario), same::by_partition)
}
fn nothing_is_lost(whole: &Ran, crashed: &Ran) -> Result<(), String> {
    for (topic, expected) in &whole.sinks {
        let mut left: Vec<Seen> = crashed.sinks.get(topic).into_iter().flatten().map(Seen::bare).collect();
        for record in expected.iter().map(Seen::bare) {
            let Some(at) = left.iter().position(|seen| *seen == record) else {
                return Err(format!("at least once, a crash: sink `{topic}` lost {record:?}"));
            };
            left.swap_remove(at);
        }
    }
    Ok(())
}
