//! A restart anywhere, planned or not, changes nothing but what is listed: the clocks of windows, and timers.
use super::{
    Verdict,
    case::{Case, Language},
    course::{Accident, Commits, Course, Pace},
    same,
    traits::Traits,
};
use crate::{conformance::Scenario, dice::Dice};
use kstreams::Guarantee::{AtLeastOnce, ExactlyOnce};

/// Committed after every step, crashes, restarts and lost disks between steps are not seen; what forgets at a restart forgets the same at all of
/// them. Where the order of records is promised, neither is a crash in the middle of a step, nor one over steps that were not committed.
///
/// # Errors
/// The first difference.
pub fn a_restart_changes_nothing(case: &Case) -> Verdict {
    let scenario = case.scenario(Language::All);
    if scenario.inputs.is_empty() {
        return Ok(vec![]);
    }
    let traits = Traits::of(&scenario)?;
    let mut dice = Dice::new(case.dice);
    let mut said = vec![if scenario.forgets() { "as a planned one" } else { "as none" }];
    between_steps(&scenario, &mut dice)?;
    if !scenario.forgets() && !traits.crosses {
        in_the_middle(&scenario, &mut dice)?;
        said.push("in the middle of a step");
    }
    if !scenario.forgets() && traits.is_straight {
        over_what_is_open(&scenario, &mut dice)?;
        said.push("over what is not committed");
    }
    Ok(said)
}
fn between_steps(scenario: &Scenario, dice: &mut Dice) -> Result<(), String> {
    let kinds = [Accident::Crash, Accident::LostDisk, Accident::Restart];
    let count = dice.below(3) + 1;
    let accidents: Vec<_> = (0..count).map(|_| (dice.below(scenario.inputs.len()), kinds[dice.below(3)])).collect();
    let guarantee = if dice.per_mille(700) { ExactlyOnce } else { AtLeastOnce };
    let course = Course { guarantee, partitions: dice.below(3) as u32 + 1, ..Course::plain() };
    let planned: Vec<_> = accidents.iter().map(|(step, _)| (*step, Accident::Restart)).collect();
    let expected = Course { accidents: if scenario.forgets() { planned } else { vec![] }, ..course.clone() }.run(scenario)?;
    let what = format!("{accidents:?} of {} partitions", course.partitions);
    let seen = Course { accidents, ..course }.run(scenario)?;
    same::sinks(&what, &expected, &seen, same::by_step_and_partition)?;
    same::stores(&what, &expected, &seen, same::by_partition)
}
fn in_the_middle(scenario: &Scenario, dice: &mut Dice) -> Result<(), String> {
    let accidents = vec![(dice.below(scenario.inputs.len()), Accident::Midway(dice.below(8)))];
    let course = Course { partitions: dice.below(3) as u32 + 1, ..Course::plain() };
    let expected = course.run(scenario)?;
    let what = format!("{accidents:?} of {} partitions", course.partitions);
    let seen = Course { accidents, ..course }.run(scenario)?;
    same::sinks(&what, &expected, &seen, same::by_step_and_partition)?;
    same::stores(&what, &expected.of_named(scenario), &seen.of_named(scenario), same::by_partition)
}
fn over_what_is_open(scenario: &Scenario, dice: &mut Dice) -> Result<(), String> {
    let kinds = [Accident::Crash, Accident::LostDisk];
    let accidents = vec![(dice.below(scenario.inputs.len()), kinds[dice.below(2)])];
    let pace = if dice.per_mille(500) { Pace::Steps } else { Pace::Backlog };
    let course = Course { commits: Commits::Layered(dice.number()), pace, ..Course::plain() };
    let expected = Course::plain().run(scenario)?;
    let what = format!("{accidents:?} over what is not committed, {pace:?}");
    let seen = Course { accidents, ..course }.run(scenario)?;
    same::sinks(&what, &expected, &seen, same::in_order)?;
    same::stores(&what, &expected.of_named(scenario), &seen.of_named(scenario), same::by_partition)
}
